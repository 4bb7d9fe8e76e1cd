"""SPARQL 1.1 Service Description: the three tests."""

from __future__ import annotations

import pytest
import rdflib
from conformance.manifest import Data, parameters

pytestmark = pytest.mark.slow

SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
PROPERTIES = {
    "endpoint", "feature", "defaultEntailmentRegime", "entailmentRegime", "defaultSupportedEntailmentProfile",
    "supportedEntailmentProfile", "extensionFunction", "extensionAggregate", "languageExtension", "supportedLanguage",
    "propertyFeature", "defaultDataset", "availableGraphs", "resultFormat", "inputFormat", "defaultGraph", "namedGraph",
    "name", "graph",
}  # fmt: skip
CLASSES = {
    "Service", "Feature", "Language", "Function", "Aggregate", "EntailmentRegime", "EntailmentProfile", "GraphCollection",
    "Dataset", "Graph", "NamedGraph",
}  # fmt: skip
INSTANCES = {
    "SPARQL10Query", "SPARQL11Query", "SPARQL11Update", "DereferencesURIs", "UnionDefaultGraph", "RequiresDataset", "EmptyGraphs",
    "BasicFederatedQuery",
}  # fmt: skip


@pytest.mark.parametrize("case", parameters("ServiceDescriptionTest"))
def test_description(server, case):
    answer = server.ask("GET", "/sparql", {"Accept": "text/turtle"}, store=server.store(Data()))
    assert (answer.status, answer.media_type) == (200, "text/turtle"), str(answer)
    graph = rdflib.Graph().parse(data=answer.body, format="turtle")
    if case.name == "returns-rdf":
        assert len(graph) > 0
    elif case.name == "has-endpoint-triple":
        # Queries and updates have an address each, so two services are described where one is asked for its own.
        addresses = [f"http://{server.authority}/{path}" for path in ("sparql", "update")]
        assert set(graph.objects(None, SD.endpoint)) == set(map(rdflib.URIRef, addresses))
    else:
        assert case.name == "conforms-to-schema"
        check_schema(graph)


def check_schema(graph):
    """Only terms of the vocabulary, in the places that its schema gives them, and what the specification requires."""
    used = {str(term)[len(SD) :] for triple in graph for term in triple if str(term).startswith(str(SD))}
    assert used <= PROPERTIES | CLASSES | INSTANCES
    services = set(graph.subjects(rdflib.RDF.type, SD.Service))
    assert set(graph.subjects(SD.endpoint)) == services
    for service in services:
        assert len(set(graph.objects(service, SD.endpoint))) == 1
        assert set(graph.objects(service, SD.supportedLanguage)) <= {SD.SPARQL11Query, SD.SPARQL11Update, SD.SPARQL10Query}
    for dataset in graph.objects(None, SD.defaultDataset):
        assert (dataset, rdflib.RDF.type, SD.Dataset) in graph
        assert len(set(graph.objects(dataset, SD.defaultGraph))) <= 1
        for default in graph.objects(dataset, SD.defaultGraph):
            assert (default, rdflib.RDF.type, SD.Graph) in graph
    for named in graph.objects(None, SD.namedGraph):
        assert (named, rdflib.RDF.type, SD.NamedGraph) in graph
        assert len(set(graph.objects(named, SD["name"]))) == 1
