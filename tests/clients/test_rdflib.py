from __future__ import annotations

import pytest
from clients.questions import ASK, CONSTRUCT, CONSTRUCTED, ENTERPRISE, PLACE, ROWS, SELECT, SKOS, ZONE
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore


@pytest.fixture(params=["GET", "POST", "POST_FORM"])
def graph(endpoint, request):
    return Graph(SPARQLStore(endpoint, method=request.param))


def test_a_query(graph):
    assert [tuple(map(str, row)) for row in graph.query(SELECT)] == ROWS
    assert graph.query(ASK).askAnswer is True
    assert len(graph.query(CONSTRUCT).graph) == CONSTRUCTED


@pytest.mark.parametrize("form", ["xml", "json", "csv", "tsv", "application/rdf+xml"])
def test_every_format_that_it_reads(endpoint, form):
    graph = Graph(SPARQLStore(endpoint, returnFormat=form))
    if form == "application/rdf+xml":
        assert len(graph.query(CONSTRUCT).graph) == CONSTRUCTED
    else:
        assert [str(name) for _, name in graph.query(SELECT)] == [name for _, name in ROWS]


def test_triples(graph):
    assert (URIRef(PLACE), RDF.type, URIRef(f"{ZONE}Place")) in graph
    assert set(graph.objects(URIRef(f"{ENTERPRISE}青禾制药有限公司"), URIRef(f"{SKOS}prefLabel"))) == {
        Literal("青禾制药有限公司", lang="zh")
    }
    assert {str(s) for s in graph.subjects(RDF.type, URIRef(f"{ZONE}Enterprise"))} == {iri for iri, _ in ROWS}
    assert len(graph) > 50


def test_graphs_by_name(endpoint):
    store = SPARQLStore(endpoint)
    names = {str(context) for context in store.contexts()}
    assert "https://w3id.org/zonekg/id/article/乙报道" in names
    one = Graph(store, identifier=URIRef("https://w3id.org/zonekg/id/article/乙报道"))
    assert len(one) == 8


def test_a_graph_by_its_address(endpoint):
    address = endpoint.replace("/sparql", "/graphs") + "?graph=https://w3id.org/zonekg/id/article/%E4%B9%99%E6%8A%A5%E9%81%93"
    assert len(Graph().parse(address)) == 8
