from __future__ import annotations

import pytest
from rdflib import Graph, Namespace, URIRef

from endpoint.app import create_app
from kg_build.geo import GEOF
from kg_build.settings import Settings

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")


def described(client):
    return Graph().parse(data=client.get("/sparql", headers={"Accept": "text/turtle"}).data, format="turtle")


def test_search_and_functions_are_told(client):
    graph = described(client)
    (search,) = graph.objects(None, SD.propertyFeature)
    assert search == URIRef("http://jena.apache.org/text#query")
    functions = set(graph.objects(None, SD.extensionFunction))
    assert URIRef(GEOF + "distance") in functions
    assert all((function, None, SD.Function) in graph for function in functions)


@pytest.mark.parametrize("hosts", ["", "sparql.example.org"])
def test_federation_is_told_where_it_is_on(store, hosts):
    graph = described(create_app(Settings(store=store, service_hosts=hosts)).test_client())
    assert ((None, SD.feature, SD.BasicFederatedQuery) in graph) is bool(hosts)
