"""Claims that plainly conform to their shapes, so that the SHACL engine needn't look at them.

Three quarters of a graph are claims, all made alike, and an engine takes twenty times longer to find nothing wrong with them
than a look at what they consist of. This says only which are right beyond doubt, by all that ``ontology/shapes.ttl`` asks of
claims, their properties and their selectors (the tests break each of these conditions and hold it against the engine). All
others are for the engine, which tells what is wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ontology.terms import OA, PROV, RDF, RDFS, XSD, ZONE

Node: TypeAlias = NamedNode | BlankNode | Triple
Term: TypeAlias = Node | Literal
Values: TypeAlias = Mapping[NamedNode, Sequence[Term]]

_TYPE, _SUBCLASS = NamedNode(RDF.type), NamedNode(RDFS.subClassOf)
_ARTICLE, _CLAIM = NamedNode(ZONE.Article), NamedNode(ZONE.Claim)
_CLAIM_TYPES = frozenset({_CLAIM, NamedNode(RDF.Statement)})
_SUBJECT, _PREDICATE, _OBJECT = NamedNode(RDF.subject), NamedNode(RDF.predicate), NamedNode(RDF.object)
_FROM, _BY, _SELECTOR = NamedNode(PROV.wasDerivedFrom), NamedNode(PROV.wasGeneratedBy), NamedNode(OA.hasSelector)
_QUOTE, _CONTEXT = NamedNode(ZONE.quote), NamedNode(ZONE.context)
_RULE, _CONFIDENCE = NamedNode(ZONE.rule), NamedNode(ZONE.confidence)
_SINGLE = (_SUBJECT, _PREDICATE, _OBJECT, _FROM, _BY, _QUOTE, _RULE, _CONFIDENCE)
_CLAIM_PROPERTIES = frozenset({_TYPE, _SELECTOR, *_SINGLE})
_POSITION, _WORDS = [NamedNode(OA.TextPositionSelector)], [NamedNode(OA.TextQuoteSelector)]
_START, _END = NamedNode(OA.start), NamedNode(OA.end)
_POSITION_PROPERTIES = frozenset({_TYPE, _START, _END})
_WORDS_PROPERTIES = frozenset({_TYPE, NamedNode(OA.exact), NamedNode(OA.prefix), NamedNode(OA.suffix)})
_STRING, _DECIMAL, _INTEGER = NamedNode(XSD.string), NamedNode(XSD.decimal), NamedNode(XSD.integer)


def without_right_claims(triples: Iterable[Triple]) -> list[Triple]:
    """The triples but for those of claims and selectors that conform beyond doubt; for none of the rest does that change a thing.

    Args:
        triples: One graph, each triple once.
    """
    nodes: dict[Node, dict[NamedNode, list[Term]]] = {}
    every = list(triples)
    for triple in every:
        nodes.setdefault(triple.subject, {}).setdefault(triple.predicate, []).append(triple.object)
    if any(_SUBCLASS in values for values in nodes.values()):
        return every  # Then a node may be of classes that it doesn't tell.
    articles = {node for node, values in nodes.items() if _ARTICLE in values.get(_TYPE, ())}
    right: set[Node] = set()
    for node, values in nodes.items():
        if _CLAIM in values.get(_TYPE, ()) and isinstance(node, NamedNode) and _is_right_claim(values, articles):
            selectors = [s for s in values[_SELECTOR] if isinstance(s, NamedNode | BlankNode)]
            if all(_is_right_selector(nodes.get(s, {})) for s in selectors) and len(selectors) == len(values[_SELECTOR]):
                right.update((node, *selectors))
    rest = [triple for triple in every if triple.subject not in right]
    # Whoever points to one that is left out may need to know what it is.
    return every if any(triple.object in right for triple in rest) else rest


def _is_right_claim(values: Values, articles: Collection[Node]) -> bool:
    if (
        values.keys() - {_CONTEXT} != _CLAIM_PROPERTIES
        or any(len(values[p]) != 1 for p in _SINGLE)
        or set(values[_TYPE]) != _CLAIM_TYPES
    ):
        return False
    (quote,), (rule,), (confidence,) = values[_QUOTE], values[_RULE], values[_CONFIDENCE]
    return (
        isinstance(values[_SUBJECT][0], NamedNode)
        and isinstance(values[_PREDICATE][0], NamedNode)
        and values[_FROM][0] in articles
        and all(_is_chinese(text) for text in (quote, *values.get(_CONTEXT, ())))
        and isinstance(rule, Literal) and rule.datatype == _STRING and rule.value.isascii() and rule.value.isprintable()
        and rule.value != "" and " " not in rule.value
        and isinstance(confidence, Literal) and confidence.datatype == _DECIMAL and _is_share(confidence.value)
    )  # fmt: skip


def _is_chinese(term: Term) -> bool:
    return isinstance(term, Literal) and term.language == "zh" and term.value != ""


def _is_share(text: str) -> bool:
    """Whether it is a plain decimal, digits and at most one point, from 0 to 1."""
    return text.isascii() and text.replace(".", "", 1).isdecimal() and Decimal(text) <= 1


def _is_right_selector(values: Values) -> bool:
    if values.get(_TYPE) == _WORDS:
        return values.keys() <= _WORDS_PROPERTIES
    if values.get(_TYPE) != _POSITION or values.keys() != _POSITION_PROPERTIES:
        return False
    if len(values[_START]) != 1 or len(values[_END]) != 1:
        return False
    start, end = _place(values[_START][0]), _place(values[_END][0])
    return 0 <= start <= end


def _place(term: Term) -> int:
    """The number of a position that is a plain one; -1 for any other."""
    if isinstance(term, Literal) and term.datatype == _INTEGER and term.value.isascii() and term.value.isdecimal():
        return int(term.value)
    return -1
