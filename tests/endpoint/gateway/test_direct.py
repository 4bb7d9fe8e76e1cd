from __future__ import annotations

import gzip
import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from serving import stop

from endpoint.gateway import front
from endpoint.gateway.direct import LONGEST
from endpoint.workers import loop
from endpoint.workers.executor import ProcessExecutor
from kg_build.settings import Settings
from kg_build.store import open_for_build

from .conftest import eventually, serving

BOTH = "SELECT ?o {{ <http://e/{0}> <http://e/p> ?o }}"
MANY = "SELECT ?s ?o {{ ?s <http://e/p> ?o . FILTER(?s != <http://e/{0}>) }}"
"""Long enough to be packed."""
COUNT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o }"
"""No row for a very long time."""
CLOSE = b"Connection: close\r\n\r\n"
QUERIES = {
    "select": BOTH,
    "many": MANY,
    "ask": "ASK {{ <http://e/{0}> ?p ?o }}",
    "construct": "CONSTRUCT {{ <http://e/{0}> ?p ?o }} WHERE {{ <http://e/{0}> ?p ?o }}",
    "describe": "DESCRIBE <http://e/{0}>",
    "varying": "SELECT ?o (NOW() AS ?now) {{ <http://e/{0}> <http://e/p> ?o }}",
}
ACCEPTS = ("*/*", "text/csv, text/turtle;q=0.5, application/json;q=0.1", "application/n-triples, text/tab-separated-values")


class Entered:
    """An app that counts how often it is entered, and with a query begun."""

    def __init__(self):
        self.app = None
        self.with_queries = []

    def __call__(self, environ, start_response):
        self.with_queries.append(front.BEGUN in environ)
        return self.app(environ, start_response)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("direct") / "s"
    fill(folder, range(200))
    return folder


def fill(folder, numbers):
    with open_for_build(folder, fresh=True) as made:
        made.extend([ox.Quad(*map(ox.NamedNode, (f"http://e/{n}", "http://e/p", "http://e/o", "http://e/g"))) for n in numbers])


class Direct:
    """A server with workers, asked by a name that nobody has asked it by before."""

    numbers = count()

    def __init__(self, served, entered, executor):
        self.executor = executor
        self.entered = entered
        """Whether there was a query begun, for each time that the app was entered."""
        self._served = served
        self.host = f"h{next(self.numbers)}.example"

    def send(self, data):
        return self._served.send(data)

    def ask(self, *arguments, **options):
        return self._served.ask(*arguments, **{"Host": self.host} | options)


@contextmanager
def serving_directly(settings):
    entered, executor = Entered(), ProcessExecutor(2, long=1, wait=1.0)
    with serving(settings, app=entered, executor=executor) as served:
        entered.app = served.app
        try:
            yield Direct(served, entered.with_queries, executor)
        finally:
            executor.close()


@pytest.fixture(scope="module")
def _server(store):
    with serving_directly(Settings(store=store, cache_memory=0)) as found:
        yield found


@pytest.fixture
def direct(_server):
    """A server that keeps no answers."""
    _server.entered.clear()
    return Direct(_server._served, _server.entered, _server.executor)


def shown(response):
    """The headers that must be the same, whoever answers; which tag it is depends on the query."""
    own = {"date", "x-request-id", "etag", "content-length", "cache-status"}
    found = {name.lower(): value for name, value in response.getheaders() if name.lower() not in own}
    return found | {"etag": (response.getheader("ETag") or "").partition("-")[2]}


def unpacked(response, body):
    return gzip.decompress(body) if response.getheader("Content-Encoding") == "gzip" else body


@pytest.mark.parametrize("coding", ["identity", "gzip"])
@pytest.mark.parametrize("accept", ACCEPTS)
@pytest.mark.parametrize("query", list(QUERIES))
def test_it_answers_as_the_app_does(direct, query, accept, coding):
    headers = {"Accept": accept, "Accept_Encoding": coding, "Origin": "http://example.org"}
    text = QUERIES[query]
    by_app, content = direct.ask(query=text.format(1), **headers)
    assert direct.entered == [False]
    again, same = direct.ask(query=text.format(1), **headers)
    other, different = direct.ask(query=text.format(2), **headers)
    assert direct.entered == [False]
    assert shown(by_app) == shown(again) == shown(other)
    assert again.getheader("ETag") == by_app.getheader("ETag")
    if query != "varying":
        assert unpacked(again, same) == unpacked(by_app, content)
        assert other.getheader("ETag") != by_app.getheader("ETag")
    if query in {"construct", "describe"}:
        assert b"http://e/2" in unpacked(other, different)
    assert {again.getheader("Content-Length"), other.getheader("Content-Length")} == {str(len(same)), str(len(different))}


