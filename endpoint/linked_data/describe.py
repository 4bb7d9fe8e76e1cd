"""What the graph says of a thing: its statements, the claims behind them with their quotes, what points to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

import pyoxigraph as ox

from ontology.terms import DCTERMS, OA, PROV, RDF, RDFS, SKOS, ZONE

LIMIT = 1000
"""Statements, claims and incoming links that are listed at most, of each."""

_SUBJECT, _PREDICATE, _OBJECT = (ox.NamedNode(RDF[name]) for name in ("subject", "predicate", "object"))
_QUOTE, _CONFIDENCE, _RULE = ox.NamedNode(ZONE.quote), ox.NamedNode(ZONE.confidence), ox.NamedNode(ZONE.rule)
_CONTEXT = ox.NamedNode(ZONE.context)
_SOURCE, _SELECTOR = ox.NamedNode(PROV.wasDerivedFrom), ox.NamedNode(OA.hasSelector)
_SENTENCE = (RDF.subject, RDF.predicate, RDF.object)
_REPLACED = ox.NamedNode(DCTERMS.isReplacedBy)

Node = ox.NamedNode | ox.BlankNode
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(frozen=True, slots=True)
class Claim:
    """One place of one article that says a statement."""

    iri: str
    quote: str | None
    context: tuple[str, ...]
    """Sentences that name what the quote doesn't."""
    article: str | None
    confidence: str | None
    rule: str | None


@dataclass(slots=True)
class Fact:
    """A property with one value, the claims that say it, and the graphs that hold it."""

    predicate: str
    value: Term
    claims: list[Claim] = field(default_factory=list)
    graphs: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Description:
    """All about one thing; lists are sorted and cut at `LIMIT`."""

    iri: str
    facts: list[Fact]
    incoming: list[tuple[str, str]]
    """(subject, predicate) pairs."""
    quads: list[ox.Quad]


def exists(database: ox.Store, iri: str) -> bool:
    """Whether the graph says anything of a thing, or has it as a graph."""
    try:
        node = ox.NamedNode(iri)
    except ValueError:
        return False
    return next(database.quads_for_pattern(node, None, None), None) is not None or database.contains_named_graph(node)


def replacement(database: ox.Store, iri: str) -> str | None:
    """The thing that stands for one whose IRI was given up."""
    for quad in database.quads_for_pattern(ox.NamedNode(iri), _REPLACED, None):
        if isinstance(quad.object, ox.NamedNode):
            return quad.object.value
    return None


def describe(database: ox.Store, iri: str) -> Description:
    """Collect what the graph says of a thing."""
    node = ox.NamedNode(iri)
    own = list(islice(database.quads_for_pattern(node, None, None), LIMIT))
    quads = list(own)
    claims: dict[tuple[str, str], list[Claim]] = {}
    for about in islice(database.quads_for_pattern(None, _SUBJECT, node), LIMIT):
        claim = list(database.quads_for_pattern(about.subject, None, None))
        quads += claim
        for selector in [quad.object for quad in claim if quad.predicate == _SELECTOR]:
            if isinstance(selector, ox.NamedNode | ox.BlankNode):
                quads += database.quads_for_pattern(selector, None, None)
        said = {quad.predicate: quad.object for quad in claim}
        key = (str(said.get(_PREDICATE)), str(said.get(_OBJECT)))
        context = (quad.object.value for quad in claim if quad.predicate == _CONTEXT and isinstance(quad.object, ox.Literal))
        claims.setdefault(key, []).append(_claim(about.subject, said, tuple(sorted(context))))
    # Claims about the thing point to it as well: they are listed above, with what they say.
    reified = {_SUBJECT, _OBJECT}
    links = (quad for quad in database.quads_for_pattern(None, None, node) if quad.predicate not in reified)
    into = list(islice(links, LIMIT))
    incoming = sorted({(str(q.subject).strip("<>"), q.predicate.value) for q in into})
    facts: dict[tuple[str, str], Fact] = {}
    for quad in own:
        key = (str(quad.predicate), str(quad.object))
        fact = facts.setdefault(key, Fact(quad.predicate.value, quad.object))
        if isinstance(quad.graph_name, ox.NamedNode):
            fact.graphs.append(quad.graph_name.value)
    for key, fact in facts.items():
        fact.claims = sorted(claims.get(key, ()), key=lambda claim: (claim.article or "", claim.iri))
        fact.graphs.sort()
    ordered = sorted(facts.values(), key=lambda fact: (_rank(fact.predicate), fact.predicate, str(fact.value)))
    return Description(iri, ordered, incoming, quads + into)


def _claim(node: object, said: dict[ox.NamedNode, Term], context: tuple[str, ...]) -> Claim:
    def text(predicate: ox.NamedNode) -> str | None:
        term = said.get(predicate)
        return term.value if isinstance(term, ox.NamedNode | ox.Literal) else None

    iri = node.value if isinstance(node, ox.NamedNode) else str(node)
    return Claim(iri, text(_QUOTE), context, text(_SOURCE), text(_CONFIDENCE), text(_RULE))


def _rank(predicate: str) -> float:
    """Names and types first, statements next, as a sentence where they are one, the list of articles last."""
    if predicate in _SENTENCE:
        return 1.5 + _SENTENCE.index(predicate) / 10
    if predicate == RDF.type:
        return 0
    if predicate in {SKOS.prefLabel, SKOS.altLabel, RDFS.label, DCTERMS.title}:
        return 1
    return 3 if predicate == ZONE.mentionedIn else 2
