from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from endpoint.app import create_app, in_use
from endpoint.execution import Answer, QueryTimeoutError, ThreadExecutor
from endpoint.pages.views import _examples
from kg_build.settings import Settings


def test_the_start_page_counts_and_links(client):
    text = client.get("/").text
    assert "<strong>2</strong> 企业" in text
    for path in ("/sparql", "/ontology.owl", "/dump/zonekg.ttl"):
        assert path in text


def test_every_link_of_the_start_page_works(client):
    for path in set(re.findall(r'href="(/[^"]*)"', client.get("/").text)):
        with client.get(path.replace("&amp;", "&")) as response:
            assert response.status_code == 200, path


def test_no_page_asks_for_anything_from_elsewhere(client):
    for path in ("/", "/sparql", "/id/enterprise/青禾制药有限公司"):
        text = client.get(path, headers={"Accept": "text/html"}).text
        loaded = re.findall(r'<(?:link|script|img|iframe)[^>]*(?:href|src)="([^"]*)"', text)
        assert loaded
        assert all(address.startswith("/") for address in loaded)


@pytest.mark.parametrize("example", _examples(), ids=lambda e: e["en"])
def test_every_example_query_has_an_answer(client, example):
    response = client.get("/sparql", query_string={"query": example["query"]})
    rows = json.loads(response.data)["results"]["bindings"]
    # The small graph has no investment.
    assert rows or "totalInvestment" in example["query"]


def test_robots_keep_off_queries(client):
    assert "Disallow: /sparql" in client.get("/robots.txt").text


def test_live_needs_no_store(tmp_path):
    client = create_app(Settings(store=tmp_path / "none")).test_client()
    assert client.get("/health").json["status"] == "ok"
    response = client.get("/health/ready")
    assert (response.status_code, response.mimetype) == (503, "application/problem+json")


def test_who_is_about_to_stop_is_not_ready_but_lives(store):
    app = create_app(Settings(store=store))
    client = app.test_client()
    assert client.get("/health/ready").status_code == 200
    in_use(app).stopping.set()
    response = client.get("/health/ready")
    assert (response.status_code, response.json["type"]) == (503, "urn:zonekg:problem:stopping")
    assert client.get("/health").status_code == 200


def test_ready_names_the_version(client):
    assert client.get("/health/ready").json["store"] == in_use(client.application).source.current().version


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("get", "/none", 404), ("post", "/", 405), ("delete", "/health", 405), ("get", "/static/none", 404)],
)
def test_errors_are_problems(client, method, path, status):
    response = getattr(client, method)(path)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert response.json["status"] == status


def test_an_error_of_the_server_says_nothing_of_its_insides(store, caplog):
    app = create_app(Settings(store=store))
    app.add_url_rule("/break", view_func=lambda: {}["secret"])
    response = app.test_client().get("/break")
    assert response.status_code == 500
    assert response.mimetype == "application/problem+json"
    assert "secret" not in response.text
    assert "secret" in caplog.text


def test_an_answer_that_times_out_after_its_first_rows_is_a_503_on_the_page_too(store: Path) -> None:
    class Chunks:
        def __iter__(self) -> Chunks:
            return self

        def __next__(self) -> bytes:
            raise QueryTimeoutError

        def close(self) -> None:
            pass

    class Late(ThreadExecutor):
        def run(self, *_args: object) -> Answer:
            return Answer("solutions", Chunks())

    client = create_app(Settings(store=store), executor=Late(1)).test_client()
    answer = client.get("/sparql", query_string={"query": "SELECT * { ?s ?p ?o }"}, headers={"Accept": "text/html"})
    assert answer.status_code == 503
    assert answer.content_type == "application/problem+json"
