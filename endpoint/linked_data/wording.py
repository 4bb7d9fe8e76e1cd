"""What pages call things and terms: the graph's names for them, else words made from what it says of them.

Posts, articles and entities have names. Claims, figures and the places of quotes have none: on a page they are called by
what they say. The graph is not touched, so dumps and queries know nothing of these words.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import pyoxigraph as ox
import yaml

from ontology.terms import DCTERMS, OA, PREFIXES, RDF, RDFS, SKOS, ZONE

_NAMES = tuple(ox.NamedNode(iri) for iri in (SKOS.prefLabel, RDFS.label, DCTERMS.title))
_TYPE = ox.NamedNode(RDF.type)


@dataclass(frozen=True, slots=True)
class Words:
    """What something is called in Chinese and in English; the English is empty where there is none."""

    zh: str
    en: str = ""


def label(database: ox.Store, iri: str, language: str = "zh") -> str | None:
    """A thing's name, the preferred one first; that language before others."""
    node = ox.NamedNode(iri)
    for predicate in _NAMES:
        found = [q.object for q in database.quads_for_pattern(node, predicate, None) if isinstance(q.object, ox.Literal)]
        if found:
            return min(found, key=lambda term: (term.language != language, term.value)).value
    return None


def term(database: ox.Store, iri: str) -> Words | None:
    """What a class or a property is called: by the ontology in the store, else by ``words.yaml``; None if by neither."""
    if (chinese := label(database, iri)) is not None:
        english = label(database, iri, "en")
        return Words(chinese, english if english and english != chinese else "")
    return _words().get(iri)


def heading(database: ox.Store, iri: str, depth: int = 2) -> str | None:
    """What a thing is called: its name, else what it says in a few words; None where it says nothing to call it by.

    A claim may be about a figure, which has no name either: ``depth`` ends the chain in graphs that lead in a circle.
    """
    if (name := label(database, iri)) is not None:
        return name
    said: dict[str, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple] = {}
    types = set()
    for quad in database.quads_for_pattern(ox.NamedNode(iri), None, None):
        if quad.predicate == _TYPE:
            types.add(getattr(quad.object, "value", ""))
        said.setdefault(quad.predicate.value, quad.object)
    if not types & {RDF.Statement, ZONE.Observation, OA.TextPositionSelector, OA.TextQuoteSelector}:
        return None
    text = {predicate: _text(database, value, depth - 1) for predicate, value in said.items()}
    if RDF.Statement in types:
        return _joined(text, RDF.subject, RDF.predicate, RDF.object)
    if ZONE.Observation in types:
        return _joined(_figure(text), ZONE.observedEntity, ZONE.indicator, ZONE.periodText, ZONE.value)
    if OA.TextPositionSelector in types:
        return f"原文位置 {text.get(OA.start, '')}–{text.get(OA.end, '')}"
    return f"“{text[OA.exact]}”" if OA.exact in text else None


def kinds(database: ox.Store, iri: str) -> list[Words]:
    """What kind of thing it is, the project's own classes alone where it has one."""
    found = (quad.object for quad in database.quads_for_pattern(ox.NamedNode(iri), _TYPE, None))
    types = {kind.value for kind in found if isinstance(kind, ox.NamedNode)}
    own = {kind for kind in types if kind.startswith(ZONE.iri)}
    return [words for kind in sorted(own or types) if (words := term(database, kind)) is not None]


def _figure(text: dict[str, str]) -> dict[str, str]:
    """An observation's values as they are read: the figure with its unit or what there is instead, the period as days."""
    start, end = text.get(ZONE.periodStart, ""), text.get(ZONE.periodEnd, "")
    days = f"{start}—{end}" if start and end and start != end else (end or start)
    if ZONE.value in text:
        shown = text[ZONE.value] + text.get(ZONE.unit, "")
    elif ZONE.growthRate in text:
        shown = f"{text[ZONE.growthRate]}%"
    else:
        shown = text.get(ZONE.rank, "")
    return {**text, ZONE.periodText: text.get(ZONE.periodText) or days, ZONE.value: shown}


def _joined(text: dict[str, str], *predicates: str) -> str | None:
    parts = [text[predicate] for predicate in predicates if text.get(predicate)]
    return " · ".join(parts) or None


def _text(database: ox.Store, value: object, depth: int) -> str:
    """A value in words: a literal as it is, a thing by its name or by the end of its IRI."""
    if isinstance(value, ox.NamedNode):
        if (words := term(database, value.value)) is not None:
            return words.zh
        named = heading(database, value.value, depth) if depth else None
        return named or value.value.rpartition("/")[2].rpartition("#")[2]
    return value.value if isinstance(value, ox.Literal) else ""


@cache
def _words() -> dict[str, Words]:
    text = files("endpoint.linked_data").joinpath("words.yaml").read_text(encoding="utf-8")
    rows: dict[str, Any] = yaml.safe_load(text)
    found = {}
    for name, (chinese, english) in rows.items():
        prefix, _, local = name.partition(":")
        found[PREFIXES[prefix] + local] = Words(chinese, english)
    return found
