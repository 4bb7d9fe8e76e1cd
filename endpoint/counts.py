"""How much there is of what, counted once for a version of the store."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ontology.terms import CORE_CLASSES, RDF, ZONE

if TYPE_CHECKING:
    from kg_build.store import Reader

_TYPE = ox.NamedNode(RDF.type)


@dataclass(frozen=True, slots=True)
class Counts:
    """Quads, named graphs, and the things of each class that has any (in the vocabulary's order).

    ``default`` and ``union`` are the triples of the default graph itself, and of the one that is the union of all graphs.
    """

    quads: int
    default: int
    union: int
    graphs: int
    classes: tuple[tuple[str, int], ...]


class _Cache:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: tuple[str, str, float] | None = None
        self._counts: Counts | None = None

    def get(self, reader: Reader) -> Counts:
        with self._lock:
            key = (str(reader.directory), reader.version, reader.modified)
            if self._counts is None or self._key != key:
                self._counts, self._key = _count(reader), key
            return self._counts


def _count(reader: Reader) -> Counts:
    database = reader.database
    classes: list[tuple[str, int]] = []
    for name in CORE_CLASSES:
        # A thing is typed in the graph of every article that names it.
        things = {quad.subject for quad in database.quads_for_pattern(None, _TYPE, ox.NamedNode(ZONE[name]))}
        if things:
            classes.append((name, len(things)))
    quads = len(database)
    default = sum(1 for _ in database.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    union = len(reader.union) - (quads - default)  # The named graphs stand beside it.
    return Counts(quads, default, union, sum(1 for _ in database.named_graphs()), tuple(classes))


_cache = _Cache()


def counts(reader: Reader) -> Counts:
    """The counts of a version."""
    return _cache.get(reader)
