from __future__ import annotations

import http.client
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from endpoint.gateway.bridge import AT_ONCE
from endpoint.sparql.protocol import REUSABLE
from kg_build.settings import Settings

from .conftest import VALUE, build, eventually, serving


def status(response):
    return response.getheader("Cache-Status")


def values(body):
    return [row["o"]["value"] for row in json.loads(body)["results"]["bindings"]]


def shown(response):
    """The headers that must not depend on where an answer comes from."""
    own = {"date", "cache-status", "x-request-id"}
    return {name.lower(): value for name, value in response.getheaders() if name.lower() not in own}


def test_an_answer_is_given_again_as_it_was(served):
    first, content = served.ask(query=VALUE)
    second, again = served.ask(query=VALUE)
    assert (status(first), status(second)) == ("zonekg; fwd=uri-miss; stored", "zonekg; hit")
    assert (second.status, again, shown(second)) == (200, content, shown(first))
    assert {"etag", "vary", "content-security-policy", "x-content-type-options", "access-control-allow-origin"} <= set(
        shown(second)
    )
    assert served.services().answers.statistics()["hits"] == 1


def test_by_whatever_method_it_is_asked_for(served):
    _, content = served.ask(query=VALUE)
    posted, again = served.ask("POST", body=VALUE, Content_Type="application/sparql-query")
    assert (status(posted), again) == ("zonekg; hit", content)
    head, nothing = served.ask("HEAD", query=VALUE)
    assert (status(head), head.getheader("Content-Length"), nothing) == ("zonekg; hit", str(len(content)), b"")


def test_head_alone_keeps_nothing(served):
    served.ask("HEAD", query=VALUE)
    assert served.services().answers.statistics()["stored"] == 0


def test_what_the_client_has_is_not_sent_again(served):
    first, content = served.ask(query=VALUE)
    etag = first.getheader("ETag")
    for given in (etag, f'"other", {etag}', f'"other", W/{etag}', "*"):
        known, nothing = served.ask(query=VALUE, If_None_Match=given)
        assert (known.status, nothing, known.getheader("ETag")) == (304, b"", etag)
        assert known.getheader("Content-Type") is None
        assert known.getheader("Access-Control-Allow-Origin") == "*"
    assert served.ask(query=VALUE, If_None_Match='"other"')[1] == content
    posted, again = served.ask("POST", body=VALUE, Content_Type="application/sparql-query", If_None_Match=etag)
    assert (posted.status, again) == (200, content)


def test_a_304_is_the_same_whether_the_answer_is_kept_or_not(served):
    etag = served.ask(query=VALUE)[0].getheader("ETag")
    kept = served.ask(query=VALUE, If_None_Match=etag)[0]
    served.services().answers.clear()
    fresh = served.ask(query=VALUE, If_None_Match=etag)[0]
    assert (fresh.status, shown(fresh)) == (304, shown(kept))


def test_a_new_version_is_seen_at_once(served, store):
    assert values(served.ask(query=VALUE)[1]) == ["http://e/first"]
    for value in ("second", "third"):
        build(store, value)
        response, content = served.ask(query=VALUE)
        assert (status(response), values(content)) == ("zonekg; fwd=uri-miss; stored", [f"http://e/{value}"])
        assert status(served.ask(query=VALUE)[0]) == "zonekg; hit"


def test_formats_and_codings_are_kept_apart(served):
    many = "SELECT * { VALUES ?n { " + " ".join(map(str, range(1000))) + " } }"
    for headers in ({}, {"Accept": "text/csv"}, {"Accept_Encoding": "gzip"}, {"Accept_Encoding": "br"}):
        first, content = served.ask(query=many, **headers)
        second, again = served.ask(query=many, **headers)
        assert status(first).startswith("zonekg; fwd=uri-miss")
        assert (status(second), again) == ("zonekg; hit", content)
        lengths = {"content-length", "transfer-encoding"}  # One that came in chunks has a length when it is kept.
        assert {name: shown(first)[name] for name in shown(first).keys() - lengths} == {
            name: shown(second)[name] for name in shown(second).keys() - lengths
        }


