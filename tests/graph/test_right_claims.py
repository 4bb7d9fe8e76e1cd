"""The quick look at claims agrees with the SHACL engine."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from kg_build.graph import shapes
from kg_build.graph.right_claims import without_right_claims
from kg_build.graph.shapes import violations
from ontology.terms import OA, PROV, RDF, RDFS, XSD, ZONE

E = "https://example.org/"
ARTICLE = f"{E}article"


def node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def triple(subject: str, predicate: str, value: str | ox.Literal | ox.BlankNode) -> ox.Triple:
    return ox.Triple(node(subject), node(predicate), node(value) if isinstance(value, str) else value)


def number(text: str, kind: str = "integer") -> ox.Literal:
    return ox.Literal(text, datatype=node(XSD[kind]))


def article() -> list[ox.Triple]:
    return [
        triple(ARTICLE, RDF.type, ZONE.Article),
        triple(ARTICLE, ZONE.sourceFile, ox.Literal("a.txt")),
        triple(ARTICLE, "http://purl.org/dc/terms/title", ox.Literal("题", language="zh")),
    ]


def claim(name: str) -> list[ox.Triple]:
    claim, place, words = f"{E}{name}", f"{E}{name}/1-3", f"{E}{name}/quote"
    return [
        triple(claim, RDF.type, ZONE.Claim),
        triple(claim, RDF.type, RDF.Statement),
        triple(claim, RDF.subject, f"{E}s"),
        triple(claim, RDF.predicate, ZONE.status),
        triple(claim, RDF.object, ZONE.completed),
        triple(claim, PROV.wasDerivedFrom, ARTICLE),
        triple(claim, PROV.wasGeneratedBy, f"{E}activity"),
        triple(claim, ZONE.quote, ox.Literal("竣工", language="zh")),
        triple(claim, ZONE.context, ox.Literal("高新区一项目", language="zh")),
        triple(claim, ZONE.rule, ox.Literal("status.done")),
        triple(claim, ZONE.confidence, number("0.9", "decimal")),
        triple(claim, OA.hasSelector, place),
        triple(place, RDF.type, OA.TextPositionSelector),
        triple(place, OA.start, number("1")),
        triple(place, OA.end, number("3")),
        triple(claim, OA.hasSelector, words),
        triple(words, RDF.type, OA.TextQuoteSelector),
        triple(words, OA.exact, ox.Literal("竣工", language="zh")),
        triple(words, OA.prefix, ox.Literal("已", language="zh")),
    ]


VALUES = [
    node(ARTICLE), node(ZONE.Zone), node(ZONE.Official), node(OA.TextPositionSelector), ox.BlankNode("b"),
    ox.Literal(""), ox.Literal("x"), ox.Literal("a b"),
    ox.Literal("竣工", language="en"), ox.Literal("", language="zh"), ox.Literal("工", language="zh"),
    number("2"), number("4"), number("-1"), number("01"), number("+2"), number("x"),
    number("2", "nonNegativeInteger"),
    number("1.5", "decimal"), number("1", "decimal"), number("-0.5", "decimal"),
    number("x", "decimal"), number(".5", "decimal"), number("0.5", "boolean"),
]  # fmt: skip


def mutants() -> Iterator[list[ox.Triple]]:
    """The same claim over and over, each time with one thing changed: left out, replaced, said twice or added."""
    count = 0
    for at in range(len(claim(""))):
        changes: list[ox.NamedNode | ox.BlankNode | ox.Literal | None] = [None, *VALUES]
        for value in changes:
            for keeps in (False, True):
                count += 1
                triples = claim(f"c{count}")
                old = triples[at]
                if not keeps:
                    del triples[at]
                if value is not None:
                    triples.append(ox.Triple(old.subject, old.predicate, value))
                yield triples
    for property_ in (RDFS.label, ZONE.unit, ZONE.locatedIn, ZONE.quote, OA.end):
        for subject in ("", "/1-3", "/quote"):
            count += 1
            yield [*claim(f"c{count}"), triple(f"{E}c{count}{subject}", property_, ox.Literal("x"))]


def test_what_is_plainly_right_is_all_that_is_made() -> None:
    assert without_right_claims([*article(), *claim("a"), *claim("b")]) == article()


def test_no_broken_claim_is_taken_for_a_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    triples = dict.fromkeys([*article(), *claim("right"), *(t for m in mutants() for t in m)])
    quads = [ox.Quad(t.subject, t.predicate, t.object) for t in triples]
    assert len(without_right_claims(triples)) < len(triples)
    quick = violations(quads)
    monkeypatch.setattr(shapes, "without_right_claims", list)
    assert quick == violations(quads)
    assert len({v.focus for v in quick}) > 300


@pytest.mark.parametrize(
    "more",
    [
        triple(RDF.Statement, RDFS.subClassOf, ZONE.Zone),
        triple(f"{E}x", OA.hasSelector, f"{E}a/1-3"),
        triple(f"{E}x", ZONE.locatedIn, f"{E}a"),
    ],
)
def test_where_others_need_to_know_of_claims_all_stay(more: ox.Triple) -> None:
    triples = [*article(), *claim("a"), more]
    assert without_right_claims(triples) == triples


def test_a_claim_of_no_article_stays() -> None:
    assert without_right_claims(claim("a")) == claim("a")
