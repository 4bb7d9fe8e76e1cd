from __future__ import annotations

import json

import pytest

from endpoint.limits import MAX_HEADER, MAX_PARAMETERS


@pytest.mark.parametrize("name", ["Accept", "Accept-Encoding", "Accept-Language", "If-None-Match", "Authorization", "X-Odd"])
def test_a_long_header_is_refused_before_it_is_read(client, name, monkeypatch):
    def read(*_, **__):
        pytest.fail("it was read")

    for reader in ("parse_accept_header", "parse_etags"):
        monkeypatch.setattr(f"werkzeug.sansio.request.{reader}", read)
    for value in ("a/b;q=0.5," * 25_000, "\x22a\x22," * 3000):
        response = client.get("/sparql?query=ASK{}", headers={name: value})
        assert (response.status_code, response.mimetype) == (431, "application/problem+json")
        assert json.loads(response.data)["limit"] == MAX_HEADER


def test_what_real_clients_send_passes(client):
    jena = "application/sparql-results+json, application/sparql-results+xml;q=0.9, text/tab-separated-values;q=0.7, " * 10
    assert client.get("/sparql?query=ASK{}", headers={"Accept": jena}).status_code == 200


def test_a_long_list_of_parameters_is_refused(client):
    many = "&".join(["default-graph-uri=http://e/g"] * MAX_PARAMETERS)
    for response in (
        client.get(f"/sparql?query=ASK{{}}&{many}"),
        client.post("/sparql", data=f"query=ASK{{}}&{many}", content_type="application/x-www-form-urlencoded"),
        client.post("/sparql", data="&" * 1_000_000, content_type="application/x-www-form-urlencoded"),
        client.get("/id/x?" + "&" * MAX_PARAMETERS),
    ):
        assert response.status_code == 400
        assert json.loads(response.data)["type"].endswith(":parameters")


def test_a_dataset_of_hundreds_of_graphs_passes(client):
    graphs = [f"http://e/{n}" for n in range(900)]
    assert client.post("/sparql", data={"query": "ASK {}", "named-graph-uri": graphs}).status_code == 200
