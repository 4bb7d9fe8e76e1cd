from __future__ import annotations

import json
import threading

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.serving import WSGIRequestHandler, make_server

from endpoint.app import create_app
from endpoint.outside import Fetched, Outside
from endpoint.sparql.federation import MOST_ROWS, MOST_SERVICES, Federation, ServiceFailedError
from endpoint.sparql.guard import ServiceRefusedError, TooDeepError
from kg_build.errors import SettingsError
from kg_build.settings import Settings
from kg_build.store import open_for_build

JSON = "application/sparql-results+json"
DATA = """PREFIX e: <http://e/>
e:a e:p 1 ; e:name "甲"@zh , "SERVICE <http://x/> { } # ' \\" \\\\ \\n"@en . e:b e:p 2 . [] e:blank e:a , [] ."""


class Quiet(WSGIRequestHandler):
    def log(self, *arguments):
        pass


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """Another endpoint, and what it was asked."""
    folder = tmp_path_factory.mktemp("other") / "store"
    with open_for_build(folder) as build:
        build.extend(ox.Quad(*quad.triple, ox.NamedNode("http://e/g")) for quad in ox.parse(DATA.encode(), ox.RdfFormat.TURTLE))
    app = create_app(Settings(store=folder, max_query_length=200_000))
    asked = []

    def noting(environ, start_response):
        asked.append((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        return app(environ, start_response)

    server = make_server("127.0.0.1", 0, noting, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    server.asked = asked
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client(store, other):
    other.asked.clear()
    return create_app(Settings(store=store, service_hosts=f"127.0.0.1:{other.port}")).test_client()


def ask(client, other, query, **parameters):
    query = "PREFIX e: <http://e/> " + query.replace("OTHER", f"<http://127.0.0.1:{other.port}/sparql>")
    return client.get("/sparql", query_string={"query": query, **parameters}, headers={"Accept": JSON})


def rows(client, other, query):
    answer = ask(client, other, query)
    assert answer.status_code == 200, answer.text
    return [{name: term["value"] for name, term in row.items()} for row in answer.json["results"]["bindings"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("SELECT ?n { SERVICE OTHER { e:a e:p ?n } }", [{"n": "1"}]),
        ("SELECT ?n { SERVICE SILENT OTHER { e:a e:p ?n } }", [{"n": "1"}]),
        ("SELECT ?n { ?s e:none ?o SERVICE OTHER { e:a e:p ?n } }", []),
        ("SELECT ?n { VALUES ?n { 2 3 } SERVICE OTHER { ?s e:p ?n } }", [{"n": "2"}]),
        (
            "SELECT ?n ?s { VALUES ?n { 2 3 } OPTIONAL { SERVICE OTHER { ?s e:p ?n } } }",
            [{"n": "2", "s": "http://e/b"}, {"n": "3"}],
        ),
        ("SELECT ?n { VALUES ?n { 2 3 } MINUS { SERVICE OTHER { ?s e:p ?n } } }", [{"n": "3"}]),
        ("SELECT ?n { VALUES ?n { 2 3 } FILTER NOT EXISTS { SERVICE OTHER { ?s e:p ?n } } }", [{"n": "3"}]),
        ("SELECT ?n { VALUES ?n { 2 3 } FILTER(?n = 5 || EXISTS { SERVICE OTHER { ?s e:p ?n } }) }", [{"n": "2"}]),
        ("SELECT ?n { { SELECT (SUM(?m) AS ?n) { SERVICE OTHER { ?s e:p ?m } } } }", [{"n": "3"}]),
        ("SELECT ?n { { SERVICE OTHER { e:a e:p ?n } } UNION { SERVICE OTHER { e:b e:p ?n } } }", [{"n": "2"}, {"n": "1"}]),
        ("SELECT ?n { SERVICE OTHER { SELECT (COUNT(*) AS ?n) { ?s e:p ?o } } }", [{"n": "2"}]),
        ("SELECT ?n { SERVICE OTHER { e:a e:p 1 } BIND(5 AS ?n) }", [{"n": "5"}]),
        ("SELECT ?n { SERVICE OTHER { e:a e:p 7 } BIND(5 AS ?n) }", []),
        ("SELECT ?n { SERVICE OTHER { e:a e:name ?n FILTER(lang(?n) = 'zh') } } # SERVICE OTHER", [{"n": "甲"}]),
        ("SELECT ?x ?n { SERVICE OTHER { e:a e:p ?n OPTIONAL { e:a e:none ?x } } }", [{"n": "1"}]),
    ],
)
def test_another_servers_answer_is_joined_where_it_stands(client, other, query, found):
    assert sorted(map(str, rows(client, other, query))) == sorted(map(str, found))
    assert other.asked
    assert {path for _, path in other.asked} == {"/sparql"}


def test_hostile_texts_stay_texts(client, other):
    (row,) = rows(client, other, "SELECT ?n { SERVICE OTHER { e:a e:name ?n FILTER(lang(?n) = 'en') } }")
    assert row["n"] == "SERVICE <http://x/> { } # ' \" \\ \n"


def test_blank_nodes_of_another_server_are_told_apart(client, other):
    found = rows(client, other, "SELECT * { SERVICE OTHER { ?s e:blank ?o } }")
    assert len({row["s"] for row in found}) == 1
    assert len({row["s"] for row in found} | {row["o"] for row in found}) == 3
    assert all(row["s"].startswith("urn:zonekg:blank:0:") for row in found)


def test_long_queries_are_posted(client, other):
    values = " ".join(map(str, range(1000)))
    assert len(rows(client, other, f"SELECT * {{ SERVICE OTHER {{ VALUES ?n {{ {values} }} ?s e:p ?n }} }}")) == 2
    assert other.asked == [("POST", "/sparql")]


def test_such_an_answer_is_not_kept(client, other):
    answer = ask(client, other, "SELECT * { SERVICE OTHER { ?s e:p ?n } }")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("SELECT * { SERVICE <http://other.example/> { ?s ?p ?o } }", "not on the list"),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "not on the list"),
        ("SELECT * { SERVICE <http://localhost/> { ?s ?p ?o } }", "not on the list"),
        ("SELECT * { VALUES ?g { OTHER } SERVICE ?g { ?s ?p ?o } }", "no variable can"),
        ("SELECT * { SERVICE no:prefix { ?s ?p ?o } }", "no variable can"),
        ("SELECT * { SERVICE <sparql> { ?s ?p ?o } }", "not the address"),
        ("SELECT * { SERVICE OTHER { SERVICE OTHER { ?s ?p ?o } } }", "inside of SERVICE"),
        ("SELECT * { SERVICE OTHER { ?s ?p ?o FILTER(1 +) } }", "answers with 400"),
        ("SELECT * { " + "SERVICE OTHER { } " * (MOST_SERVICES + 1) + "}", "at most"),
    ],
)
def test_what_fails_is_told(client, other, query, detail):
    answer = ask(client, other, query)
    assert answer.status_code == 502
    assert answer.json["type"] == "urn:zonekg:problem:service-failed"
    assert detail in answer.json["detail"]


