from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import Graph, URIRef

from endpoint.app import create_app
from endpoint.execution import (
    BusyError,
    ClientGoneError,
    MemoryLimitError,
    QueryTimeoutError,
    ThreadExecutor,
    TooManyError,
    WorkerLostError,
)
from kg_build.errors import StoreError
from kg_build.settings import Settings
from kg_build.store import open_for_build

SKOS = "http://www.w3.org/2004/02/skos/core#"
ZONE = "https://w3id.org/zonekg/ontology#"
SELECT = f"SELECT ?n {{ ?z a <{ZONE}Zone> ; <{SKOS}prefLabel> ?n }}"
ASK = f"ASK {{ ?z a <{ZONE}Zone> }}"
CONSTRUCT = f"CONSTRUCT {{ ?z <{SKOS}prefLabel> ?n }} WHERE {{ ?z a <{ZONE}Zone> ; <{SKOS}prefLabel> ?n }}"
DESCRIBE = "DESCRIBE <https://w3id.org/zonekg/id/zone/云岭经济开发区>"
DIRECT = "application/sparql-query"


def get(client, query, accept=None, **parameters):
    headers = {"Accept": accept} if accept else {}
    return client.get("/sparql", query_string={"query": query, **parameters}, headers=headers)


def problem(response, status):
    assert response.status_code == status, response.text
    assert response.mimetype == "application/problem+json"
    content = json.loads(response.data)
    assert content["status"] == status
    return content


def names(response) -> list[str]:
    return [row["n"]["value"] for row in json.loads(response.data)["results"]["bindings"]]


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.get("/sparql", query_string={"query": SELECT}),
        lambda client: client.post("/sparql", data={"query": SELECT}),
        lambda client: client.post("/sparql", data=SELECT.encode(), content_type=DIRECT),
        lambda client: client.post("/sparql", data=SELECT.encode(), content_type=DIRECT + "; charset=utf-8"),
    ],
)
def test_a_query_is_answered_however_it_comes(client, ask):
    response = ask(client)
    assert response.mimetype == "application/sparql-results+json"
    assert names(response) == ["云岭经济开发区"]


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (query, accept, accept)
        for query in (SELECT, ASK)
        for accept in (
            "application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"
        )
    ]
    + [
        (query, accept, accept)
        for query in (CONSTRUCT, DESCRIBE)
        for accept in (
            "text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json", "application/trig",
            "application/n-quads",
        )
    ]
    + [(CONSTRUCT, None, "text/turtle"), (ASK, None, "application/sparql-results+json")],
)  # fmt: skip
def test_each_kind_of_query_is_answered_in_each_of_its_formats(client, query, accept, media_type):
    response = get(client, query, accept)
    assert (response.status_code, response.mimetype) == (200, media_type)
    assert response.data
    assert "Accept" in response.vary


def test_csv_can_be_read(client):
    assert list(csv.reader(io.StringIO(get(client, SELECT, "text/csv").text))) == [["n"], ["云岭经济开发区"]]


def test_xml_can_be_read(client):
    root = ET.fromstring(get(client, SELECT, "application/sparql-results+xml").data)
    assert [e.text for e in root.iter("{http://www.w3.org/2005/sparql-results#}literal")] == ["云岭经济开发区"]


@pytest.mark.parametrize(
    ("accept", "name"), [("text/turtle", "turtle"), ("application/rdf+xml", "xml"), ("application/ld+json", "json-ld")]
)
def test_graphs_can_be_read(client, accept, name):
    assert len(Graph().parse(data=get(client, CONSTRUCT, accept).data, format=name)) == 1


def test_a_graph_that_xml_cannot_say_is_406_in_xml(client):
    query = "CONSTRUCT { ?s <http://e/1> ?n } WHERE { ?s ?p ?n }"
    assert "text/turtle" in problem(get(client, query, "application/rdf+xml"), 406)["available"]
    assert get(client, query, "text/turtle").status_code == 200


