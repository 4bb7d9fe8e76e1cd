"""How much there is of what, as the store's description of itself says; counted where it has none, once for a version."""

from __future__ import annotations

import contextlib
import threading
import time
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

SHARE = 20
"""So many times as long as it took nothing is counted in the background again."""


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
        self._counting: threading.Thread | None = None
        self._next = 0.0

    def get(self, reader: Reader, settings: Settings) -> Counts:
        with self._lock:
            return self._said(reader, settings) or self._take(_counted(reader), reader, settings)

    def at_hand(self, reader: Reader, settings: Settings) -> Counts | None:
        if self._lock.acquire(blocking=False):  # Else it is being counted just now.
            try:
                found = self._said(reader, settings)
            finally:
                self._lock.release()
            if found is not None:
                return found
            if (self._counting is None or not self._counting.is_alive()) and time.monotonic() >= self._next:
                self._counting = threading.Thread(target=self._count, args=(reader, settings), name="counting", daemon=True)
                self._counting.start()
        is_of_it = self._key is not None and self._key[0] == str(reader.directory)
        return self._counts if is_of_it else None

    def _count(self, reader: Reader, settings: Settings) -> None:
        began = time.monotonic()
        with contextlib.suppress(OSError, RuntimeError):  # Who waits for it is told.
            self.get(reader, settings)
        now = time.monotonic()
        self._next = now + SHARE * (now - began)

    def _said(self, reader: Reader, settings: Settings) -> Counts | None:
        """What is known, or described; with the lock held."""
        if self._key == _key(reader, settings):
            return self._counts
        # A copy without texts is less than what the description speaks of.
        found = _described(reader, settings.base_iri) if settings.texts else None
        return found and self._take(found, reader, settings)

    def _take(self, found: Counts, reader: Reader, settings: Settings) -> Counts:
        self._key, self._counts = _key(reader, settings), found
        return found


def _key(reader: Reader, settings: Settings) -> tuple[object, ...]:
    return (str(reader.directory), reader.version, reader.modified, settings.base_iri, settings.texts)


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


def at_hand(reader: Reader, settings: Settings) -> Counts | None:
    """The counts of a version without a wait: where it isn't described they are counted in a thread, and those of the version
    before, if any, are given meanwhile.
    """
    return _cache.at_hand(reader, settings)


def in_default_graph(reader: Reader) -> int:
    """The triples of the store's own default graph."""
    return _all(reader.database)
