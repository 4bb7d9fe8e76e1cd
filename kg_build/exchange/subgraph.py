"""What belongs to some zones, or to things of some classes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_build.errors import ZonekgError
from kg_build.exchange.articles import ArticleQuads
from kg_build.exchange.largeset import LargeSet
from ontology.terms import CLASSES, DCTERMS, RDF, RDFS, SKOS, ZONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_TYPE, _ZONE, _MENTIONED = ox.NamedNode(RDF.type), ox.NamedNode(ZONE.Zone), ox.NamedNode(ZONE.mentionedIn)
_LIES = tuple(ox.NamedNode(ZONE[name]) for name in ("locatedIn", "undertakenBy"))
"""What lies in a member is a member, and so are the projects that a member undertakes."""
_SPEAKS = tuple(ox.NamedNode(ZONE[name]) for name in ("observedEntity", "postIn", "officialOf"))
"""Figures of members, posts at members and those who hold them are members."""
_HOLDER = ox.NamedNode(ZONE.postHolder)
_PREFERRED, _OTHER = ox.NamedNode(SKOS.prefLabel), ox.NamedNode(SKOS.altLabel)
NAMES = frozenset(
    ox.NamedNode(iri) for iri in (RDF.type, RDFS.label, SKOS.prefLabel, SKOS.altLabel, SKOS.inScheme, DCTERMS.title)
)
"""What is told of a thing that is only named: its classes and names."""


def is_zone(database: ox.Store, node: ox.NamedNode) -> bool:
    """Whether a graph of the store says that a thing is a zone."""
    return next(database.quads_for_pattern(node, _TYPE, _ZONE), None) is not None


def find_zone(database: ox.Store, name: str) -> ox.NamedNode:
    """A zone by its IRI or one of its Chinese names.

    Raises `ZonekgError` where there is none, or several have the name and none as its own (canonical) one.
    """
    if "://" in name:
        try:
            node = ox.NamedNode(name)
        except ValueError:
            raise ZonekgError(f"not an IRI: {name}") from None
        if not is_zone(database, node):
            raise ZonekgError(f"the store has no zone <{name}>")
        return node
    for predicate in (_PREFERRED, _OTHER):
        named = {q.subject for q in database.quads_for_pattern(None, predicate, ox.Literal(name, language="zh"))}
        found = sorted(node.value for node in named if isinstance(node, ox.NamedNode) and is_zone(database, node))
        if len(found) > 1:
            raise ZonekgError(f"several zones are called {name}: {', '.join(found)}; name one by its IRI")
        if found:
            return ox.NamedNode(found[0])
    raise ZonekgError(f"the store has no zone called {name}")


def check_classes(names: Iterable[str]) -> None:
    """Raise `ZonekgError` for a name that is no class of the ontology."""
    for name in names:
        if name not in CLASSES:
            raise ZonekgError(f"no class is called {name!r} (known: {', '.join(CLASSES)})")


class Subgraph:
    """Chooses among an article's statements those about the members of zones, or about things of classes.

    Members of a zone are the zone itself, what lies in it (step by step), the projects of such, their figures, posts and the
    people who hold those. With classes besides, only members of these classes are chosen. What is said of a chosen thing
    stays; without classes so does what others say of it (who cooperates with it, invests in it). Things that such a
    statement names keep their classes and names.
    """

    def __init__(self, database: ox.Store, zones: Sequence[str], classes: Sequence[str]) -> None:
        check_classes(classes)
        self._database = database
        self._classes = {ox.NamedNode(ZONE[name]) for name in classes}
        self._members: LargeSet | None = None
        if zones:
            self._members = LargeSet()
            for zone in dict.fromkeys(find_zone(database, name) for name in zones):
                self._collect(zone)

    def _collect(self, zone: ox.NamedNode) -> None:
        assert self._members is not None  # noqa: S101
        waiting = [zone]
        while waiting:
            member = waiting.pop()
            if not self._members.add(member.value):
                continue
            for predicate in (*_LIES, *_SPEAKS):
                for quad in self._database.quads_for_pattern(None, predicate, member):
                    if not isinstance(quad.subject, ox.NamedNode):
                        continue
                    if predicate in _LIES:
                        waiting.append(quad.subject)
                    else:
                        self._members.add(quad.subject.value)
                        self._add_holders(quad.subject)

    def _add_holders(self, record: ox.NamedNode) -> None:
        for quad in self._database.quads_for_pattern(record, _HOLDER, None):
            if isinstance(quad.object, ox.NamedNode):
                self._members.add(quad.object.value)  # type: ignore[union-attr]

    def has(self, node: object) -> bool:
        """Whether a thing is chosen."""
        if not isinstance(node, ox.NamedNode) or (self._members is not None and node.value not in self._members):
            return False
        return not self._classes or any(
            quad.object in self._classes for quad in self._database.quads_for_pattern(node, _TYPE, None)
        )

    def of(self, article: ArticleQuads) -> ArticleQuads | None:
        """The article with what is chosen of it; None when that is nothing."""
        nodes = {quad.subject for quad in article.quads} | {quad.object for quad in article.quads}
        chosen = {node for node in nodes if self.has(node)} - {article.name}
        incoming = chosen if self._members is not None and not self._classes else set()
        kept = [q for q in article.quads if q.subject in chosen or (q.object in incoming and q.subject != article.name)]
        if not kept and article.name not in {node for node in nodes if self.has(node)}:
            return None
        own = [quad for quad in article.quads if quad.subject == article.name]
        named = {quad.object for quad in (*kept, *own)} | {quad.subject for quad in kept}
        names = [quad for quad in article.quads if quad.subject in named and quad.predicate in NAMES]
        quads = tuple(dict.fromkeys((*kept, *own, *names)))
        said = {quad.triple for quad in quads}
        return replace(article, quads=quads, claims=tuple(claim for claim in article.claims if claim.said in said))