def test_a_query_whose_worker_is_killed_is_answered_by_another(direct):
    executor = direct.executor
    direct.ask(query=BOTH.format(1))
    eventually(lambda: executor.statistics()["idle"] == 3)
    idle = [worker.pid for worker in executor._pool._idle]
    for worker in idle:
        stop(worker)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(direct.ask, query=BOTH.format(5))
        eventually(lambda: executor._runs)
        victim = next(iter(executor._runs))._worker.pid
        for worker in idle:
            os.kill(worker, signal.SIGKILL if worker == victim else signal.SIGCONT)
        response, body = asked.result()
    assert response.status == 200
    assert b"http://e/o" in unpacked(response, body)
    assert direct.entered == [False, True]


def test_however_it_is_asked(direct):
    direct.ask(query=BOTH.format(1))
    form = {"body": urlencode({"query": BOTH.format(2)}), "Content_Type": "application/x-www-form-urlencoded"}
    answers = [
        direct.ask("POST", **form),
        direct.ask("POST", body=BOTH.format(2), Content_Type="application/sparql-query"),
        direct.ask(query=BOTH.format(2)),
    ]
    assert [response.status for response, _ in answers] == [200] * 3
    assert len({body for _, body in answers}) == 1
    assert direct.entered == [False]


def test_what_is_asked_for_beside_the_query_counts(direct):
    def rows(**parameters):
        response, body = direct.ask(path=f"/sparql?{urlencode({'query': BOTH.format(1), **parameters})}")
        assert response.status == 200
        return len(json.loads(body)["results"]["bindings"])

    assert rows() == 1
    assert rows(**{"default-graph-uri": "http://e/none"}) == 0
    assert rows(**{"default-graph-uri": "http://e/g"}) == 1
    assert direct.entered == [False]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("SELECT ?o {", 400),
        ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", 403),
        (f"SELECT * {'{' * 200}{'}' * 200}", 400),
        ("nothing of the kind", 400),
    ],
)
def test_mistakes_are_the_apps(direct, query, status):
    direct.ask(query=BOTH.format(1))
    response, body = direct.ask(query=query)
    assert response.status == status
    assert json.loads(body)["status"] == status
    assert len(direct.entered) == 2
    assert direct.executor.statistics()["short"] == 0


def test_pages_tags_and_heads_are_the_apps(direct):
    response, _ = direct.ask(query=BOTH.format(1))
    assert direct.ask(query=BOTH.format(1), If_None_Match=response.getheader("ETag"))[0].status == 304
    assert "text/html" in direct.ask(query=BOTH.format(1), Accept="text/html")[0].getheader("Content-Type")
    assert direct.ask("HEAD", query=BOTH.format(1))[1] == b""
    assert direct.entered == [False] * 4


def test_a_query_that_takes_long_to_check_is_the_apps(direct):
    direct.ask(query=BOTH.format(1))
    text = BOTH.format(1) + " " * LONGEST
    assert [direct.ask(query=text)[0].status for _ in range(2)] == [200, 200]
    assert direct.entered == [False] * 3


def test_headers_out_of_bounds_are_refused_as_ever(direct):
    direct.ask(query=BOTH.format(1))
    assert direct.ask(query=BOTH.format(1), X_Long="x" * 9000)[0].status == 431
    assert direct.ask(query=BOTH.format(1), Host="somebody else")[0].status == 400


def test_an_answer_that_takes_its_time_goes_on_in_a_thread(direct, monkeypatch):
    monkeypatch.setattr(loop, "PATIENCE", 0.0)
    direct.ask(query=BOTH.format(1))
    response, body = direct.ask(query=BOTH.format(2))
    assert (response.status, len(json.loads(body)["results"]["bindings"])) == (200, 1)
    assert direct.entered[0] is False
    late, problem = direct.ask(path=f"/sparql?{urlencode({'query': COUNT, 'timeout': '0.3'})}")
    assert (late.status, json.loads(problem)["type"].rpartition(":")[2]) == (503, "timeout")
    assert direct.entered[-1] is True
    eventually(lambda: direct.executor.statistics()["short"] == 0)


