"""A SKOS vocabulary of the user's: any RDF file with concepts and their labels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from kg_build.errors import InputError
from kg_build.linking.gazetteers.base import Progress, Source, quiet
from kg_build.linking.gazetteers.records import Records
from kg_build.linking.gazetteers.table import inside
from kg_build.linking.model import Candidate, Thing
from kg_build.linking.things import LINKED
from kg_build.store.loading import check_bounds, form_of, told
from ontology.terms import RDF, RDFS, SCHEMA, SKOS, WGS, ZONE

_LABELS = (SKOS.prefLabel, RDFS.label, SCHEMA.name)
"""Where the name stands, the first that is there."""


class Skos:
    """The things of an RDF file that have a label: concepts, and whatever else is named in it."""

    types = frozenset(LINKED)

    def __init__(self, path: Path) -> None:
        """Read the file. Raises `InputError` where it isn't RDF or names nothing."""
        self.source = Source(name=path.stem, title=path.name, iri=f"urn:zonekg:skos:{quote(path.stem)}")
        self._records = Records(_read(path))
        if not len(self._records):
            raise InputError(path, "names nothing (skos:prefLabel, rdfs:label or schema:name)")

    def candidates(self, things: Sequence[Thing], progress: Progress = quiet) -> list[list[Candidate]]:
        """The records whose labels are near to each thing's names."""
        del progress
        return [self._records.find(thing) for thing in things]


def _read(path: Path) -> list[Candidate]:
    check_bounds(path)
    said: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = defaultdict(lambda: defaultdict(list))
    with told(path):
        for quad in ox.parse(path=path, format=form_of(path), base_iri="urn:zonekg:skos:"):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
                said[quad.subject.value][quad.predicate.value].append(quad.object)
    return [record for iri in sorted(said) if (record := _record(iri, said)) is not None]


def _record(iri: str, said: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]]) -> Candidate | None:
    own = said[iri]
    full = next((names for label in _LABELS if (names := _texts(own.get(label, [])))), ())
    if not full:
        return None
    above = own.get(SKOS.broader) or own.get(ZONE.locatedIn) or own.get(ZONE.within) or []
    places = [name for node in above for label in _LABELS for name in _texts(said[node.value].get(label, []))] if above else []
    kinds = sorted({ZONE.local(node.value) or "" for node in own.get(RDF.type, [])} & set(LINKED))
    return Candidate(
        iri=iri,
        names=full,
        aliases=_texts([*own.get(SKOS.altLabel, []), *own.get(SKOS.hiddenLabel, [])]),
        type=kinds[0] if kinds else "",
        inside=next((codes for place in places if (codes := inside(place))), ()),
        code=next(iter(_texts(own.get(SKOS.notation, []))), ""),
        point=_point(own),
    )


def _texts(terms: Sequence[ox.NamedNode | ox.Literal]) -> tuple[str, ...]:
    """The literals, Chinese ones and such without a language before others."""
    found = [term for term in terms if isinstance(term, ox.Literal)]
    order = sorted(found, key=lambda t: ((t.language or "zh")[:2] != "zh", t.value))
    return tuple(dict.fromkeys(term.value for term in order))


def _point(own: dict[str, list[ox.NamedNode | ox.Literal]]) -> tuple[str, str] | None:
    latitude, longitude = _texts(own.get(WGS.lat, [])), _texts(own.get(WGS.long, []))
    return (latitude[0], longitude[0]) if latitude and longitude else None