def test_solutions_that_xml_cannot_hold_are_406_in_xml(client):
    xml = "application/sparql-results+xml"
    assert "text/csv" in problem(get(client, 'SELECT ("\\u0001" AS ?n) {}', xml), 406)["available"]
    root = ET.fromstring(get(client, 'SELECT ("a\\r\\nb" AS ?n) {}', xml).data)
    assert [e.text for e in root.iter("{http://www.w3.org/2005/sparql-results#}literal")] == ["a\r\nb"]


@pytest.mark.parametrize(
    ("query", "accept"), [(SELECT, "text/turtle"), (CONSTRUCT, "text/csv"), (SELECT, "image/png"), (ASK, "audio/*")]
)
def test_what_cannot_be_had_is_406_and_says_what_can(client, query, accept):
    assert problem(get(client, query, accept), 406)["available"]


def test_the_default_graph_is_the_union(client):
    assert json.loads(get(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").data)["results"]["bindings"][0]["n"]["value"] > "0"


def test_the_union_can_be_switched_off(store):
    client = create_app(Settings(store=store, union_default_graph=False)).test_client()
    assert names(get(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")) == ["0"]


G1, G2 = (f"https://w3id.org/zonekg/id/article/{name}" for name in ("甲报道", "乙报道"))
TITLES = "SELECT ?n { ?a <http://purl.org/dc/terms/title> ?n }"


@pytest.mark.parametrize(
    ("query", "parameters", "expected"),
    [
        (TITLES, {}, {"云岭经开区引来药企", "一季度开门红"}),
        (TITLES, {"default-graph-uri": G1}, {"云岭经开区引来药企"}),
        (TITLES, {"default-graph-uri": [G1, G2]}, {"云岭经开区引来药企", "一季度开门红"}),
        (TITLES, {"named-graph-uri": G1}, set()),
        ("SELECT ?n { GRAPH ?g { ?a <http://purl.org/dc/terms/title> ?n } }", {"named-graph-uri": G2}, {"一季度开门红"}),
        ("SELECT ?n { GRAPH ?g { ?a <http://purl.org/dc/terms/title> ?n } }", {"default-graph-uri": G2}, set()),
        (f"SELECT ?n FROM <{G2}> {{ ?a <http://purl.org/dc/terms/title> ?n }}", {}, {"一季度开门红"}),
        (
            f"SELECT ?n FROM <{G2}> {{ ?a <http://purl.org/dc/terms/title> ?n }}",
            {"default-graph-uri": G1},
            {"云岭经开区引来药企"},
        ),
        (f"SELECT ?n FROM NAMED <{G2}> {{ GRAPH ?g {{ ?a <http://purl.org/dc/terms/title> ?n }} }}", {}, {"一季度开门红"}),
        ("SELECT ?n FROM <http://example.org/none> { ?a <http://purl.org/dc/terms/title> ?n }", {}, set()),
    ],
)
def test_the_dataset_is_the_requests_then_the_querys_then_the_union(client, query, parameters, expected):
    assert set(names(get(client, query, **parameters))) == expected


def test_relative_names_are_those_of_our_things(client):
    query = f"SELECT ?n {{ <zone/云岭经济开发区> <{SKOS}altLabel> ?n }}"
    assert names(get(client, query)) == ["云岭经开区"]


def test_a_form_may_have_its_dataset_in_the_address(client):
    response = client.post("/sparql", query_string={"default-graph-uri": G1}, data={"query": TITLES})
    assert names(response) == ["云岭经开区引来药企"]


def test_a_form_carries_the_dataset(client):
    response = client.post("/sparql", data={"query": TITLES, "default-graph-uri": G1})
    assert names(response) == ["云岭经开区引来药企"]


def test_a_direct_post_carries_the_dataset_in_its_address(client):
    response = client.post("/sparql", query_string={"default-graph-uri": G1}, data=TITLES, content_type=DIRECT)
    assert names(response) == ["云岭经开区引来药企"]


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [("SELECT * {\n  ?s ?p }", 2, 9), ("SELEKT * {}", 1, 10), ("SELECT * { ?s ex:p ?o }", 1, 15), ("", 1, 1)],
)
def test_a_malformed_query_is_400_with_its_place(client, query, line, column):
    content = problem(get(client, query), 400)
    assert content["type"].endswith("query-syntax")
    assert content["line"] == line
    assert abs(content["column"] - column) <= 5
    assert len(content["detail"]) < 250


@pytest.mark.parametrize(
    ("query_string", "status"),
    [
        ({"query": ["ASK {}", "ASK {}"]}, 400),
        ({"query": "ASK {}", "timeout": "soon"}, 400),
        ({"query": "ASK {}", "timeout": "-1"}, 400),
        ({"query": "ASK {}", "timeout": "nan"}, 400),
        ({"query": "ASK {}", "timeout": "inf"}, 200),
        ({"query": "ASK {}", "timeout": "5"}, 200),
        ({"query": "ASK {}", "default-graph-uri": "not an iri"}, 400),
        ({"query": "ASK {}", "named-graph-uri": ""}, 400),
        ({"update": "CLEAR ALL"}, 403),
        ({"query": "INSERT DATA { <http://e/s> <http://e/p> 1 }"}, 400),
        ({"query": "LOAD <http://127.0.0.1/x>"}, 400),
        ({"query": "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"}, 403),
        ({"query": "SELECT * " + "{" * 3000 + "}" * 3000}, 400),
        ({"query": "ASK {} #" + "x" * 100_000}, 413),
    ],
)
def test_requests_by_get_that_are_refused(client, query_string, status):
    response = client.get("/sparql", query_string=query_string)
    assert response.status_code == status
    if status != 200:
        problem(response, status)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"data": {"update": "CLEAR ALL"}}, 403),
        ({"data": "CLEAR ALL", "content_type": "application/sparql-update"}, 403),
        ({"data": {"quarry": "ASK {}"}}, 400),
        ({"data": "ASK {}", "content_type": "text/plain"}, 415),
        ({"data": "ASK {}"}, 415),
        ({"data": b"ASK { ?s ?p '\xff' }", "content_type": DIRECT}, 400),
        ({"data": "ASK {}".encode("utf-16"), "content_type": DIRECT}, 400),
        ({"data": "ASK {}", "content_type": DIRECT + "; charset=iso-8859-1"}, 415),
        ({"data": {"query": ["ASK {}", "ASK {}"]}}, 400),
        ({"data": {"query": "ASK {}"}, "query_string": {"query": "ASK {}"}}, 400),
        ({"data": b"x" * 100_001, "content_type": DIRECT}, 413),
        ({"data": b"x" * 2_000_000, "content_type": DIRECT}, 413),
        ({"data": {"query": "x" * 2_000_000}}, 413),
    ],
)
def test_requests_by_post_that_are_refused(client, body, status):
    problem(client.post("/sparql", **body), status)


