"""What of an article is said surely enough: what a build with the same ``min_confidence`` would have stored.

`kg_build.resolution.sure` decides the same before there is a graph; a test compares the two on real pages.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_build.exchange.articles import ArticleQuads, ClaimQuads
from ontology.terms import RDF, SCHEMA, ZONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from decimal import Decimal

_TYPE, _MENTIONED, _AUTHOR = ox.NamedNode(RDF.type), ox.NamedNode(ZONE.mentionedIn), ox.NamedNode(SCHEMA.author)
_RECORDS = {ox.NamedNode(ZONE.Observation), ox.NamedNode(ZONE.Post)}
"""Classes whose nodes are statements themselves: without a claim that supports it, nothing of such a node stays."""
_INDICATOR = ox.NamedNode(ZONE.Indicator)
_HOLDER, _POST_IN, _OFFICIAL_OF = (ox.NamedNode(ZONE[name]) for name in ("postHolder", "postIn", "officialOf"))
_AMOUNT, _CURRENCY = ox.NamedNode(ZONE.totalInvestmentAmount), ox.NamedNode(ZONE.currency)

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


def only_sure(article: ArticleQuads, least: Decimal) -> ArticleQuads:
    """The article without what only claims below ``least`` say.

    Out go: such claims, and the statements that no other claim of the article says; posts and figures as a whole (and the
    ``officialOf`` that follows from a post); indicators of which no figure is left; and things that are named with less
    confidence, unless something that stays speaks of them. Bylines are not weighed. Statements without a claim stay.
    """
    weighed = [claim for claim in article.claims if claim.said.predicate not in {_MENTIONED, _AUTHOR}]
    kept = {claim.said for claim in weighed if claim.confidence >= least}
    dropped = {claim.said for claim in weighed} - kept
    records = _records_without_support(article, kept, dropped)
    quads = list(_without(article.quads, dropped | _shortcuts(article, records, kept), records))
    quads = list(_without(quads, set(), _unused_indicators(quads)))
    used = _used(quads, kept, article)
    unsure: set[Term] = {
        claim.said.subject
        for claim in article.claims
        if claim.said.predicate == _MENTIONED and claim.confidence < least and claim.said.subject not in used
    }
    quads = list(_without(quads, set(), unsure))
    claims = tuple(claim for claim in article.claims if _stays(claim, least, unsure))
    return replace(article, quads=tuple(quads), claims=claims)


def _without(quads: Iterable[ox.Quad], triples: set[ox.Triple], subjects: set[Term]) -> Iterator[ox.Quad]:
    return (quad for quad in quads if quad.subject not in subjects and quad.triple not in triples)


def _stays(claim: ClaimQuads, least: Decimal, unsure: set[Term]) -> bool:
    if claim.said.predicate == _AUTHOR:
        return True
    if claim.said.predicate == _MENTIONED:
        return claim.said.subject not in unsure
    return claim.confidence >= least


def _records_without_support(article: ArticleQuads, kept: set[ox.Triple], dropped: set[ox.Triple]) -> set[Term]:
    records: set[Term] = {quad.subject for quad in article.quads if quad.predicate == _TYPE and quad.object in _RECORDS}
    supported: set[Term] = {triple.subject for triple in kept}
    return (records & {triple.subject for triple in dropped}) - supported


def _shortcuts(article: ArticleQuads, records: set[Term], kept: set[ox.Triple]) -> set[ox.Triple]:
    """Statements that have no claim of their own and go with others: officialOf with its post, a currency with its amount."""
    places: dict[Term, list[Term]] = {}
    for quad in article.quads:
        if quad.predicate == _POST_IN:
            places.setdefault(quad.subject, []).append(quad.object)
    gone: set[ox.Triple] = set()
    stays: set[ox.Triple] = set()
    for quad in article.quads:
        if quad.predicate == _HOLDER and isinstance(quad.object, ox.NamedNode):
            follow = {ox.Triple(quad.object, _OFFICIAL_OF, where) for where in places.get(quad.subject, ())}
            (gone if quad.subject in records else stays).update(follow)
    amounts = {triple.subject for triple in kept if triple.predicate == _AMOUNT}
    claimed = {claim.said.subject for claim in article.claims if claim.said.predicate == _AMOUNT}
    currencies = {q.triple for q in article.quads if q.predicate == _CURRENCY and q.subject in claimed - amounts}
    return (gone - stays - kept) | currencies


def _unused_indicators(quads: list[ox.Quad]) -> set[Term]:
    indicators: set[Term] = {quad.subject for quad in quads if quad.predicate == _TYPE and quad.object == _INDICATOR}
    return indicators - {quad.object for quad in quads}


def _used(quads: list[ox.Quad], kept: set[ox.Triple], article: ArticleQuads) -> set[Term]:
    """The things of which something that stays speaks: statements, posts and figures that are kept, and the bylines."""
    used: set[Term] = set()
    records = {quad.subject for quad in quads if quad.predicate == _TYPE and quad.object in _RECORDS}
    for quad in quads:
        if quad.triple in kept or quad.subject in records:
            used.update((quad.subject, quad.object))
        elif quad.predicate == _AUTHOR and quad.subject == article.name:
            used.add(quad.object)
    return used
