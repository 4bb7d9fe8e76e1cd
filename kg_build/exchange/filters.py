"""What is left out of an export: texts and quotes, and what is said with too little confidence."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_build.exchange.formats import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def _term(name: str) -> ox.NamedNode:
    prefix, _, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


TEXT_PREDICATES = frozenset(map(_term, ("zone:quote", "oa:exact", "oa:prefix", "oa:suffix")))
"""Properties whose values are words of the articles."""

_TYPE, _SUBJECT, _PREDICATE, _OBJECT = (_term(f"rdf:{n}") for n in ("type", "subject", "predicate", "object"))
_CONFIDENCE, _SOURCE, _SELECTOR = _term("zone:confidence"), _term("prov:wasDerivedFrom"), _term("oa:hasSelector")
_RECORDS = (_term("zone:Observation"), _term("zone:Post"))
"""Classes whose nodes are statements themselves: without a claim that supports it, nothing of such a node stays."""
_HOLDER, _POST_IN, _OFFICIAL_OF = (_term(f"zone:{name}") for name in ("postHolder", "postIn", "officialOf"))
_INFERRED = "/graph/inferred"


def without_texts(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Leave out the words of the articles; where they stood stays."""
    return (quad for quad in quads if quad.predicate not in TEXT_PREDICATES)


class ConfidenceFilter:
    """Leaves out claims below a confidence and the statements that only such claims support.

    Out go: the claim and its selectors; the statement in its article's graph when every claim that says it there is
    below; a post or an observation with all its properties there when every claim about it is below (a post's officialOf
    goes with it); and inferred
    triples altogether, since what they follow from may be gone. Statements without a claim (names, types, gazetteers)
    stay. Memory grows with the number of claims below the mark.
    """

    def __init__(self, database: ox.Store, minimum: Decimal) -> None:
        self._nodes: set[str] = set()
        self._statements: set[tuple[str, str, str, str]] = set()
        self._records: set[tuple[str, str]] = set()
        kept_nodes: set[str] = set()
        kept: set[tuple[str, str, str, str]] = set()
        dropped: set[tuple[str, str, str, str]] = set()
        for quad in database.quads_for_pattern(None, _CONFIDENCE, None):
            below = _number(quad.object) < minimum
            claim = quad.subject
            (self._nodes if below else kept_nodes).update(
                str(q.object) for q in database.quads_for_pattern(claim, _SELECTOR, None)
            )
            if below:
                self._nodes.add(str(claim))
            (dropped if below else kept).update(_statements(database, claim))
        self._nodes -= kept_nodes
        self._statements = dropped - kept
        supported = {(s, g) for s, _, _, g in kept}
        records = {str(q.subject) for record in _RECORDS for q in database.quads_for_pattern(None, _TYPE, record)}
        self._records = {(s, g) for s, _, _, g in self._statements if s in records} - supported
        self._statements |= self._shortcuts(database)

    def _shortcuts(self, database: ox.Store) -> set[tuple[str, str, str, str]]:
        """The officialOf that follow from posts that go, where no post stays from which they follow, too."""
        gone: set[tuple[str, str, str, str]] = set()
        stays: set[tuple[str, str, str, str]] = set()
        for held in database.quads_for_pattern(None, _HOLDER, None):
            graph = str(held.graph_name)
            for at in database.quads_for_pattern(held.subject, _POST_IN, None, held.graph_name):
                follows = (str(held.object), str(_OFFICIAL_OF), str(at.object), graph)
                (gone if (str(held.subject), graph) in self._records else stays).add(follows)
        return gone - stays

    def __call__(self, quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
        """The quads that stay."""
        for quad in quads:
            subject, graph = str(quad.subject), str(quad.graph_name)
            if subject in self._nodes or (subject, graph) in self._records or graph.endswith(f"{_INFERRED}>"):
                continue
            if (subject, str(quad.predicate), str(quad.object), graph) not in self._statements:
                yield quad


def _number(term: object) -> Decimal:
    try:
        return Decimal(term.value) if isinstance(term, ox.Literal) else Decimal(0)
    except InvalidOperation:
        return Decimal(0)


def _statements(database: ox.Store, claim: object) -> Iterator[tuple[str, str, str, str]]:
    """What a claim says, and in which graphs."""

    def values(predicate: ox.NamedNode) -> list[str]:
        return [str(q.object) for q in database.quads_for_pattern(claim, predicate, None)]  # type: ignore[arg-type]

    graphs = values(_SOURCE)
    for s in values(_SUBJECT):
        for p in values(_PREDICATE):
            for o in values(_OBJECT):
                for g in graphs:
                    yield s, p, o, g