@pytest.mark.parametrize(
    "query", ["SELECT (NOW() AS ?t) {}", "SELECT (RAND() AS ?n) {}", "SELECT * {", "ASK { SERVICE <http://e/> {} }"]
)
def test_what_may_differ_and_what_went_wrong_is_not_kept(served, query):
    first, _ = served.ask(query=query)
    second, _ = served.ask(query=query)
    assert first.status == second.status
    assert status(second) == "zonekg; fwd=uri-miss"
    assert served.services().answers.statistics()["stored"] == 0


def test_who_wants_a_fresh_answer_gets_one_and_it_is_kept(served):
    served.ask(query=VALUE)
    response, _ = served.ask(query=VALUE, Cache_Control="no-cache")
    assert status(response) == "zonekg; fwd=request; stored"
    assert served.services().answers.statistics()["hits"] == 0


@pytest.mark.parametrize("headers", [{"Authorization": "Bearer x"}, {"Cache_Control": "no-store"}])
def test_what_is_for_one_client_alone_passes_by(served, headers):
    for _ in range(2):
        response, _ = served.ask(query=VALUE, **headers)
        assert (response.status, status(response)) == (200, None)
    assert served.services().answers.statistics()["stored"] == 0


def test_sites_that_may_ask_are_kept_apart(store):
    with serving(Settings(store=store, cors_origins="https://a.example https://b.example")) as served:
        for origin in ("https://a.example", "https://b.example", "https://c.example"):
            allowed = None if origin.startswith("https://c") else origin
            for _ in range(2):
                response, _ = served.ask(query=VALUE, Origin=origin)
                assert response.getheader("Access-Control-Allow-Origin") == allowed
                assert "Origin" in response.getheader("Vary")


def test_it_can_be_switched_off(store):
    with serving(Settings(store=store, cache_memory=0)) as served:
        for _ in range(2):
            response, content = served.ask(query=VALUE)
            assert (status(response), values(content)) == (None, ["http://e/first"])


def test_long_answers_are_kept_when_they_are_whole_and_not_too_long(store):
    long = (
        "SELECT * { VALUES ?a { 1 2 3 4 5 6 7 8 9 10 } VALUES ?b { 1 2 3 4 5 6 7 8 9 10 } VALUES ?c { 1 2 3 4 5 6 7 8 9 10 } %s }"
    )
    with serving(Settings(store=store, cache_memory=16 * 500_000)) as served:
        for query, expected in (
            (long % "", "zonekg; hit"),
            (long % "VALUES ?d { 1 2 3 4 5 6 7 8 9 10 }", "zonekg; fwd=uri-miss"),
        ):
            first, content = served.ask(query=query)
            assert first.getheader("Transfer-Encoding") == "chunked"
            second, again = served.ask(query=query)
            assert (status(second), again == content) == (expected, True)


class Slow:
    """An application that answers when it is let, and counts how often it was called."""

    def __init__(self, status="200 OK", pieces=None):
        self.may = threading.Semaphore(0)
        self.calls = 0
        self.status = status
        self.pieces = pieces
        self.closed = 0
        self.services = None
        self._lock = threading.Lock()

    def __call__(self, environ, start_response):
        with self._lock:
            self.calls += 1
        gone = environ["zonekg.client_disconnected"]
        while not self.may.acquire(timeout=0.01):
            if gone():
                break
        environ[REUSABLE] = self.services().source.current().snapshot
        if self.pieces is not None:
            start_response(self.status, [("Content-Type", "text/plain")])
            return iter(self.pieces)
        start_response(self.status, [("Content-Type", "text/plain"), ("Content-Length", "6")])
        return [b"answer"]


