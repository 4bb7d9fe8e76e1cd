"""All that can be reconciled to, of one version of the store: things with their names, types and places."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

import numpy as np
import pyoxigraph as ox

from endpoint.reconcile.names import PlaceNames, fold
from endpoint.reconcile.ngrams import Ngrams
from endpoint.reconcile.schema import Type, schema
from ontology.terms import DCTERMS, RDF, RDFS, SKOS, ZONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from kg_build.store import Reader

NAMESAKES: Final = 500
"""Things of the very same name that are looked at: a property may tell them apart."""
_DEFAULT: Final = ox.DefaultGraph()
_TYPE: Final = ox.NamedNode(RDF.type)
_NAMES: Final = tuple(ox.NamedNode(iri) for iri in (SKOS.prefLabel, DCTERMS.title, RDFS.label, SKOS.altLabel, SKOS.hiddenLabel))
"""Properties that name a thing, the best first: the first name found is the one shown."""
_NEAR: Final = tuple(ox.NamedNode(iri) for iri in (ZONE.locatedIn, ZONE.officialOf, ZONE.within))
"""Properties whose value tells a thing from its namesakes."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing that can be reconciled to."""

    id: str
    """The part of its IRI after the identifier space; the whole IRI of things that lie outside it."""
    iri: str
    name: str
    types: int
    """Bits of its types."""
    where: str
    """The name of the zone, body or place that it belongs to; may be empty."""

    def type_list(self) -> list[Type]:
        """Its types, the broader ones first."""
        return [one for one in schema().types.values() if self.types & one.bit]

    @property
    def description(self) -> str:
        """What tells it from namesakes: its first type, and where it belongs."""
        kinds = self.type_list()
        return " · ".join(part for part in (kinds[0].names["zh"] if kinds else "", self.where) if part)


class Catalogue:
    """The things of a version of the store. Never changes; safe for many threads.

    Args:
        reader: The version; held as long as the catalogue is.
        base_iri: The identifier space.
    """

    def __init__(self, reader: Reader, base_iri: str) -> None:
        self.reader = reader
        self._base = base_iri
        types = _types(reader.union)
        names = _names(reader.union, types)
        where = _where(reader.union, names)
        self.places = PlaceNames(_places(reader.union, types, names))
        self.things = [Thing(self._id(iri), iri, own[0], types[iri], where.get(iri, "")) for iri, own in names.items()]
        self._by_id = {thing.id: number for number, thing in enumerate(self.things)}
        self._texts = [name for own in names.values() for name in own]
        counts = [len(own) for own in names.values()]
        self._starts: NDArray[np.int64] = np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))
        self._owners: NDArray[np.int64] = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
        self._masks: NDArray[np.uint64] = np.array([thing.types for thing in self.things], dtype=np.uint64)
        parts = [self.places.parts(text) for text in self._texts]
        self._ngrams = Ngrams([part.stem for part in parts])
        order = sorted(range(len(parts)), key=lambda number: (parts[number].full, number))
        self._sorted = [parts[number].full for number in order]
        self._order = order

    def __len__(self) -> int:
        """How many things there are."""
        return len(self.things)

    def thing(self, name: str) -> int | None:
        """The position of the thing of an id or IRI."""
        found = self._by_id.get(name)
        return self._by_id.get(self._id(name)) if found is None else found

    def names(self, thing: int) -> list[str]:
        """All names of a thing, the one shown first."""
        return self._texts[self._starts[thing] : self._starts[thing + 1]]

    def like(self, text: str, most: int, mask: int | None = None) -> list[int]:
        """Things with this name, at most `NAMESAKES`, and at most so many with one like it, the likeliest first.

        It is a choice to be compared more closely. ``mask`` has the bits of the types wanted; None wants any.
        """
        parts = self.places.parts(text)
        exact = list(islice((n for n in self._from(parts.full, whole=True) if self._is_wanted(n, mask)), NAMESAKES))
        allowed = None if mask is None else (self._masks & np.uint64(mask) != 0)[self._owners]
        # A thing may be found by several of its names.
        near = self._ngrams.search(parts.stem, 2 * most, allowed)
        return list(dict.fromkeys([*exact, *list(dict.fromkeys(self._owners[near].tolist()))[:most]]))

    def beginning(self, text: str, mask: int | None = None) -> Iterator[int]:
        """Things with a name that begins so, by that name; each may come several times."""
        return (number for number in self._from(fold(text)) if self._is_wanted(number, mask))

    def _from(self, full: str, *, whole: bool = False) -> Iterator[int]:
        for place in range(bisect_left(self._sorted, full), len(self._sorted)):
            found = self._sorted[place]
            if found != full if whole else not found.startswith(full):
                return
            yield int(self._owners[self._order[place]])

    def _is_wanted(self, thing: int, mask: int | None) -> bool:
        return mask is None or bool(self.things[thing].types & mask)

    def _id(self, iri: str) -> str:
        return iri[len(self._base) :] if iri.startswith(self._base) and len(iri) > len(self._base) else iri


def _types(union: ox.Store) -> dict[str, int]:
    """The things of the types offered, with the bits of their types."""
    found: dict[str, int] = {}
    for one in schema().types.values():
        for quad in union.quads_for_pattern(None, _TYPE, ox.NamedNode(one.iri), _DEFAULT):
            if isinstance(quad.subject, ox.NamedNode):
                found[quad.subject.value] = found.get(quad.subject.value, 0) | one.bit
    return found


def _names(union: ox.Store, types: Mapping[str, int]) -> dict[str, list[str]]:
    """The names of those things that have any; sorted by IRI, Chinese names before others."""
    found: dict[str, dict[tuple[int, bool, str], None]] = {}
    for rank, predicate in enumerate(_NAMES):
        for quad in union.quads_for_pattern(None, predicate, None, _DEFAULT):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal) and quad.subject.value in types:
                name = quad.object.value.strip()
                if fold(name):
                    found.setdefault(quad.subject.value, {})[rank, quad.object.language != "zh", name] = None
    return {iri: list(dict.fromkeys(name for _, _, name in sorted(names))) for iri, names in sorted(found.items())}


def _where(union: ox.Store, names: Mapping[str, list[str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for predicate in _NEAR:
        nearest: dict[str, str] = {}
        for quad in union.quads_for_pattern(None, predicate, None, _DEFAULT):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode) and quad.object.value in names:
                subject, name = quad.subject.value, names[quad.object.value][0]
                nearest[subject] = min(nearest.get(subject, name), name)
        found = nearest | found
    return found


def _places(union: ox.Store, types: Mapping[str, int], names: Mapping[str, list[str]]) -> dict[str, frozenset[str]]:
    """The names of the store's places, each with those of the places that it lies in."""
    place = schema().types["Place"].bit
    above: dict[str, set[str]] = {}
    for quad in union.quads_for_pattern(None, ox.NamedNode(ZONE.within), None, _DEFAULT):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            above.setdefault(quad.subject.value, set()).add(quad.object.value)

    def around(iri: str) -> frozenset[str]:
        seen: set[str] = set()
        open_ends = [iri]
        while open_ends:
            for upper in above.get(open_ends.pop(), ()):
                if upper not in seen:
                    seen.add(upper)
                    open_ends.append(upper)
        return frozenset(name for upper in seen for name in names.get(upper, ()))

    return {name: around(iri) for iri, own in names.items() if types[iri] & place for name in own}
