"""What a store says of one source file, in the terms of the gold annotations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

import pyoxigraph as ox

from kg_build.evaluation.figures import Figure
from kg_build.model import LINKS, EntityType
from ontology.terms import RDF, SCHEMA, SKOS, ZONE

Statement = tuple[str, str, str | float, str]
"""Subject (``article`` for an author's), property, object and, for a post, its title."""


@dataclass(frozen=True, slots=True)
class Said:
    """Entities by IRI (types, names), statements and figures by IRI of one file."""

    types: Mapping[str, frozenset[str]]
    names: Mapping[str, frozenset[str]]
    statements: frozenset[Statement]
    observations: Mapping[str, Figure]
    """In the order in which they are compared."""

    def name(self, node: str) -> str:
        """The fullest name of a node; its IRI where it has none."""
        return min(self.names.get(node, ()), key=lambda n: (-len(n), n), default=node)


def mention_of(node: str) -> Statement:
    """The statement that a claim of an entity makes."""
    return node, "mentionedIn", "", ""


def figure_of(node: str) -> Statement:
    """The statement that a claim of a figure makes."""
    return node, "observedEntity", "", ""


def stems(database: ox.Store) -> frozenset[str]:
    """The names, without ending, of the files that the store has articles of."""
    return frozenset(PurePosixPath(o).stem for _, o in pairs(database, ZONE.sourceFile, None))


def articles_of(database: ox.Store, stem: str) -> list[str]:
    """The articles (and so the graphs) of the files of that name, sorted."""
    return sorted({s for s, o in pairs(database, ZONE.sourceFile, None) if PurePosixPath(o).stem == stem})


def said_of(database: ox.Store, stem: str) -> Said:
    """What the articles of the file of that name say."""
    graphs = articles_of(database, stem)
    types: dict[str, set[str]] = {}
    for graph in graphs:
        for node, kind in pairs(database, RDF.type, graph):
            local = ZONE.local(kind)
            if local is not None:
                types.setdefault(node, set()).add(local)
    names = {node: _names(database, node) for node in types}
    statements: set[Statement] = set()
    for graph in graphs:
        statements.update((s, p, o, "") for p in LINKS for s, o in pairs(database, ZONE[p], graph))
        statements.update((s, "status", o.rsplit("#", 1)[-1], "") for s, o in pairs(database, ZONE.status, graph))
        statements.update((s, "totalInvestment", float(o), "") for s, o in pairs(database, ZONE.totalInvestment, graph))
        statements.update(("article", "author", o, "") for _, o in pairs(database, SCHEMA.author, graph))
        posts = posts_of(database, graph).values()
        # A firm's executives have posts, too; gold has officials only.
        statements.update(post for post in posts if EntityType.OFFICIAL.value in types.get(post[0], ()))
    figures = {node: _figure(database, node, graphs) for node in sorted(types) if "Observation" in types[node]}
    return Said({n: frozenset(t) for n, t in types.items()}, names, frozenset(statements), figures)


def posts_of(database: ox.Store, graph: str) -> dict[str, Statement]:
    """What each post of an article's graph states of its holder."""
    holders = dict(pairs(database, ZONE.postHolder, graph))
    titles = dict(pairs(database, ZONE.postTitle, graph))
    return {
        post: (holders[post], "officialOf", where, titles.get(post, ""))
        for post, where in pairs(database, ZONE.postIn, graph)
        if post in holders
    }


def pairs(database: ox.Store, predicate: str, graph: str | None) -> Iterator[tuple[str, str]]:
    """Subjects and objects of a property, in one graph or in all."""
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


def _figure(database: ox.Store, node: str, graphs: list[str]) -> Figure:
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
    return Figure(
        of=first("observedEntity"),
        indicator=min(_names(database, indicator), default="") if indicator else "",
        value=number("value"),
        unit=first("unit"),
        growth=number("growthRate"),
        start=first("periodStart"),
        end=first("periodEnd"),
        is_target=first("isTarget") == "true",
    )