def test_a_long_query_of_chinese_letters_fits_into_a_form(client):
    query = "ASK {} #" + "区" * 99_000
    assert client.post("/sparql", data={"query": query}).status_code == 200


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_405_and_named(client, method):
    response = getattr(client, method)("/sparql")
    problem(response, 405)
    assert {"GET", "HEAD", "POST", "OPTIONS"} <= set(response.allow)


def test_head_answers_without_a_body(client):
    response = client.head("/sparql", query_string={"query": SELECT})
    assert (response.status_code, response.data) == (200, b"")
    assert response.mimetype == "application/sparql-results+json"


def test_pages_of_other_sites_may_ask(client):
    response = client.options("/sparql", headers={"Origin": "http://e", "Access-Control-Request-Method": "POST"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in response.headers["Access-Control-Allow-Headers"]
    assert get(client, ASK).headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/sparql?query=x").headers["Access-Control-Allow-Origin"] == "*"


def test_only_pages_of_some_sites_may_ask_where_that_is_set(store):
    client = create_app(Settings(store=store, cors_origins="https://a.example https://b.example")).test_client()

    def ask(method, origin):
        headers = {"Origin": origin, "Access-Control-Request-Method": "POST"} if origin else {}
        return client.open("/sparql", method=method, query_string={"query": ASK}, headers=headers)

    for method in ("GET", "OPTIONS"):
        assert ask(method, "https://b.example").headers["Access-Control-Allow-Origin"] == "https://b.example"
        for origin in ("https://c.example", "http://b.example", "null", None):
            response = ask(method, origin)
            assert not [name for name, _ in response.headers if name.startswith("Access-Control")]
            assert response.status_code == 200
            assert "Origin" in response.vary


def test_an_address_with_two_slashes_is_no_other_address(client):
    for path in ("/static//x", "/sparql//", "/id//x"):
        problem(client.get(path), 404)


def test_an_answer_that_the_client_has_is_304(client):
    first = get(client, SELECT)
    # Proxies that pack answers make a tag weak (RFC 9110, section 13.1.2: these are compared as weak ones).
    for tags in (first.headers["ETag"], f'"other", W/{first.headers["ETag"]}'):
        again = client.get("/sparql", query_string={"query": SELECT}, headers={"If-None-Match": tags})
        assert (again.status_code, again.data) == (304, b"")


def test_another_format_has_another_tag(client):
    assert get(client, SELECT).headers["ETag"] != get(client, SELECT, "text/csv").headers["ETag"]


def test_answers_that_change_by_themselves_have_no_tag(client):
    response = get(client, "SELECT (RAND() AS ?n) {}")
    assert "ETag" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"


def test_without_a_query_the_service_is_described(client):
    response = client.get("/sparql", headers={"Accept": "application/rdf+xml"})
    graph = Graph().parse(data=response.data, format="xml")
    sd = "http://www.w3.org/ns/sparql-service-description#"
    assert {str(o) for o in graph.objects() if str(o).startswith(sd)} >= {sd + "Service", sd + "UnionDefaultGraph"}
    assert {G1, G2} <= {str(name) for name in graph.objects(None, URIRef(sd + "name"))}
    union = names(get(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))
    assert [str(count) for count in graph.objects(None, URIRef("http://rdfs.org/ns/void#triples"))] == union


def test_without_a_query_a_browser_gets_the_form(client):
    response = client.get("/sparql", headers={"Accept": "text/html"})
    assert response.mimetype == "text/html"
    assert "<textarea" in response.text


def test_a_browser_gets_a_table(client):
    text = get(client, SELECT, "text/html,*/*;q=0.8").text
    assert "<td>云岭经济开发区" in text


def test_whatever_stands_in_the_graph_or_the_query_is_escaped(client):
    query = f"SELECT ?q {{ ?c <{ZONE}quote> ?q FILTER(CONTAINS(?q, '<b>')) }} # </textarea><script>"
    text = get(client, query, "text/html").text
    assert "&lt;b&gt;云岭&lt;/b&gt;" in text
    assert "<script" not in text
    assert text.count("</textarea>") == 1


def test_links_of_odd_schemes_are_no_links(client):
    text = get(client, "SELECT (<javascript:alert(1)> AS ?x) {}", "text/html").text
    assert "javascript:alert(1)" in text
    assert 'href="javascript' not in text


def test_pages_load_nothing_from_elsewhere(client):
    response = get(client, SELECT, "text/html")
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert 'src="http' not in response.text


@pytest.mark.parametrize(
    ("query", "expected"), [(ASK, "是 true"), ("ASK { <urn:none> ?p ?o }", "否 false"), (CONSTRUCT, "云岭经济开发区")]
)
def test_a_browser_gets_every_kind_of_answer(client, query, expected):
    assert expected in get(client, query, "text/html").text


def test_a_browser_gets_the_first_rows_of_a_long_answer(client):
    triple = "?a ?b ?c ."
    text = get(client, f"SELECT * {{ {triple} ?d ?e ?f }}", "text/html").text
    assert "1000 行" in text
    assert "first part only" in text


def test_a_long_answer_comes_in_pieces_and_whole(client):
    response = get(client, "SELECT * { ?a ?b ?c . ?d ?e ?f }", "text/tab-separated-values")
    assert "Content-Length" not in response.headers
    count = names(get(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))[0]
    assert response.text.count("\n") == int(count) ** 2 + 1


def test_a_query_past_its_deadline_is_503_and_says_when_to_come_back(client):
    response = get(client, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", timeout="0.01")
    content = problem(response, 503)
    assert content["type"].endswith("timeout")
    assert int(response.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("error", "status", "kind", "again"),
    [
        (BusyError(), 503, "busy", True),
        (TooManyError(), 429, "too-many", True),
        (QueryTimeoutError(), 503, "timeout", True),
        (MemoryLimitError(), 503, "memory", True),
        (WorkerLostError(), 503, "lost", True),
        (ClientGoneError(), 503, "left", False),
        (StoreError("/secret/path: gone"), 503, "store", True),
        (RuntimeError("no such function"), 400, "evaluation", False),
    ],
)
def test_what_cannot_be_run_is_a_problem_of_its_kind(store, error, status, kind, again):
    class Failing(ThreadExecutor):
        def run(self, *_args):
            raise error

    response = get(create_app(Settings(store=store), executor=Failing(1)).test_client(), ASK)
    content = problem(response, status)
    assert content["type"] == f"urn:zonekg:problem:{kind}"
    assert ("Retry-After" in response.headers) == again
    assert "secret" not in response.text


def test_a_query_carries_who_asks_and_whether_they_are_still_there(store):
    asked = []

    class Noting(ThreadExecutor):
        def run(self, reader, query, options, formats):
            asked.append(options)
            return super().run(reader, query, options, formats)

    client = create_app(Settings(store=store), executor=Noting(1)).test_client()
    environ = {"REMOTE_ADDR": "2001:db8::7", "waitress.client_disconnected": lambda: False}
    assert client.get("/sparql", query_string={"query": ASK}, environ_overrides=environ).status_code == 200
    assert asked[0].client == "2001:db8::/64"
    assert asked[0].is_gone() is False


def test_a_new_version_is_served_without_a_restart(tmp_path, monkeypatch):
    folder = tmp_path / "s"

    def build(value):
        with open_for_build(folder, fresh=True) as b:
            b.extend(
                [ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.Literal(value), ox.NamedNode("http://e/g"))]
            )

    build("old")
    client = create_app(Settings(store=folder)).test_client()
    query = "SELECT ?n { ?s ?p ?n }"
    first = get(client, query)
    build("new")
    second = client.get("/sparql", query_string={"query": query}, headers={"If-None-Match": first.headers["ETag"]})
    assert (names(first), names(second)) == (["old"], ["new"])


def test_a_store_that_goes_away_leaves_what_was_read(tmp_path, monkeypatch, store):
    folder = tmp_path / "s"
    with open_for_build(folder) as b:
        b.extend(
            [ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.Literal("kept"), ox.NamedNode("http://e/g"))]
        )
    client = create_app(Settings(store=folder)).test_client()
    get(client, ASK)
    (folder / "current").write_text("broken")
    assert names(get(client, "SELECT ?n { ?s ?p ?n }")) == ["kept"]


def test_without_a_store_it_is_503(tmp_path):
    client = create_app(replace(Settings(), store=tmp_path / "none")).test_client()
    content = problem(get(client, ASK), 503)
    assert str(tmp_path) not in json.dumps(content)


def test_quotes_are_out_of_reach_where_texts_are_not_served(store):
    client = create_app(Settings(store=store, texts=False)).test_client()
    assert names(get(client, f"SELECT ?n {{ ?c <{ZONE}quote>|<{ZONE}context> ?n }}")) == []
    assert len(names(get(client, f"SELECT ?n {{ ?c <{ZONE}rule> ?n }}"))) == 4


HEADER = st.text(st.characters(codec="latin-1", exclude_characters="\r\n\x00"), max_size=80)
ACCEPT = st.lists(
    st.tuples(
        st.sampled_from(["*/*", "text/html", "text/csv", "text/turtle", "application/*", "a/b", "*", "/", "text/"]),
        st.sampled_from(["", ";q=0.5", ";q=0", ";q=7", ";q=-1", ";q=x", ';v="a,b"', ";"]),
    ).map("".join),
    max_size=6,
).map(",".join)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(accept=st.one_of(HEADER, ACCEPT))
def test_no_accept_header_makes_the_server_fail(client, accept):
    assert get(client, SELECT, accept).status_code in {200, 406}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=60))
def test_no_query_makes_the_server_fail(client, query):
    assert get(client, query).status_code < 500


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=80),
    media_type=st.sampled_from([DIRECT, "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]),
)
def test_no_body_makes_the_server_fail(client, body, media_type):
    assert client.post("/sparql", data=body, content_type=media_type).status_code < 500
