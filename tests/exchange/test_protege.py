from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pyoxigraph as ox
import pytest

from kg_build.exchange import Selection
from kg_build.exchange.protege import IRI, export_for_protege, owl
from ontology.terms import GEO, ONTOLOGY, OWL, RDF, XSD, ZONE, ontology_path

ID = "https://w3id.org/zonekg/id/"
S, P = ox.NamedNode(ID + "zone/a"), ox.NamedNode("https://example.org/p")


def literal(text, datatype):
    return ox.Literal(text, datatype=ox.NamedNode(datatype))


@pytest.fixture
def written():
    def write(reader, format_="turtle", **what):
        stream = io.BytesIO()
        count = export_for_protege(reader, stream, format_, Selection(**{"claims": False, **what}))
        rdf_format = {"turtle": ox.RdfFormat.TURTLE, "rdfxml": ox.RdfFormat.RDF_XML}[format_]
        return {quad.triple for quad in ox.parse(stream.getvalue(), rdf_format)}, count

    return write


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (literal("2024-03-01", XSD.date), literal("2024-03-01T00:00:00", XSD.dateTime)),
        (literal("2024-03-01+08:00", XSD.date), literal("2024-03-01T00:00:00+08:00", XSD.dateTime)),
        (literal("POINT(1 2)", GEO.wktLiteral), ox.Literal("POINT(1 2)")),
        (literal("2024", XSD.gYear), ox.Literal("2024")),
        (literal("1.5", XSD.decimal), literal("1.5", XSD.decimal)),
        (ox.Literal("甲", language="zh"), ox.Literal("甲", language="zh")),
    ],
)
def test_values_become_what_owl_has(value, expected):
    assert [triple.object for triple in owl(ox.Triple(S, P, value))] == [expected]


@pytest.mark.parametrize("predicate", [RDF.subject, RDF.predicate, RDF.object])
def test_reserved_properties_stay_out(predicate):
    assert list(owl(ox.Triple(S, ox.NamedNode(predicate), S))) == []


def test_it_is_an_ontology_of_its_own_that_holds_the_other(written, reader):
    triples, count = written(reader)
    headers = {t.subject.value for t in triples if t.object == ox.NamedNode(OWL.Ontology)}
    assert headers == {IRI}
    assert ox.Triple(ox.NamedNode(ZONE.locatedIn), ox.NamedNode(RDF.type), ox.NamedNode(OWL.iri + "ObjectProperty")) in triples
    assert not any(t.subject == ox.NamedNode(ONTOLOGY) for t in triples)
    assert 0 < count < len(reader.database)


def test_claims_come_without_reification_and_only_where_they_are_asked_for(written, reader):
    def quotes(triples):
        return [t for t in triples if t.predicate == ox.NamedNode(ZONE.quote)]

    assert not quotes(written(reader)[0])
    with_claims = written(reader, claims=True)[0]
    assert len(quotes(with_claims)) == 4
    assert not any(t.object == ox.NamedNode(RDF.Statement) for t in with_claims)


@pytest.mark.parametrize("format_", ["turtle", "rdfxml"])
def test_every_property_and_class_is_declared(written, reader_of, reader, format_):
    graph = ox.NamedNode(ID + "article/甲报道")
    odd = [
        ox.Quad(S, P, ox.Literal("x"), graph),
        ox.Quad(S, ox.NamedNode(RDF.type), ox.NamedNode("https://example.org/C"), graph),
    ]
    triples, _ = written(reader_of([*reader.database, *odd]), format_)
    declared = {t.subject for t in triples if t.predicate == ox.NamedNode(RDF.type)}
    used = {t.predicate for t in triples} | {t.object for t in triples if t.predicate == ox.NamedNode(RDF.type)}
    builtin = ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2000/01/rdf-schema#", OWL.iri)
    assert {term.value for term in used - declared if not term.value.startswith(builtin)} == set()


def test_other_peoples_graphs_and_inferred_triples_stay_out(written, reader_of, reader):
    more = [
        ox.Quad(S, P, ox.Literal("x"), ox.NamedNode(f"https://w3id.org/zonekg/graph/{g}")) for g in ("loaded/a.ttl", "inferred")
    ]
    assert ox.Triple(S, P, ox.Literal("x")) not in written(reader_of([*reader.database, *more]))[0]


def test_it_follows_a_selection(written, reader):
    everything, some = written(reader)[1], written(reader, zones=("云岭经开区",), min_confidence=Decimal("0.7"))[1]
    assert 0 < some < everything
    assert written(reader, until=date(1999, 1, 1))[1] == 0


def test_the_sample_beside_the_ontology_is_the_good_example_as_owl():
    held = {quad.triple for quad in ox.parse(path=str(ontology_path("sample.ttl")))}
    example = ox.parse(path=str(ontology_path("examples/good.trig")))
    expected = {triple for quad in example for triple in owl(quad.triple)}
    header = {t for t in held if t.subject == ox.NamedNode(f"{ONTOLOGY}/sample")}
    assert held - header == expected
    assert (
        ox.Triple(ox.NamedNode(f"{ONTOLOGY}/sample"), ox.NamedNode(OWL.imports), ox.NamedNode(f"{ONTOLOGY}/complete")) in header
    )
