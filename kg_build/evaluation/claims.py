"""The claims behind what a store says: where the words stand, which rule read them and how sure it was."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import pyoxigraph as ox

from kg_build.evaluation.said import Statement, articles_of, figure_of, mention_of, posts_of
from kg_build.model import LINKS, Span
from ontology.terms import OA, PROV, RDF, SCHEMA, ZONE


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """One place that makes a statement."""

    places: tuple[Span, ...]
    """Where the quote stands in the source's text, in reading order."""
    quote: str
    """Empty in a store whose texts were taken out."""
    rule: str
    confidence: float
    iri: str


def claims_of(database: ox.Store, stem: str) -> dict[Statement, tuple[Claim, ...]]:
    """The claims of the articles of the file of that name, by what they state, in the order of their places."""
    found: dict[Statement, set[Claim]] = defaultdict(set)
    for article in articles_of(database, stem):
        posts = posts_of(database, article)
        for node in sorted(_subjects(database, PROV.wasDerivedFrom, article)):
            values = _values(database, node)
            statement = _statement(values, posts)
            if statement is not None and (claim := _claim(database, node, values)) is not None:
                found[statement].add(claim)
    return {statement: tuple(sorted(claims)) for statement, claims in found.items()}


def _subjects(database: ox.Store, predicate: str, value: str) -> set[str]:
    quads = database.quads_for_pattern(None, ox.NamedNode(predicate), ox.NamedNode(value), None)
    return {str(getattr(quad.subject, "value", "")) for quad in quads}


def _values(database: ox.Store, node: str) -> dict[str, list[str]]:
    values: dict[str, list[str]] = defaultdict(list)
    for quad in database.quads_for_pattern(ox.NamedNode(node), None, None, None):
        values[quad.predicate.value].append(str(getattr(quad.object, "value", "")))
    return {predicate: sorted(set(found)) for predicate, found in values.items()}


def _statement(values: dict[str, list[str]], posts: dict[str, Statement]) -> Statement | None:
    """What a claim states, as `Said` has it; None for what isn't scored by itself (the shortcut of a post)."""
    subject, predicate, value = (next(iter(values.get(p, ())), "") for p in (RDF.subject, RDF.predicate, RDF.object))
    local = ZONE.local(predicate)
    if predicate == SCHEMA.author:
        return "article", "author", value, ""
    if local in LINKS:
        return subject, local, value, ""
    try:
        amount = float(value) if local == "totalInvestment" else 0.0
    except ValueError:  # a statement of other people's
        return None
    return {
        "mentionedIn": mention_of(subject),
        "observedEntity": figure_of(subject),
        "postIn": posts.get(subject),
        "status": (subject, "status", value.rsplit("#", 1)[-1], ""),
        "totalInvestment": (subject, "totalInvestment", amount, ""),
    }.get(local or "")


def _claim(database: ox.Store, node: str, values: dict[str, list[str]]) -> Claim | None:
    rule, confidence = (next(iter(values.get(p, ())), "") for p in (ZONE.rule, ZONE.confidence))
    if not rule or not confidence:
        return None
    ends = [_values(database, selector) for selector in values.get(OA.hasSelector, ())]
    places = [Span(int(one[OA.start][0]), int(one[OA.end][0])) for one in ends if one.keys() >= {OA.start, OA.end}]
    return Claim(tuple(sorted(places)), next(iter(values.get(ZONE.quote, ())), ""), rule, float(confidence), node)
