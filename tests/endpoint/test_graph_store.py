from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
from rdflib import Dataset, Graph

from endpoint.app import create_app
from kg_build.settings import Settings
from kg_build.store import open_for_build

ARTICLE = "https://w3id.org/zonekg/id/article/乙报道"
CLAIMS = "https://w3id.org/zonekg/graph/claims"
HERE = "http://localhost/graphs"
FORMATS = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
    "application/ld+json": "json-ld",
    "application/trig": "trig",
    "application/n-quads": "nquads",
}


def node(iri):
    return ox.NamedNode(iri)


@pytest.fixture(scope="module")
def named(tmp_path_factory):
    """A store with a default graph of its own, an empty graph, and graphs named by addresses here."""
    folder = tmp_path_factory.mktemp("graphs") / "s"
    with open_for_build(folder) as build:
        for graph in (f"{HERE}/a.ttl", f"{HERE}/b%20c", f"{HERE}/区", "http://e/g?x=1&y=%31"):
            build.extend([ox.Quad(node("http://e/s"), node("http://e/p"), node(graph), node(graph))])
        build.extend([ox.Quad(node("http://e/s"), node("http://e/p"), ox.Literal("own"))])
        build.extend([ox.Quad(node("http://e/s"), node("http://e/1"), ox.Literal("odd"), node("http://e/odd"))])
        build.database.add_graph(node("http://e/empty"))
    return create_app(Settings(store=folder)).test_client()


def get(client, path="/graphs", accept="application/n-triples", **options):
    return client.get(path, headers={"Accept": accept} if accept else {}, **options)


def problem(response, status):
    assert (response.status_code, response.mimetype) == (status, "application/problem+json"), response.text
    return json.loads(response.data)


@pytest.mark.parametrize(("accept", "name"), FORMATS.items())
def test_a_graph_comes_in_every_format(client, accept, name):
    response = get(client, query_string={"graph": ARTICLE}, accept=accept)
    assert (response.status_code, response.mimetype) == (200, accept)
    graph = (Dataset(default_union=True) if name in {"trig", "nquads"} else Graph()).parse(data=response.data, format=name)
    assert len(graph) == 8
    assert {"Accept", "Accept-Encoding"} <= set(response.vary)


def test_turtle_is_the_first_choice(client):
    response = get(client, accept=None, query_string={"graph": ARTICLE})
    assert response.content_type == "text/turtle; charset=utf-8"


def test_the_default_graph_is_the_true_one(client, named):
    assert get(client, "/graphs?default").data == b""
    assert get(named, "/graphs?default").text == '<http://e/s> <http://e/p> "own" .\n'
    assert get(named, "/graphs?default=").status_code == 200


@pytest.mark.parametrize(
    ("path", "graph"),
    [
        ("/graphs/a.ttl", f"{HERE}/a.ttl"),
        ("/graphs/b%20c", f"{HERE}/b%20c"),
        ("/graphs/%E5%8C%BA", f"{HERE}/区"),
        ("/graphs?graph=http%3A%2F%2Flocalhost%2Fgraphs%2Fa.ttl", f"{HERE}/a.ttl"),
        ("/graphs?graph=http://localhost/graphs/a.ttl", f"{HERE}/a.ttl"),
        ("/graphs?graph=http://e/g%3Fx=1%26y=%2531", "http://e/g?x=1&y=%31"),
    ],
)
def test_a_graph_is_found_by_its_address_and_by_its_name(named, path, graph):
    response = named.get(path, headers={"Accept": "application/n-triples"})
    assert response.status_code == 200, response.text
    assert f"<http://e/p> <{graph}>" in response.text


def test_a_graph_may_be_empty(named):
    response = get(named, query_string={"graph": "http://e/empty"})
    assert (response.status_code, response.data) == (200, b"")


@pytest.mark.parametrize(
    "path", ["/graphs?graph=http://e/none", "/graphs/none", "/graphs/a.ttl/", "/graphs?graph=http://e/g?x=1", "/graphs/%ff"]
)
def test_a_graph_that_is_not_there_is_404(named, path):
    for method in ("get", "head"):
        response = getattr(named, method)(path)
        assert response.status_code == 404
    assert problem(named.get(path), 404)["type"].endswith("unknown-graph")


@pytest.mark.parametrize(
    "path",
    ["/graphs", "/graphs/", "/graphs?default&graph=http://e/g", "/graphs?graph=http://e/g&graph=http://e/h", "/graphs?graph=g"],
)
def test_a_request_must_name_one_graph(named, path):
    assert problem(named.get(path), 400)["type"].endswith("request")


def test_head_answers_without_a_body(named):
    response = named.head("/graphs?default", headers={"Accept": "text/turtle"})
    assert (response.status_code, response.data, response.mimetype) == (200, b"", "text/turtle")


def test_a_graph_that_the_client_has_is_304(client):
    for encoding in ("identity", "gzip"):
        headers = {"Accept-Encoding": encoding, "Accept": "text/turtle"}
        first = client.get("/graphs", query_string={"graph": CLAIMS}, headers=headers)
        again = client.get("/graphs", query_string={"graph": CLAIMS}, headers={**headers, "If-None-Match": first.headers["ETag"]})
        assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize("method", ["put", "post", "delete"])
@pytest.mark.parametrize("path", ["/graphs", "/graphs?default", "/graphs/a.ttl"])
def test_there_is_no_writing_without_tokens(named, method, path):
    response = getattr(named, method)(path, data=b"<urn:a> <urn:b> <urn:c> .", content_type="text/turtle")
    problem(response, 405)
    assert set(response.allow) == {"GET", "HEAD", "OPTIONS"}


def test_graphs_are_not_patched(named):
    problem(named.patch("/graphs?default", data=b""), 405)


def test_what_cannot_be_had_is_406(client):
    content = problem(get(client, query_string={"graph": ARTICLE}, accept="text/csv"), 406)
    assert "text/turtle" in content["available"]


def test_what_a_format_cannot_say_is_406(named):
    response = named.get("/graphs?graph=http://e/odd", headers={"Accept": "application/rdf+xml"})
    problem(response, 406)
    assert get(named, query_string={"graph": "http://e/odd"}).status_code == 200


def test_quotes_are_out_of_reach_where_texts_are_not_served(store):
    client = create_app(Settings(store=store, texts=False)).test_client()
    text = get(client, query_string={"graph": CLAIMS}).text
    assert "ontology#rule" in text
    assert "ontology#quote" not in text
