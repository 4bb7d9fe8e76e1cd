from __future__ import annotations

import pytest

from endpoint.app import create_app
from endpoint.workers.executor import ProcessExecutor
from kg_build.settings import Settings

HEAD = "PREFIX text: <http://jena.apache.org/text#> "
QUOTE = HEAD + 'SELECT ?s { ?s text:query "赶订单" }'


def rows(client, query, **headers):
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/csv", **headers})
    assert answer.status_code == 200, answer.text
    return answer.text.split()[1:]


def test_a_search_is_answered(client):
    (row,) = rows(client, HEAD + 'SELECT ?s ?text { (?s ?score ?text) text:query ("云岭 开发区" 3) }')
    assert row == "https://w3id.org/zonekg/id/zone/云岭经济开发区,云岭经济开发区"
    assert rows(client, QUOTE) == ["https://w3id.org/zonekg/id/claim/乙报道/1"]


def test_texts_that_are_not_served_are_not_found(store):
    client = create_app(Settings(store=store, texts=False)).test_client()
    assert rows(client, QUOTE) == []
    assert rows(client, HEAD + 'SELECT ?s { ?s text:query "云岭市" }') == ["https://w3id.org/zonekg/id/place/云岭市"]


@pytest.mark.parametrize("texts", [True, False])
def test_workers_search_too(store, texts):
    executor = ProcessExecutor(1)
    try:
        client = create_app(Settings(store=store, texts=texts), executor=executor).test_client()
        assert len(rows(client, QUOTE)) == texts
    finally:
        executor.close()


@pytest.mark.parametrize(
    ("search", "detail"),
    [
        ('"NOT"', "a search ends where a word is expected"),
        ('"\\""', "a search has a quotation mark that isn't closed"),
        ('("x" 0)', "a search's limit is a whole number from 1 to 10000"),
    ],
)
def test_a_search_that_cant_be_done_is_a_problem(client, search, detail):
    answer = client.get("/sparql", query_string={"query": f"{HEAD}ASK {{ ?s text:query {search} }}"})
    assert answer.status_code == 400
    assert answer.json["type"] == "urn:zonekg:problem:evaluation"
    assert answer.json["detail"] == detail


def test_a_malformed_query_with_a_search_tells_its_place(client):
    answer = client.get("/sparql", query_string={"query": HEAD + '\nSELECT * { ?s text:query "云岭" ; }\n }'})
    assert (answer.status_code, answer.json["line"]) == (400, 3)
