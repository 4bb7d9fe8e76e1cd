from __future__ import annotations

import json
import logging

import pytest

from endpoint.app import create_app, in_use
from endpoint.execution import Answer, QueryTimeoutError, ThreadExecutor
from endpoint.operation.logs import FIELDS, BrokenOffError
from kg_build.settings import Settings

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class Breaking(ThreadExecutor):
    """Gives one chunk, then an error."""

    error: Exception = QueryTimeoutError()

    def run(self, *arguments):
        def chunks():
            yield b"a\n" * 40_000
            yield b"b\n"
            raise self.error

        return Answer("solutions", chunks())


@pytest.fixture
def log(caplog):
    """What was logged: (logger, message, fields)."""
    caplog.set_level(logging.INFO)
    return lambda: [(r.name, r.getMessage(), getattr(r, FIELDS, {})) for r in caplog.records]


def the_line(log, name="zonekg.access"):
    (found,) = [fields for logger, _, fields in log() if logger == name]
    return found


def test_a_request_is_one_line(client, log):
    headers = {"X-Request-Id": "abc", "User-Agent": "me", "traceparent": TRACE}
    response = client.get("/sparql?query=ASK{}&access_token=s3cret", headers=headers)
    line = the_line(log)
    assert response.headers["X-Request-Id"] == line["request_id"] == "abc"
    assert (line["method"], line["path"], line["status"], line["form"]) == ("GET", "/sparql", 200, "ask")
    assert line["bytes"] == len(response.data)
    assert line["trace_id"] == TRACE.split("-")[1]
    assert line["agent"] == "me"
    assert 0 <= line["first_byte"] <= line["seconds"]
    assert line["waited"] >= 0
    assert "s3cret" not in json.dumps(line)


def test_errors_have_an_identity_and_a_reason(client, log):
    response = client.get("/sparql?query=SELECT", headers={"Authorization": "Bearer s3cret"})
    line = the_line(log)
    assert response.headers["X-Request-Id"] == line["request_id"]
    assert (line["status"], line["outcome"], line["form"]) == (400, "query-syntax", "select")
    assert "s3cret" not in json.dumps(log())


def test_a_path_that_is_no_text_is_logged(client, log):
    client.get("/id/%ff%0d%0aforged")
    assert the_line(log)["path"] == "/id/\ufffd\r\nforged"  # The formatters see to the rest.


def test_probes_are_no_news(client, log):
    for path in ("/health", "/metrics"):
        assert client.get(path).status_code == 200
    assert log() == []


def test_the_log_of_requests_can_be_switched_off_but_not_that_of_errors(store, log, reading):
    client = reading(Settings(store=store, access_log=False))
    client.get("/")
    assert log() == []
    reading(Settings(store=store / "none", access_log=False)).get("/")
    assert the_line(log)["status"] == 503


def test_slow_queries_are_logged_with_their_text(store, log, reading):
    client = reading(Settings(store=store, slow_query=1e-9))
    client.get("/sparql", query_string={"query": "ASK { ?s ?p 'token=abc' }"})
    line = the_line(log, "zonekg.slow")
    assert line["query"] == "ASK { ?s ?p 'token=***' }"
    assert line["request_id"] == the_line(log)["request_id"]


def test_nothing_is_slow_where_that_is_switched_off(store, log, reading):
    reading(Settings(store=store, slow_query=0)).get("/sparql?query=ASK{}")
    assert [name for name, _, _ in log()] == ["zonekg.access"]


@pytest.mark.parametrize(("error", "reason"), [(QueryTimeoutError(), "timeout"), (ValueError("odd"), "error")])
def test_an_answer_that_breaks_off_is_one_clear_line(store, log, error, reason):
    executor = Breaking(2)
    executor.error = error
    app = create_app(Settings(store=store), executor=executor)
    headers = {"Accept": "text/csv", "X-Request-Id": "r1"}
    response = app.test_client().get("/sparql?query=SELECT*{}", headers=headers)
    with pytest.raises(BrokenOffError):
        _ = response.data
    response.close()
    broken, through = [fields for _, _, fields in log()]
    assert (broken["request_id"], broken["reason"]) == ("r1", reason)
    assert (through["status"], through["outcome"]) == (200, reason)
    assert f'zonekg_broken_answers_total{{reason="{reason}"}} 1.0' in app.test_client().get("/metrics").text


def test_a_client_that_leaves_in_mid_answer_is_noted(store, log):
    app = create_app(Settings(store=store), executor=Breaking(2))
    response = app.test_client().get("/sparql?query=SELECT*{}", headers={"Accept": "text/csv"})
    next(response.response)
    response.close()
    assert the_line(log)["outcome"] == "left"


def test_the_client_behind_a_trusted_proxy_is_the_one_that_is_logged(store, log, reading):
    client = reading(Settings(store=store, trusted_proxies="127.0.0.0/8"))
    client.get("/robots.txt", headers={"X-Forwarded-For": "203.0.113.7"})
    assert the_line(log)["client"] == "203.0.113.7"


def test_no_request_stays_in_progress(app, client):
    client.get("/nowhere")
    client.get("/sparql?query=ASK{}")
    assert in_use(app).metrics.registry.get_sample_value("zonekg_http_in_progress") == 0
