from __future__ import annotations

import json
import re
from urllib.parse import quote, unquote

import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef

from endpoint.app import create_app
from kg_build.settings import Settings
from kg_build.store import open_for_build

BASE = "https://w3id.org/zonekg/id/"
FIRM = "enterprise/青禾制药有限公司"
SPACED = "enterprise/远帆%20科技"


def thing(client, path, accept="text/turtle", raw=None):
    environ = {"REQUEST_URI": raw} if raw else {}
    return client.get(f"/id/{path}", headers={"Accept": accept}, environ_overrides=environ)


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("text/turtle", "turtle"),
        ("application/rdf+xml", "xml"),
        ("application/n-triples", "nt"),
        ("application/ld+json", "json-ld"),
    ],
)
def test_a_thing_is_described_in_rdf(client, accept, name):
    response = thing(client, FIRM, accept)
    assert (response.status_code, response.mimetype) == (200, accept)
    graph = Graph().parse(data=response.data, format=name)
    within = URIRef("https://w3id.org/zonekg/ontology#locatedIn")
    assert (URIRef(BASE + FIRM), within, URIRef(BASE + "zone/云岭经济开发区")) in graph
    assert "Accept" in response.vary


def test_the_description_has_the_claims_and_their_selectors(client):
    text = thing(client, FIRM).text
    assert "忙着赶订单" in text
    assert "TextPositionSelector" in text


def test_the_description_has_what_points_to_it(client):
    text = thing(client, "zone/云岭经济开发区", "application/n-triples").text
    assert f"<{BASE}{FIRM}> <https://w3id.org/zonekg/ontology#locatedIn> <{BASE}zone/云岭经济开发区>" in text


def test_formats_with_graphs_keep_them(client):
    data = thing(client, FIRM, "application/n-quads").data
    graphs = {q.graph_name.value for q in ox.parse(data, ox.RdfFormat.N_QUADS) if isinstance(q.graph_name, ox.NamedNode)}
    assert {BASE + "article/甲报道", BASE + "article/乙报道"} <= graphs


@pytest.mark.parametrize(
    ("accept", "form"), [("application/n-quads", ox.RdfFormat.N_QUADS), ("application/trig", ox.RdfFormat.TRIG)]
)
def test_who_wants_a_graph_and_gets_a_dataset_finds_all_in_its_default_graph(client, accept, form):
    # Comunica likes N-Quads best, and asks the default graph of what it gets.
    found = list(ox.parse(thing(client, FIRM, accept).data, form))
    whole = {quad.triple for quad in ox.parse(thing(client, FIRM, "application/n-triples").data, ox.RdfFormat.N_TRIPLES)}
    default = [quad.triple for quad in found if quad.graph_name == ox.DefaultGraph()]
    assert set(default) == whole
    assert len(default) == len(whole)


def test_the_page_shows_the_quote_under_the_fact(client):
    text = thing(client, FIRM, "text/html").text
    assert "<blockquote>云岭经开区的青禾制药忙着赶订单。</blockquote>" in text
    assert "一季度开门红" in text
    assert "&lt;b&gt;云岭&lt;/b&gt;" in text


def test_the_page_shows_where_the_thing_is_named_when_the_quote_does_not(client):
    text = thing(client, "post/周明远/云岭经济开发区/管委会主任", "text/html").text
    assert text.index("管委会主任周明远说。") < text.index("云岭经开区去年&lt;i&gt;很忙&lt;/i&gt;。")


@pytest.mark.parametrize(
    "raw", [quote(f"/id/{FIRM}"), f"/id/{FIRM}", "http://h/id/" + quote(FIRM), quote(f"/id/{FIRM}") + "?x=1"]
)
def test_letters_may_come_raw_or_encoded(client, raw):
    assert thing(client, FIRM, raw=raw).status_code == 200


@pytest.mark.parametrize("raw", ["/id/" + quote("enterprise/远帆 科技"), "/id/" + quote(SPACED), "/id/enterprise/远帆%20科技"])
def test_iris_with_percent_signs_of_their_own_resolve(client, raw):
    assert thing(client, unquote(raw)[4:], raw=raw).status_code == 200


def test_without_the_raw_address_it_works_too(client):
    assert client.get("/id/" + quote("enterprise/远帆 科技"), headers={"Accept": "text/turtle"}).status_code == 200