def test_silent_failures_bind_nothing(client, other):
    query = "SELECT * { BIND(1 AS ?n) SERVICE SILENT <http://other.example/> { ?s ?p ?o } SERVICE SILENT ?g { } }"
    assert rows(client, other, query) == [{"n": "1"}]
    assert other.asked == []


def test_mistakes_have_the_line_where_they_stand(client, other):
    answer = ask(client, other, "SELECT * {\nSERVICE OTHER {\n ?s e:p ?n\n}\n ?s e:p }")
    assert (answer.status_code, answer.json["line"], answer.json["column"]) == (400, 5, 9)
    assert other.asked == []
    answer = ask(client, other, "SELECT * {\nSERVICE OTHER {\n ?s e:p ?n\n}\n ?s e:p ?n } LIMIT x")
    assert (answer.status_code, answer.json["line"]) == (400, 5)


def test_nothing_is_asked_without_a_list(store, other):
    other.asked.clear()
    answer = ask(create_app(Settings(store=store)).test_client(), other, "SELECT * { SERVICE SILENT OTHER { ?s ?p ?o } }")
    assert (answer.status_code, answer.json["type"]) == (403, "urn:zonekg:problem:service")
    assert other.asked == []


def test_updates_and_graphs_of_other_servers_are_never_fetched(client, other):
    place = f"http://127.0.0.1:{other.port}/sparql"
    assert rows(client, other, f"SELECT * FROM <{place}> FROM NAMED <{place}> {{ ?s e:p ?n }}") == []
    assert client.get("/sparql", query_string={"query": "ASK { ?s ?p ?o }", "default-graph-uri": place}).status_code == 200
    for update in (f"LOAD <{place}>", f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{place}> {{ ?s ?p ?o }} }}"):
        assert client.post("/sparql", data={"update": update}).status_code == 403
        assert client.get("/sparql", query_string={"query": update}).status_code in {400, 403}
    assert other.asked == []


def test_a_list_with_a_mistake_is_told_at_the_start(store):
    with pytest.raises(SettingsError, match="service_hosts"):
        create_app(Settings(store=store, service_hosts="http://e.example/"))


