from __future__ import annotations

import pyoxigraph as ox
import pytest
from rdflib import RDFS, Graph, Namespace, URIRef

from endpoint.app import create_app
from endpoint.sparql import description
from endpoint.writing.tokens import TokenFile
from kg_build.exchange.description import redescribe
from kg_build.geo import GEOF
from kg_build.settings import Settings
from kg_build.store import open_for_build
from ontology.terms import RDF, VOID, ZONE

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")

BASE = "https://w3id.org/zonekg/id/"
DATA = (
    f"<{BASE}claim/a> <{RDF.type}> <{ZONE.Claim}> <https://w3id.org/zonekg/graph/claims> .\n"
    f"<{BASE}zone/a> <{RDF.type}> <{ZONE.Zone}> <{BASE}article/a> .\n"
)


def described(client):
    return Graph().parse(data=client.get("/sparql", headers={"Accept": "text/turtle"}).data, format="turtle")


def test_search_and_functions_are_told(client):
    graph = described(client)
    (search,) = graph.objects(None, SD.propertyFeature)
    assert search == URIRef("http://jena.apache.org/text#query")
    functions = set(graph.objects(None, SD.extensionFunction))
    assert URIRef(GEOF + "distance") in functions
    assert all((function, None, SD.Function) in graph for function in functions)


def test_turtle_says_it_with_the_prefix_of_the_vocabulary(client):
    text = client.get("/sparql", headers={"Accept": "text/turtle"}).text
    assert "sd:Service" in text
    assert f"<{SD}" not in text.replace(f"@prefix sd: <{SD}> .", "")


@pytest.mark.parametrize("hosts", ["", "sparql.example.org"])
def test_federation_is_told_where_it_is_on(store, hosts):
    graph = described(create_app(Settings(store=store, service_hosts=hosts)).test_client())
    assert ((None, SD.feature, SD.BasicFederatedQuery) in graph) is bool(hosts)


def test_updates_are_a_service_of_their_own(store, tmp_path):
    application = create_app(Settings(store=store, token_file=str(tmp_path / "tokens.json")))
    graph = described(application.test_client())
    assert (None, SD.supportedLanguage, SD.SPARQL11Update) not in graph
    TokenFile(tmp_path / "tokens.json").add("me", ["update"])
    graph = described(application.test_client())
    (updates,) = graph.subjects(SD.supportedLanguage, SD.SPARQL11Update)
    assert graph.value(updates, SD.endpoint) == URIRef("http://localhost/update")
    (queries,) = graph.subjects(SD.supportedLanguage, SD.SPARQL11Query)
    assert graph.value(queries, SD.endpoint) == URIRef("http://localhost/sparql")
    assert graph.value(queries, SD.defaultDataset) == graph.value(updates, SD.defaultDataset) is not None


def test_graphs_of_the_description_lead_to_their_parts(tmp_path):
    with open_for_build(tmp_path / "s") as build:
        build.extend(ox.parse(DATA, ox.RdfFormat.N_QUADS))
        redescribe(build.database, BASE)
    graph = described(create_app(Settings(store=tmp_path / "s")).test_client())
    (claims,) = graph.subjects(SD.name, URIRef("https://w3id.org/zonekg/graph/claims"))
    assert (None, SD.namedGraph, claims) in graph
    part = graph.value(claims, SD.graph)
    assert int(graph.value(part, URIRef(VOID.triples))) == 1
    (article,) = graph.subjects(SD.name, URIRef(f"{BASE}article/a"))
    assert graph.value(article, SD.graph) is None


def test_a_list_that_is_not_whole_says_so_and_has_the_few_graphs_first(tmp_path, monkeypatch):
    monkeypatch.setattr(description, "MAX_GRAPHS", 2)
    with open_for_build(tmp_path / "s") as build:
        build.extend(ox.parse(DATA, ox.RdfFormat.N_QUADS))
        redescribe(build.database, BASE)
    graph = described(create_app(Settings(store=tmp_path / "s")).test_client())
    assert {str(name).rpartition("/")[2] for name in graph.objects(None, SD.name)} == {"claims", "void"}
    (comment,) = graph.objects(None, RDFS.comment)
    assert str(comment) == "2 of 3 named graphs are listed."
