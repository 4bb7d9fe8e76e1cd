"""How much there is of what, as the store's description of itself says; counted where it has none, once for a version."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg_build.exchange.description import dataset, void_graph
from ontology.terms import CORE_CLASSES, VOID, ZONE

if TYPE_CHECKING:
    from kg_build.settings import Settings
    from kg_build.store import Reader

ALL = "SELECT (COUNT(*) AS ?number) { ?s ?p ?o }"
BY_CLASS = "SELECT ?class (COUNT(*) AS ?number) { ?s a ?class } GROUP BY ?class"


@dataclass(frozen=True, slots=True)
class Counts:
    """The triples of the union of all graphs, and the things of each class that has any (in the vocabulary's order).

    After writes they may be those of the moment before, until the description has followed.
    """

    triples: int
    classes: tuple[tuple[str, int], ...]


class _Cache:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: tuple[object, ...] | None = None
        self._counts: Counts | None = None

    def get(self, reader: Reader, settings: Settings) -> Counts:
        with self._lock:
            key = (str(reader.directory), reader.version, reader.modified, settings.base_iri, settings.texts)
            if self._counts is None or self._key != key:
                # A copy without texts is less than what the description speaks of.
                self._counts = (_described(reader, settings.base_iri) if settings.texts else None) or _counted(reader)
                self._key = key
            return self._counts


def _described(reader: Reader, base_iri: str) -> Counts | None:
    """What the description says; None where there is none, or it isn't one of ours."""
    void, node = void_graph(base_iri), dataset(base_iri)
    said: dict[tuple[str, str], ox.NamedNode | ox.Literal] = {}
    parts: list[str] = []
    size = 0
    for size, quad in enumerate(reader.database.quads_for_pattern(None, None, None, void), 1):  # noqa: B007 - its last one counts
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
            said[quad.subject.value, quad.predicate.value] = quad.object
            if quad.predicate.value == VOID.classPartition:
                parts.append(quad.object.value)
    try:
        triples = int(said[node.value, VOID.triples].value)
        found = {said[part, VOID["class"]].value: int(said[part, VOID.entities].value) for part in parts}
    except (KeyError, ValueError):
        return None
    return Counts(triples + size, _of_core(found))  # It doesn't count itself.


def _counted(reader: Reader) -> Counts:
    """Counted by Oxigraph, which lets other threads run meanwhile."""
    solutions: Any = reader.union.query(BY_CLASS)
    found = {solution["class"].value: int(solution["number"].value) for solution in solutions}
    return Counts(_all(reader.union), _of_core(found))


def _of_core(found: dict[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple((name, found[ZONE[name]]) for name in CORE_CLASSES if found.get(ZONE[name]))


def _all(database: ox.Store) -> int:
    solutions: Any = database.query(ALL)
    return next(int(solution["number"].value) for solution in solutions)


_cache = _Cache()


def counts(reader: Reader, settings: Settings) -> Counts:
    """The counts of a version."""
    return _cache.get(reader, settings)


def in_default_graph(reader: Reader) -> int:
    """The triples of the store's own default graph."""
    return _all(reader.database)