class Fake(Outside):
    """Gives one answer, whoever is asked."""

    def __init__(self, content, media_type=JSON):
        super().__init__(["e.example"], most_bytes=1)
        self.answer = Fetched(media_type, content)
        self.asked = []

    def fetch(self, url, accept, seconds, *, form=None):
        self.asked.append(url)
        return self.answer


def table(names, *bindings):
    return json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}}).encode()


QUERY = "SELECT * { SERVICE <http://e.example/> { ?s ?p ?o } }"


@pytest.mark.parametrize(
    ("content", "media_type", "reason"),
    [
        (b"<html>", "text/html", "no table of solutions"),
        (b"not json", JSON, "can't be read"),
        (b'{"head":{"vars":["a"]},"results":{"bindings":[', JSON, "can't be read"),
        (b'{"head":{},"boolean":true}', JSON, "no table of solutions"),
        (table(["a b"]), JSON, "can't be read|variables that are none"),
        (table(["a) { } SERVICE"]), JSON, "can't be read|variables that are none"),
        (table(["a"], {"a": {"type": "uri", "value": "not an iri> {"}}), JSON, "can't be read"),
        (table(["a"], *[{"a": {"type": "literal", "value": "x"}}] * (MOST_ROWS + 1)), JSON, "more than"),
    ],
)
def test_answers_that_are_no_solutions(content, media_type, reason):
    federation = Federation(Fake(content, media_type), 5)
    with pytest.raises(ServiceFailedError, match=reason):
        federation.guard(QUERY, 5)
    assert "VALUES () { () }" in federation.guard(QUERY.replace("SERVICE", "SERVICE SILENT"), 5).text


def test_what_is_sent_has_the_prologue_and_the_base():
    fake = Fake(table(["s"]))
    query = "PREFIX e: <x/> SELECT ?s { e:a e:b ?c SERVICE <http://e.example/?a=b#c> { e:s <y> ?s } }"
    assert "VALUES (?s) {  }" in Federation(fake, 5, "http://base/").guard(query, 5).text
    assert fake.asked == [
        "http://e.example/?a=b&query=BASE+%3Chttp%3A%2F%2Fbase%2F%3E+PREFIX+e%3A+%3Cx%2F%3E++SELECT+%2A+WHERE+%7B+e%3As+%3Cy%3E+%3Fs+%7D"
    ]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { \\u0053ERVICE <http://e.example/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p 1SERVICE <http://e.example/> { } SERVICE <http://e.example/> { }",
        "SELECT * { SERV\u0130CE <http://e.example/> { } }",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <http://e.example/> { ?s ?p ?o } }",
        "DELETE DATA { } ; LOAD SILENT <http://e.example/service>; INSERT DATA { } # SERVICE",
        "PREFIX service: <http://e/> SELECT * { service:x { } }",
    ],
)
def test_what_cant_be_told_from_it_is_refused(query):
    fake = Fake(table(["s"]))
    try:
        text = Federation(fake, 5).guard(query, 5).text
    except (ServiceRefusedError, SyntaxError):
        pass
    else:
        with pytest.raises(SyntaxError):
            ox.Store().query(text)
    assert fake.asked == []


def test_nesting_is_counted_before_anybody_is_asked():
    fake = Fake(table(["s"]))
    for query in ("SELECT * " + "{" * 129 + "SERVICE <http://e.example/> { }", QUERY + " " + "(" * 129):
        with pytest.raises((TooDeepError, ServiceRefusedError, SyntaxError)):
            Federation(fake, 5).guard(query, 5)
    assert fake.asked == []


PIECES = st.lists(
    st.sampled_from(
        [*"{}'\"\\#\n<>?$:a1.;*() ", "SERVICE", "service", "SILENT", "<http://e.example/>",
         "<http://127.0.0.1:9/>", "'''", '"""', "e:", "@en",
         "_:", "?s ?p ?o", "FILTER(", "EXISTS", "\\u0053ERVICE", "SELECT", "OPTIONAL"]
    ),
    max_size=25,
).map("".join)  # fmt: skip


@given(PIECES)
def test_oxigraph_never_reaches_for_the_network(pieces):
    fake = Fake(table(["s"], {"s": {"type": "literal", "value": "SERVICE <http://127.0.0.1:9/> { ?s ?p ?o }"}}))
    try:
        text = Federation(fake, 5).guard("PREFIX e: <http://e/> SELECT * { " + pieces + " }", 5).text
    except (ServiceRefusedError, ServiceFailedError, TooDeepError, SyntaxError):
        return
    try:
        list(ox.Store().query(text))
    except SyntaxError:
        return
    except (ValueError, RuntimeError) as error:
        assert "HTTP" not in str(error)  # noqa: PT017
