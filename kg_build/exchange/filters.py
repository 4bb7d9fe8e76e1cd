"""What is taken out of a store: all, or what some articles say of some things, surely enough, with or without the proof."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_build.errors import ZonekgError
from kg_build.exchange.articles import ArticleQuads, article_graphs, is_article, read_article
from kg_build.exchange.largeset import LargeSet
from kg_build.exchange.subgraph import Subgraph, find_zone, is_zone
from kg_build.exchange.sureness import only_sure
from ontology.terms import OA, ONTOLOGY, PROV, VOID, ZONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from decimal import Decimal

    from kg_build.store import Reader

TEXT_PREDICATES = frozenset(map(ox.NamedNode, (ZONE.quote, ZONE.context, OA.exact, OA.prefix, OA.suffix)))
"""Properties whose values are words of the articles."""

_MADE, _WITH = ox.NamedNode(PROV.wasGeneratedBy), ox.NamedNode(PROV.wasAssociatedWith)
_BATCH = 100_000


@dataclass(frozen=True, slots=True)
class Selection:
    """What to take; by default all.

    Zones are names or IRIs (see `Subgraph` for what belongs to one), classes local names of the ontology; ``since`` and
    ``until`` bound the articles' dates, both included, and leave out articles without one. ``min_confidence`` takes what a
    build with it would have stored (see `only_sure`). Claims and the words of the articles may be left out.
    """

    zones: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    min_confidence: Decimal | None = None
    claims: bool = True
    texts: bool = True

    @property
    def by_article(self) -> bool:
        """Whether anything is chosen among what the articles say."""
        return bool(self.min_confidence is not None or self.narrow)

    @property
    def narrow(self) -> bool:
        """Whether it is a part by subject or time; then the ontology and what is said of other things stay out."""
        return bool(self.zones or self.classes or self.since or self.until)


ALL = Selection()


@contextmanager
def selected(database: ox.Store, selection: Selection) -> Iterator[Iterable[ox.Quad]]:
    """The quads that a selection takes, in no order; some may come twice.

    With a confidence as well as zones or classes the sure part is put into a store of its own first, in the folder of
    temporary files. Memory grows with the largest article only.
    """
    if selection.min_confidence is not None and (selection.zones or selection.classes):
        # Names are looked up in the whole store: what is left of a zone may have lost its own.
        zones = [find_zone(database, name) for name in selection.zones]
        first = replace(selection, zones=(), classes=())
        rest = replace(selection, since=None, until=None, min_confidence=None)
        with scratch_store(_quads(database, first)) as sure:
            there = tuple(zone.value for zone in zones if is_zone(sure, zone))
            if zones and not there:
                raise ZonekgError(f"nothing of {', '.join(selection.zones)} is that sure, or of these days")
            yield _quads(sure, replace(rest, zones=there))
    else:
        yield _quads(database, selection)


@contextmanager
def scratch_store(quads: Iterable[ox.Quad]) -> Iterator[ox.Store]:
    """A store with these quads in the folder of temporary files, which goes in the end."""
    quads = iter(quads)
    with tempfile.TemporaryDirectory(prefix="zonekg-part-") as folder:
        database = ox.Store(Path(folder) / "db")
        while batch := list(islice(quads, _BATCH)):
            database.bulk_extend(batch)
        yield database
        del database


@contextmanager
def union_of(reader: Reader, selection: Selection) -> Iterator[ox.Store]:
    """A store that has the selected statements in its default graph, each once; the graphs may stand beside it."""
    if not selection.by_article and selection.claims and selection.texts:
        yield reader.union
        return
    default = ox.DefaultGraph()
    with (
        selected(reader.database, selection) as quads,
        scratch_store(ox.Quad(q.subject, q.predicate, q.object, default) for q in quads) as union,
    ):
        yield union


def _quads(database: ox.Store, selection: Selection) -> Iterator[ox.Quad]:
    quads = _of_articles(database, selection) if selection.by_article else iter(database)
    for quad in quads:
        if not selection.claims and (is_graph(quad.graph_name, "claims") or _is_of_the_whole(quad)):
            continue
        if selection.texts or quad.predicate not in TEXT_PREDICATES:
            yield quad


def is_graph(graph: object, name: str) -> bool:
    """Whether a graph is the one of that name (claims, links, places, inferred), whatever IRIs begin with."""
    return isinstance(graph, ox.NamedNode) and graph.value.endswith(f"/graph/{name}")


def _is_of_the_whole(quad: ox.Quad) -> bool:
    """Whether it counts or lists what the store holds, claims among it; title, licence, period and sources hold without them."""
    if not is_graph(quad.graph_name, "void") or not isinstance(quad.subject, ox.NamedNode):
        return False
    about = quad.subject.value.rpartition("#")[2]
    if about == "dataset":
        return quad.predicate.value.startswith(VOID.iri)
    return about != "period" and not about.startswith("source-")


def _of_articles(database: ox.Store, selection: Selection) -> Iterator[ox.Quad]:
    things, makers = LargeSet(), set[ox.NamedNode]()
    for article in _articles(database, selection):
        for quad in article.quads:
            if isinstance(quad.subject, ox.NamedNode):
                things.add(quad.subject.value)
            yield quad
        for claim in article.claims:
            makers.update(q.object for q in claim.quads if q.predicate == _MADE and isinstance(q.object, ox.NamedNode))
            yield from claim.quads
    yield from _makers(database, makers)
    yield from _others(database, things, narrow=selection.narrow)


def _articles(database: ox.Store, selection: Selection) -> Iterator[ArticleQuads]:
    chosen = Subgraph(database, selection.zones, selection.classes) if selection.zones or selection.classes else None
    for name in article_graphs(database):
        article: ArticleQuads | None = read_article(database, name)
        assert article is not None  # noqa: S101
        if not _in_time(article.published, selection):
            continue
        if selection.min_confidence is not None:
            article = only_sure(article, selection.min_confidence)
        if chosen is not None:
            article = chosen.of(article)
        if article is not None:
            yield article


def _in_time(day: date | None, selection: Selection) -> bool:
    if selection.since is None and selection.until is None:
        return True
    if day is None:
        return False
    return (selection.since is None or day >= selection.since) and (selection.until is None or day <= selection.until)


def _makers(database: ox.Store, nodes: set[ox.NamedNode]) -> Iterator[ox.Quad]:
    """The activities that made claims, and their software."""
    agents = {quad.object for node in nodes for quad in database.quads_for_pattern(node, _WITH, None)}
    for node in nodes | {agent for agent in agents if isinstance(agent, ox.NamedNode)}:
        yield from database.quads_for_pattern(node, None, None)


def _about(database: ox.Store, graph: ox.NamedNode, things: LargeSet) -> Iterator[ox.Quad]:
    """What a graph says of the things; in those of places and links, of what it leads to, too: places above, points, records.

    Other people's graphs may hang together wholly: there nothing is followed.
    """
    follow = is_graph(graph, "places") or is_graph(graph, "links")
    seen = LargeSet()
    waiting: list[ox.NamedNode] = []
    for quad in database.quads_for_pattern(None, None, None, graph):
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value in things:
            waiting.append(quad.subject)
        while waiting:
            node = waiting.pop()
            if seen.add(node.value):
                said = list(database.quads_for_pattern(node, None, None, graph))
                waiting.extend(q.object for q in said if follow and isinstance(q.object, ox.NamedNode))
                yield from said


def _others(database: ox.Store, things: LargeSet, *, narrow: bool) -> Iterator[ox.Quad]:
    """The graphs that are no article's: whole, or what they say of the things; of the places' graph always that.

    Inferred triples stay out, since what they follow from may be gone, and so does the description of the whole.
    """
    for graph in (ox.DefaultGraph(), *database.named_graphs()):
        if any(is_graph(graph, name) for name in ("claims", "inferred", "void")) or is_article(database, graph):
            continue
        if narrow and graph == ox.NamedNode(ONTOLOGY):
            continue
        if isinstance(graph, ox.NamedNode) and (narrow or is_graph(graph, "places")):
            yield from _about(database, graph, things)
        elif not narrow:
            yield from database.quads_for_pattern(None, None, None, graph)