@pytest.mark.parametrize("path", ["zone/无此区", "zone/%00", "zone/<x>", "..", "zone/" + "x" * 5000, "zone/\ufffe", "%FF"])
def test_the_unknown_is_404(client, path):
    response = client.get(f"/id/{path}")
    assert response.status_code == 404
    assert response.mimetype == "application/problem+json"
    assert json.loads(response.data)["status"] == 404


def test_a_replaced_thing_leads_to_the_one_that_stays(client):
    response = thing(client, "zone/云岭开发区")
    assert response.status_code == 301
    assert unquote(response.headers["Location"]).endswith("/id/zone/云岭经济开发区")


def test_what_cannot_be_had_is_406(client):
    assert thing(client, FIRM, "image/png").status_code == 406


def test_an_answer_that_the_client_has_is_304(client):
    first = thing(client, FIRM)
    for given in (first.headers["ETag"], f"W/{first.headers['ETag']}"):
        again = client.get(f"/id/{FIRM}", headers={"Accept": "text/turtle", "If-None-Match": given})
        assert (again.status_code, again.data) == (304, b"")


def test_equal_requests_get_equal_bytes(client):
    assert thing(client, FIRM).data == thing(client, FIRM).data


def test_a_base_that_ends_in_a_hash_works(tmp_path):
    base = "https://example.org/data#"
    with open_for_build(tmp_path / "s") as build:
        build.extend(
            [ox.Quad(ox.NamedNode(base + "zone/甲"), ox.NamedNode("http://e/p"), ox.Literal("x"), ox.NamedNode("http://e/g"))]
        )
    client = create_app(Settings(store=tmp_path / "s", base_iri=base)).test_client()
    assert thing(client, "zone/甲").status_code == 200


EVERY = ["article/甲报道", "claim/甲报道/1", "claim/甲报道/1/0-12", "post/周明远/云岭经济开发区/管委会主任",
         "observation/云岭经济开发区/税收/2023", "indicator/税收", "enterprise/远帆%20科技"]  # fmt: skip


def links(response):
    return {
        kind: address for address, kind in re.findall(r'<([^>]*)>; rel="alternate"; type="([^"]*)"', response.headers["Link"])
    }


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("accept", ["text/html", "text/turtle"])
def test_every_kind_of_thing_is_described_and_has_documents(client, name, accept):
    response = thing(client, name, accept, raw="/id/" + quote(name))
    assert (response.status_code, response.mimetype) == (200, accept)
    found = links(response)
    assert {"text/html", "text/turtle", "application/rdf+xml", "application/ld+json"} <= set(found)
    for kind, address in found.items():
        document = client.get(unquote(address), environ_overrides={"REQUEST_URI": address})
        assert (document.status_code, document.mimetype) == (200, kind)


def test_a_document_is_what_the_thing_answers(client):
    assert client.get(f"/data/{FIRM}.ttl").data == thing(client, FIRM).data


@pytest.mark.parametrize("path", ["zone/云岭经济开发区", "zone/云岭经济开发区.pdf", "zone/无此区.ttl"])
def test_there_is_no_document_without_a_known_ending_or_thing(client, path):
    assert client.get(f"/data/{path}").status_code == 404


def test_a_page_names_its_alternates(client):
    text = thing(client, FIRM, "text/html").text
    assert f'<link rel="alternate" type="text/turtle" href="{quote("/data/" + FIRM)}.ttl">' in text


def test_a_thing_answers_303_where_that_is_set(store):
    client = create_app(Settings(store=store, see_other=True)).test_client()
    for accept, ending in (("text/turtle", "ttl"), ("text/html", "html"), ("application/rdf+xml", "rdf")):
        response = thing(client, FIRM, accept)
        assert response.status_code == 303
        assert unquote(response.location) == f"/data/{FIRM}.{ending}"
        assert "Accept" in response.vary
        assert client.get(unquote(response.location)).mimetype == accept


def test_the_name_of_a_graph_leads_to_what_it_holds(client):
    response = client.get("/graph/claims")
    assert response.status_code == 303
    assert client.get(response.location).status_code == 200
    assert client.get("/graph/nothing").status_code == 404


@pytest.mark.parametrize("path", ["id/" + FIRM, "ontology", "dump/zonekg.nt", ".well-known/void"])
def test_another_version_than_the_one_that_is_wanted_is_a_problem(client, path):
    with client.get(f"/{path}", headers={"If-Match": '"another"', "Accept": "application/n-triples"}) as response:
        assert (response.status_code, response.mimetype) == (412, "application/problem+json")
        assert response.json["status"] == 412
        assert response.headers["ETag"]
