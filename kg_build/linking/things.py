"""The store's things with what helps to tell which ones they are: names, what they lie in, what they are named with, when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import pyoxigraph as ox

from kg_build.gazetteers import place, places
from kg_build.graph.places import place_iri
from kg_build.linking.model import Thing
from ontology.terms import DCTERMS, RDF, SCHEMA, SKOS, ZONE

LINKED = ("Place", "Zone", "Park", "Industry", "Enterprise", "Institution")
"""Classes whose things are linked. People aren't: what they share with a gazetteer is mostly the name."""


@dataclass(slots=True)
class _Found:
    types: set[str] = field(default_factory=set)
    preferred: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    articles: set[str] = field(default_factory=set)
    located: set[str] = field(default_factory=set)
    industries: set[str] = field(default_factory=set)


def read_things(database: ox.Store, base_iri: str) -> list[Thing]:
    """Every thing of the linked classes that articles name, by IRI. Only what articles say is looked at, so that what an
    earlier linking wrote doesn't change a later one.
    """
    found = _read(database, base_iri)
    years, papers = _articles(database)
    named: dict[str, list[str]] = defaultdict(list)
    for iri in sorted(found):
        if found[iri].types & {"Place", "Zone"}:
            for article in found[iri].articles:
                named[article].append(iri)
    return [
        thing
        for iri in sorted(found)
        if (kind := next((k for k in LINKED if k in found[iri].types), None)) is not None
        and (thing := _thing(iri, kind, found, named, years, papers, base_iri)) is not None
    ]


def _read(database: ox.Store, base_iri: str) -> dict[str, _Found]:
    found: dict[str, _Found] = defaultdict(_Found)
    wanted: dict[str, str] = {
        RDF.type: "types",
        SKOS.prefLabel: "preferred",
        SKOS.altLabel: "others",
        ZONE.mentionedIn: "articles",
        ZONE.locatedIn: "located",
        ZONE.inIndustry: "industries",
        ZONE.leadIndustry: "industries",
        ZONE.developsIndustry: "industries",
    }
    for predicate, attribute in wanted.items():
        for quad in database.quads_for_pattern(None, ox.NamedNode(predicate), None, None):
            if not isinstance(quad.subject, ox.NamedNode) or not _in_article(quad, base_iri):
                continue
            value = quad.object.value if isinstance(quad.object, ox.NamedNode | ox.Literal) else ""
            if attribute == "types":
                value = ZONE.local(value) or ""
            if value:
                getattr(found[quad.subject.value], attribute).add(value)
    return dict(found)


def _in_article(quad: ox.Quad, base_iri: str) -> bool:
    return isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value.startswith(f"{base_iri}article/")


def _articles(database: ox.Store) -> tuple[dict[str, int], dict[str, str]]:
    """Article → its year; article → its publisher."""
    years: dict[str, int] = {}
    papers: dict[str, str] = {}
    for quad in database.quads_for_pattern(None, ox.NamedNode(SCHEMA.datePublished), None, None):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal) and quad.object.value[:4].isdecimal():
            years[quad.subject.value] = int(quad.object.value[:4])
    for quad in database.quads_for_pattern(None, ox.NamedNode(DCTERMS.publisher), None, None):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
            papers[quad.subject.value] = quad.object.value
    return years, papers


def _thing(
    iri: str,
    kind: str,
    found: dict[str, _Found],
    named: dict[str, list[str]],
    years: dict[str, int],
    papers: dict[str, str],
    base_iri: str,
) -> Thing | None:
    own = found[iri]
    preferred = sorted(own.preferred)
    names = tuple(dict.fromkeys((*preferred, *sorted(own.others))))
    if not names:
        return None
    near = {
        name for article in own.articles for other in named.get(article, ()) if other != iri for name in found[other].preferred
    }
    near |= {papers[article] for article in own.articles if article in papers}
    return Thing(
        iri=iri,
        type=kind,
        names=names,
        inside=tuple(dict.fromkeys((*_of_iri(iri, base_iri), *_containers(iri, found)))),
        beside=tuple(sorted(near)),
        years=tuple(sorted({years[article] for article in own.articles if article in years})),
        industries=tuple(sorted({name for i in own.industries if i in found for name in found[i].preferred})),
        code=_codes(base_iri).get(iri),
    )


def _of_iri(iri: str, base_iri: str) -> Iterator[str]:
    """What the IRI puts before the name (…/place/南京市/鼓楼区), nearest first."""
    yield from reversed(iri.removeprefix(base_iri).split("/")[1:-1])


def _containers(iri: str, found: dict[str, _Found]) -> Iterator[str]:
    """Names of what it is located in, and of what that is located in; none where several are said of it."""
    seen = {iri}
    here = found[iri]
    while len(here.located) == 1:
        (above,) = here.located
        if above in seen or above not in found:
            return
        seen.add(above)
        here = found[above]
        yield from sorted(here.preferred)[:1]


@lru_cache(maxsize=4)
def _codes(base_iri: str) -> dict[str, str]:
    """IRI → code of every place of the gazetteer, whose IRIs are made from it."""
    return {place_iri(row, base_iri): row.code for row in places()}


def chain_things(codes: Iterable[str], base_iri: str) -> list[Thing]:
    """The places of these codes as things, by IRI: those above what was linked, which no article needs to name."""
    found = []
    for code in sorted(set(codes)):
        row = place(code)
        if row is not None and row.valid_until is None:
            found.append(Thing(iri=place_iri(row, base_iri), type="Place", names=(row.name,), code=code))
    return found