def test_a_long_answer_is_streamed_whole(direct):
    text = "SELECT * { ?a <http://e/p> ?b . ?c <http://e/p> ?d } LIMIT %d"
    direct.ask(query=text % 1)
    response, body = direct.ask(query=text % 20_000)
    assert response.getheader("Transfer-Encoding") == "chunked"
    assert len(json.loads(body)["results"]["bindings"]) == 20_000
    assert direct.entered == [False, True]


def test_many_take_turns(direct):
    direct.ask(query=BOTH.format(0))
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda n: direct.ask(query=BOTH.format(n)), range(120)))
    assert [response.status for response, _ in answers] == [200] * 120
    assert {len(json.loads(body)["results"]["bindings"]) for _, body in answers} == {1}
    assert direct.entered == [False]
    assert direct.executor.statistics()["waiting"] == 0


def test_those_who_find_no_place_are_told(direct):
    direct.ask(query=BOTH.format(1))
    with ThreadPoolExecutor(6) as pool:
        path = f"/sparql?{urlencode({'query': COUNT, 'timeout': '3'})}"
        long = [pool.submit(direct.ask, path=path) for _ in range(5)]
        assert {each.result()[0].status for each in long} <= {503, 429}
    response, _ = direct.ask(query=BOTH.format(2))
    assert response.status == 200


def test_a_lost_worker_costs_an_answer_and_no_more(direct):
    direct.ask(query=BOTH.format(1))
    for _ in range(3):
        for worker in list(direct.executor._pool._idle):
            worker.kill()
        assert direct.ask(query=BOTH.format(2))[0].status in {200, 503}
    eventually(lambda: direct.ask(query=BOTH.format(2))[0].status == 200)


def test_a_new_version_is_seen_at_once(tmp_path):
    fill(tmp_path / "s", [1])
    with serving_directly(Settings(store=tmp_path / "s", cache_memory=0)) as direct:
        first, _ = direct.ask(query=BOTH.format(1))
        direct.ask(query=BOTH.format(2))
        fill(tmp_path / "s", [2])
        _, body = direct.ask(query=BOTH.format(2))
        assert len(json.loads(body)["results"]["bindings"]) == 1
        again, body = direct.ask(query=BOTH.format(1))
        assert json.loads(body)["results"]["bindings"] == []
        assert again.getheader("ETag") != first.getheader("ETag")


def test_what_is_answered_directly_is_kept_logged_and_counted(store, caplog):
    caplog.set_level("INFO", "zonekg.access")

    def told():
        lines = [record.zonekg for record in caplog.records if hasattr(record, "zonekg")]
        return next((line for line in lines if line["request_id"] == "direct"), None)

    with serving_directly(Settings(store=store)) as direct:
        direct.ask(query=BOTH.format(1))
        first, content = direct.ask(query=BOTH.format(2), X_Request_Id="direct")
        second, again = direct.ask(query=BOTH.format(2))
        assert first.getheader("Cache-Status") == "zonekg; fwd=uri-miss; stored"
        assert (second.getheader("Cache-Status"), again, shown(second)) == ("zonekg; hit", content, shown(first))
        assert first.getheader("X-Request-Id") == "direct"
        assert direct.entered == [False]
        eventually(told)
        line = told()
        assert (line["cache"], line["form"], line["status"], line["bytes"]) == ("miss", "select", 200, len(content))
        assert "waited" in line
        counted = 'zonekg_query_seconds_count{form="select",outcome="answered"} 3.0'
        eventually(lambda: counted in direct.ask(path="/metrics")[1].decode())


def test_requests_one_behind_the_other_are_answered_in_order(direct):
    direct.ask(query=BOTH.format(1))
    requests = [f"GET /sparql?{urlencode({'query': BOTH.format(n)})} HTTP/1.1\r\nHost: {direct.host}\r\n" for n in (1, 500, 2)]
    answers = direct.send("".join(f"{request}\r\n" for request in requests[:2]).encode() + requests[2].encode() + CLOSE)
    assert answers.count(b"HTTP/1.1 200 ") == 3
    parts = answers.split(b"HTTP/1.1 200 ")[1:]
    assert [b"http://e/o" in part for part in parts] == [True, False, True]
    assert direct.entered == [False]
