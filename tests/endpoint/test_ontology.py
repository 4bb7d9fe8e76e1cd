from __future__ import annotations

import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from ontology.terms import ONTOLOGY, VERSION, load_text

PROTEGE = "application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, */*; q=0.09"


@pytest.mark.parametrize(
    ("path", "accept", "media_type", "name"),
    [
        ("/ontology", None, "text/turtle", "turtle"),
        ("/ontology", "*/*", "text/turtle", "turtle"),
        ("/ontology", PROTEGE, "application/rdf+xml", "xml"),
        ("/ontology", "application/ld+json", "application/ld+json", "json-ld"),
        ("/ontology.ttl", "image/png", "text/turtle", "turtle"),
        ("/ontology.owl", None, "application/rdf+xml", "xml"),
        ("/ontology.rdf", None, "application/rdf+xml", "xml"),
        ("/ontology.jsonld", None, "application/ld+json", "json-ld"),
        (f"/ontology/{VERSION}", None, "text/turtle", "turtle"),
    ],
)
def test_the_ontology_comes_at_once_and_whole(client, path, accept, media_type, name):
    response = client.get(path, headers={"Accept": accept} if accept else {})
    assert (response.status_code, response.mimetype) == (200, media_type)
    graph = Graph().parse(data=response.data, format=name, publicID=ONTOLOGY)
    assert isomorphic(graph, Graph().parse(data=load_text("zone.ttl"), format="turtle", publicID=ONTOLOGY))


@pytest.mark.parametrize("path", ["/ontology/alignments", "/ontology/shapes.ttl", "/ontology/industries.owl"])
def test_the_parts_have_addresses(client, path):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/ontology/terms.py", "/ontology/..%2fpyproject", "/ontology.exe", "/ontology/none"])
def test_nothing_else_is_served(client, path):
    response = client.get(path)
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")


def test_what_cannot_be_had_is_406(client):
    assert client.get("/ontology", headers={"Accept": "image/png"}).status_code == 406


def test_the_same_bytes_each_time_it_is_written(client):
    from endpoint.ontology.views import _written

    first = client.get("/ontology.owl").data
    _written.cache_clear()
    assert client.get("/ontology.owl").data == first