@pytest.fixture
def slow(store):
    def make(app):
        context = serving(Settings(store=store), app)
        served = context.__enter__()
        opened.append(context)
        app.services = served.services
        served.services().source.current()
        return served

    opened = []
    yield make
    for context in opened:
        context.__exit__(None, None, None)


def all_ask(served, number):
    pool = ThreadPoolExecutor(number)
    return pool, [pool.submit(served.ask, query=VALUE) for _ in range(number)]


def waiting(served):
    return sum(len(flight._callbacks or ()) for flight in served.server.config.app._flights.values())


def test_what_many_ask_at_once_is_run_once(slow):
    app = Slow()
    served = slow(app)
    pool, asked = all_ask(served, 5)
    eventually(lambda: waiting(served) == 4)
    app.may.release()
    answers = [each.result() for each in asked]
    pool.shutdown()
    assert app.calls == 1
    assert {content for _, content in answers} == {b"answer"}
    assert sorted(status(response) for response, _ in answers) == ["zonekg; fwd=uri-miss; collapsed"] * 4 + [
        "zonekg; fwd=uri-miss; stored"
    ]
    assert served.services().answers.statistics()["collapsed"] == 4


def test_a_failure_is_shared_with_those_who_wait_but_not_kept(slow):
    app = Slow("503 Service Unavailable")
    served = slow(app)
    pool, asked = all_ask(served, 3)
    eventually(lambda: waiting(served) == 2)
    app.may.release()
    assert [each.result()[0].status for each in asked] == [503] * 3
    pool.shutdown()
    assert (app.calls, served.services().answers.statistics()["stored"]) == (1, 0)


def test_one_client_s_limit_is_not_the_others(slow):
    app = Slow("429 Too Many Requests")
    served = slow(app)
    pool, asked = all_ask(served, 3)
    eventually(lambda: waiting(served) == 2)
    app.may.release(3)
    assert [each.result()[0].status for each in asked] == [429] * 3
    pool.shutdown()
    assert app.calls == 3


def test_when_the_one_who_asks_leaves_the_next_one_asks(slow):
    app = Slow()
    served = slow(app)
    leaver = http.client.HTTPConnection("127.0.0.1", served.port)
    leaver.request("GET", "/sparql?query=" + VALUE.replace(" ", "+").replace("?", "%3F"))
    eventually(lambda: app.calls == 1)
    pool, asked = all_ask(served, 2)
    eventually(lambda: waiting(served) == 2)
    leaver.close()
    eventually(lambda: app.calls == 2)
    app.may.release()
    assert [each.result()[1] for each in asked] == [b"answer"] * 2
    pool.shutdown()
    assert app.calls == 2


def test_nobody_waits_for_the_end_of_a_long_answer(slow):
    app = Slow(pieces=[b"x" * AT_ONCE] * 3)
    served = slow(app)
    pool, asked = all_ask(served, 3)
    eventually(lambda: waiting(served) == 2)
    app.may.release(3)
    assert [len(each.result()[1]) for each in asked] == [3 * AT_ONCE] * 3
    pool.shutdown()
    assert app.calls == 3


def test_a_kept_answer_is_told_of_like_any_other(served, caplog):
    caplog.set_level("INFO", "zonekg.access")
    for identity in ("one", "two"):
        response, _ = served.ask(query=VALUE, X_Request_Id=identity)
        assert response.getheader("X-Request-Id") == identity

    def lines():
        return [record.zonekg for record in caplog.records if hasattr(record, "zonekg")]

    eventually(lambda: len(lines()) == 2)  # A line may come after its answer.
    told = sorted(lines(), key=lambda line: line["cache"] == "hit")
    assert [(one["request_id"], one["cache"], one["form"], one["status"]) for one in told] == [
        ("one", "miss", "select", 200),
        ("two", "hit", "select", 200),
    ]
    text = served.ask(path="/metrics")[1].decode()
    assert 'zonekg_cached_answers_total{cache="hit"} 1.0' in text
    assert "zonekg_cache_hits_total 1.0" in text
