from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from endpoint.app import create_app, in_use, use
from endpoint.workers.executor import ProcessExecutor
from kg_build.settings import Settings


@pytest.fixture
def app(store):
    return create_app(Settings(store=store))


def samples(client, **headers):
    response = client.get("/metrics", headers=headers)
    assert response.status_code == 200
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def test_answers_are_counted_by_route_and_status(client):
    for path in ("/sparql?query=ASK{}", "/sparql?query=ASK", "/nowhere/1", "/nowhere/2"):
        client.get(path)
    found = samples(client)
    name = "zonekg_http_responses_total"
    assert found[name, ("method", "GET"), ("route", "/sparql"), ("status", "200")] == 1
    assert found[name, ("method", "GET"), ("route", "/sparql"), ("status", "400")] == 1
    # Addresses that anybody may make up are one.
    assert found[name, ("method", "GET"), ("route", "none"), ("status", "404")] == 2


def test_a_method_that_is_made_up_is_no_label(client):
    client.open("/", method="GARBAGE")
    assert any(("method", "other") in key for key in samples(client))


def test_queries_are_timed_by_their_form(client):
    for query in ("ASK {}", "SELECT * {}", "SELECT * {} LIMIT 1", "CONSTRUCT WHERE {}", "SELECT"):
        client.get("/sparql", query_string={"query": query})
    found = samples(client)
    name = "zonekg_query_seconds_count"
    assert found[name, ("form", "select"), ("outcome", "answered")] == 2
    assert found[name, ("form", "construct"), ("outcome", "answered")] == 1
    assert found[name, ("form", "select"), ("outcome", "query-syntax")] == 1


def test_store_and_build_are_told(client):
    while ("zonekg_store_triples",) not in (found := samples(client)):
        time.sleep(0.01)
    assert found["zonekg_store_triples",] > 50
    assert found["zonekg_store_bytes",] > 1000
    assert found["zonekg_store_ready",] == 1
    (build,) = [dict(key[1:]) for key in found if key[0] == "zonekg_build_info"]
    assert set(build) == {"version", "python", "pyoxigraph"}


def test_a_store_that_can_not_be_read_is_told(tmp_path, reading):
    found = samples(reading(Settings(store=tmp_path / "none")))
    assert found["zonekg_store_ready",] == 0
    assert ("zonekg_store_triples",) not in found


def test_workers_and_queue_are_told(store, reading):
    executor = ProcessExecutor(1)
    try:
        client = reading(Settings(store=store), executor=executor)
        assert client.get("/sparql?query=ASK{}").status_code == 200
        runaway = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
        assert client.get("/sparql", query_string={"query": runaway, "timeout": "1"}).status_code == 503
        found = samples(client)
    finally:
        executor.close()
    assert found["zonekg_queries_ended_total", ("how", "answered")] == 1
    assert found["zonekg_queries_ended_total", ("how", "timeout")] == 1
    assert found["zonekg_workers_replaced_total", ("reason", "timeout")] == 1
    assert found["zonekg_query_wait_seconds_count",] == 2
    assert found["zonekg_queries_waiting",] == 0
    assert found["zonekg_workers_forked_total",] >= 1
    if Path("/proc/self/smaps_rollup").exists():
        assert found["zonekg_children",] >= 2  # What forks, and a worker.
        assert found["zonekg_children_memory_bytes",] > 1 << 20


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the system doesn't tell of processes")
def test_a_process_that_ends_while_it_is_looked_at_hides_no_numbers(client, monkeypatch):
    def gone(look):
        def looked(path="."):
            if str(path) == "/proc/1/task":
                raise FileNotFoundError(path)
            return look(path)

        return looked

    read = Path.read_text
    monkeypatch.setattr(Path, "read_text", lambda path, **how: "1" if path.name == "children" else read(path, **how))
    for name in ("listdir", "scandir"):
        monkeypatch.setattr(os, name, gone(getattr(os, name)))
    assert samples(client)["zonekg_store_ready",] == 1


def test_other_parts_bring_their_numbers(app, client):
    in_use(app).metrics.parts["cache"] = lambda: {"hits": 3, "entries": 2}
    found = samples(client)
    assert found["zonekg_cache_hits_total",] == 3
    assert found["zonekg_cache_entries",] == 2


def test_a_part_that_fails_takes_nothing_else_with_it(app, client):
    def fails():
        raise RuntimeError("odd")

    in_use(app).metrics.parts["odd"] = fails
    assert ("zonekg_store_bytes",) in samples(client)


def test_open_metrics_on_demand(client):
    response = client.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert response.mimetype == "application/openmetrics-text"
    assert response.text.endswith("# EOF\n")


def test_who_may_read_them(app, client):
    def status(who, address="127.0.0.1", **headers):
        use(app, replace(in_use(app), settings=Settings(store=in_use(app).settings.store, metrics=who)))
        return client.get("/metrics", environ_base={"REMOTE_ADDR": address}, headers=headers).status_code

    assert [status("local"), status("all"), status("off")] == [200, 200, 404]
    assert [status("local", "192.0.2.1"), status("all", "192.0.2.1"), status("off", "192.0.2.1")] == [403, 200, 404]
    assert status("local", **{"X-Forwarded-For": "192.0.2.1"}) == 403
