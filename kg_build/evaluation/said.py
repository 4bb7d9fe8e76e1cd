"""What a store says of one source file, in the terms of the gold annotations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

import pyoxigraph as ox

from kg_build.model import LINKS, EntityType
from ontology.terms import RDF, SCHEMA, SKOS, ZONE


@dataclass(frozen=True, slots=True)
class SaidObservation:
    """A figure as the store has it."""

    of: str
    indicator: str
    value: float | None
    unit: str
    growth: float | None
    start: str
    end: str
    is_target: bool


@dataclass(frozen=True, slots=True)
class Said:
    """Entities by IRI (types, names), statements (subject, property, object, title) and figures of one file."""

    types: dict[str, frozenset[str]]
    names: dict[str, frozenset[str]]
    statements: frozenset[tuple[str, str, str | float, str]]
    observations: tuple[SaidObservation, ...]


def stems(database: ox.Store) -> frozenset[str]:
    """The names, without ending, of the files that the store has articles of."""
    return frozenset(PurePosixPath(o).stem for _, o in _pairs(database, ZONE.sourceFile, None))


def said_of(database: ox.Store, stem: str) -> Said:
    """What the articles of the file of that name say."""
    graphs = sorted({s for s, o in _pairs(database, ZONE.sourceFile, None) if PurePosixPath(o).stem == stem})
    types: dict[str, set[str]] = {}
    for graph in graphs:
        for node, kind in _pairs(database, RDF.type, graph):
            local = ZONE.local(kind)
            if local is not None:
                types.setdefault(node, set()).add(local)
    names = {node: _names(database, node) for node in types}
    statements = {
        (s, p, o if p in LINKS else "", "") for graph in graphs for p in LINKS for s, o in _pairs(database, ZONE[p], graph)
    }
    rest: set[tuple[str, str, str | float, str]] = set()
    for graph in graphs:
        rest.update((s, "status", o.rsplit("#", 1)[-1], "") for s, o in _pairs(database, ZONE.status, graph))
        rest.update((s, "totalInvestment", float(o), "") for s, o in _pairs(database, ZONE.totalInvestment, graph))
        rest.update(("article", "author", o, "") for _, o in _pairs(database, SCHEMA.author, graph))
        holders = dict(_pairs(database, ZONE.postHolder, graph))
        titles = dict(_pairs(database, ZONE.postTitle, graph))
        for post, where in _pairs(database, ZONE.postIn, graph):
            holder = holders.get(post)
            if holder is not None and EntityType.OFFICIAL.value in types.get(holder, ()):
                rest.add((holder, "officialOf", where, titles.get(post, "")))
    observations = tuple(_observation(database, node, graphs) for node in sorted(types) if "Observation" in types[node])
    return Said({n: frozenset(t) for n, t in types.items()}, names, frozenset(statements) | rest, observations)


def _pairs(database: ox.Store, predicate: str, graph: str | None) -> Iterator[tuple[str, str]]:
    where = None if graph is None else ox.NamedNode(graph)
    for quad in database.quads_for_pattern(None, ox.NamedNode(predicate), None, where):
        yield str(getattr(quad.subject, "value", "")), str(getattr(quad.object, "value", ""))


def _names(database: ox.Store, node: str) -> frozenset[str]:
    return frozenset(
        str(getattr(q.object, "value", ""))
        for p in (SKOS.prefLabel, SKOS.altLabel)
        for q in database.quads_for_pattern(ox.NamedNode(node), ox.NamedNode(p), None, None)
        if getattr(q.object, "language", None) == "zh"
    )


def _observation(database: ox.Store, node: str, graphs: list[str]) -> SaidObservation:
    def first(local: str) -> str:
        found = [
            str(getattr(q.object, "value", ""))
            for graph in graphs
            for q in database.quads_for_pattern(ox.NamedNode(node), ox.NamedNode(ZONE[local]), None, ox.NamedNode(graph))
        ]
        return min(found, default="")

    def number(local: str) -> float | None:
        text = first(local)
        return float(text) if text else None

    indicator = first("indicator")
    label = min(_names(database, indicator), default="") if indicator else ""
    return SaidObservation(
        of=first("observedEntity"),
        indicator=label,
        value=number("value"),
        unit=first("unit"),
        growth=number("growthRate"),
        start=first("periodStart"),
        end=first("periodEnd"),
        is_target=first("isTarget") == "true",
    )
