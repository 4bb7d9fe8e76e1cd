"""An article as it stands in a store: its graph, and the claims that were made from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ontology.terms import OA, PROV, RDF, SCHEMA, ZONE

if TYPE_CHECKING:
    from collections.abc import Iterator

_TYPE, _ARTICLE = ox.NamedNode(RDF.type), ox.NamedNode(ZONE.Article)
_SUBJECT, _PREDICATE, _OBJECT = ox.NamedNode(RDF.subject), ox.NamedNode(RDF.predicate), ox.NamedNode(RDF.object)
_CONFIDENCE, _SOURCE, _SELECTOR = ox.NamedNode(ZONE.confidence), ox.NamedNode(PROV.wasDerivedFrom), ox.NamedNode(OA.hasSelector)
_DATE = ox.NamedNode(SCHEMA.datePublished)

Node = ox.NamedNode | ox.BlankNode


@dataclass(frozen=True, slots=True)
class ClaimQuads:
    """A claim: what it says, how surely (0 to 1), and all its quads, those of its selectors included."""

    said: ox.Triple
    confidence: Decimal
    quads: tuple[ox.Quad, ...]


@dataclass(frozen=True, slots=True)
class ArticleQuads:
    """An article's graph and its claims. As large as one article, however large the store."""

    name: ox.NamedNode
    quads: tuple[ox.Quad, ...]
    claims: tuple[ClaimQuads, ...]

    @property
    def published(self) -> date | None:
        """The day of the article; None where it isn't known."""
        for quad in self.quads:
            if quad.predicate == _DATE and quad.subject == self.name and isinstance(quad.object, ox.Literal):
                try:
                    return date.fromisoformat(quad.object.value[:10])
                except ValueError:
                    return None
        return None


def article_graphs(database: ox.Store) -> Iterator[ox.NamedNode]:
    """The graphs that are an article's, in no order."""
    for quad in database.quads_for_pattern(None, _TYPE, _ARTICLE):
        if quad.subject == quad.graph_name and isinstance(quad.subject, ox.NamedNode):
            yield quad.subject


def is_article(database: ox.Store, graph: object) -> bool:
    """Whether a graph is an article's."""
    return isinstance(graph, ox.NamedNode) and ox.Quad(graph, _TYPE, _ARTICLE, graph) in database


def read_article(database: ox.Store, name: ox.NamedNode) -> ArticleQuads:
    """One article with the claims that name it as their source."""
    quads = tuple(database.quads_for_pattern(None, None, None, name))
    nodes = dict.fromkeys(quad.subject for quad in database.quads_for_pattern(None, _SOURCE, name))
    claims = (_claim(database, node) for node in nodes if not isinstance(node, ox.Triple))
    return ArticleQuads(name, quads, tuple(claim for claim in claims if claim is not None))


def _claim(database: ox.Store, node: Node) -> ClaimQuads | None:
    """A claim by its node; None for another thing that was derived from the article."""
    quads = list(database.quads_for_pattern(node, None, None))
    values = {quad.predicate: quad.object for quad in quads}
    subject, predicate, value = values.get(_SUBJECT), values.get(_PREDICATE), values.get(_OBJECT)
    if not isinstance(subject, Node) or not isinstance(predicate, ox.NamedNode) or value is None:
        return None
    for selector in [quad.object for quad in quads if quad.predicate == _SELECTOR]:
        if isinstance(selector, Node):
            quads.extend(database.quads_for_pattern(selector, None, None))
    return ClaimQuads(ox.Triple(subject, predicate, value), _number(values.get(_CONFIDENCE)), tuple(quads))


def _number(term: object) -> Decimal:
    """A confidence; a claim that tells none counts as unsure."""
    try:
        return Decimal(term.value) if isinstance(term, ox.Literal) else Decimal(0)
    except InvalidOperation:
        return Decimal(0)
