"""Gazetteers that are asked over the network: reconciliation services and SPARQL endpoints."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest
import requests
from serving import PATIENCE, command, started

from kg_build.errors import GazetteerError, InputError
from kg_build.linking.deciding import decide
from kg_build.linking.gazetteers.base import quiet
from kg_build.linking.gazetteers.reconciliation import Reconciliation
from kg_build.linking.gazetteers.sparql import Endpoint
from kg_build.linking.model import Status, Thing
from kg_build.linking.rules import rules
from kg_build.linking.web import Manners, Web
from kg_build.store import open_for_build

MANIFEST = {"versions": ["0.2"], "name": "Firms of 河南", "identifierSpace": "https://example.org/id/", "schemaSpace": "urn:t"}
THINGS = [Thing(f"urn:{n}", "Enterprise", (f"华辰{n}有限公司",)) for n in range(25)]
QUERY = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX zone: <https://w3id.org/zonekg/ontology#>
SELECT DISTINCT ?name ?item ?label ?type WHERE {
  VALUES ?name { %names% } VALUES ?type { zone:Zone zone:Place zone:Enterprise }
  ?item skos:prefLabel|skos:altLabel ?name ; skos:prefLabel ?label ; a ?type }"""


def web() -> Web:
    return Web(Manners(timeout=PATIENCE, wait=0.0, retries=1))


def test_a_service_is_asked_in_batches_with_progress(server) -> None:
    def result(n: int) -> dict[str, object]:
        return {
            "result": [
                {"id": f"Q{n}", "name": f"华辰{n}有限公司", "score": 100, "match": True, "type": [{"id": "firm", "name": "f"}]}
            ]
        }

    server.answers = [
        (200, MANIFEST),
        (200, {f"q{n}": result(n) for n in range(20)}),
        (200, {f"q{n}": result(n + 20) for n in range(5)}),
    ]
    seen: list[tuple[str, int, int]] = []
    service = Reconciliation(server.url, web(), types={"Enterprise": "firm"})
    found = service.candidates(THINGS, lambda *told: seen.append(told))
    assert [c[0].iri for c in found] == [f"https://example.org/id/Q{n}" for n in range(25)]
    assert (found[0][0].type, found[0][0].trust) == ("Enterprise", 1.0)
    assert seen == [("firms-of-河南", 0, 25), ("firms-of-河南", 20, 25), ("firms-of-河南", 25, 25)]
    asked = json.loads(server.requests[1][1]["queries"][0])
    assert asked["q0"] == {"query": "华辰0有限公司", "limit": 5, "type": "firm"}


@pytest.mark.parametrize("answer", [{"name": "x"}, [], {"identifierSpace": "urn:"}])
def test_what_is_no_service_is_refused(server, answer: object) -> None:
    server.answers = [(200, answer)]
    with pytest.raises(GazetteerError, match="no reconciliation service"):
        Reconciliation(server.url, web())


@pytest.mark.parametrize("answer", [{}, [], {"q0": {}}, {"q0": {"result": "?"}}])
def test_an_answer_of_another_form_is_an_error(server, answer: object) -> None:
    server.answers = [(200, MANIFEST), (200, answer)]
    with pytest.raises(GazetteerError):
        Reconciliation(server.url, web()).candidates(THINGS[:1])


@contextmanager
def csv_reconcile(tool: Path, folder: Path):
    """Its address when it answers. It can't tell which port it was given, so it gets another where one was taken meanwhile."""
    end = time.monotonic() + PATIENCE
    while True:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            place = f"127.0.0.1:{free.getsockname()[1]}"
        (folder / "config.py").write_text(f"SERVER_NAME='{place}'\n", encoding="utf-8")
        (folder / "data").unlink(missing_ok=True)
        start = [tool, "init", "--config", "config.py", "firms.tsv", "item", "itemLabel"]
        subprocess.run(start, cwd=folder, check=True, timeout=PATIENCE)
        with subprocess.Popen([tool, "serve"], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                while process.poll() is None:
                    try:
                        requests.get(f"http://{place}/reconcile", timeout=PATIENCE)
                    except requests.ConnectionError:
                        assert time.monotonic() < end, "it never answered"
                        time.sleep(0.1)
                    else:
                        yield f"http://{place}/reconcile"
                        return
            finally:
                process.kill()
        assert time.monotonic() < end, "it never started"


@pytest.mark.slow
def test_csv_reconcile_a_server_of_others(tools, tmp_path: Path) -> None:
    """The service from the package index: it starts, is asked, and its answers are decided on."""
    tool = tools("csv-reconcile==0.3.2") / "csv-reconcile"
    (tmp_path / "firms.tsv").write_text(
        "item\titemLabel\nF1\t三门峡华辰制药有限公司\nF2\t洛阳轴承集团有限公司\nF3\t平顶山尼龙材料有限公司\n", encoding="utf-8"
    )
    with csv_reconcile(tool, tmp_path) as url:
        service = Reconciliation(url, web())
        things = [Thing("urn:a", "Enterprise", ("三门峡华辰制药有限公司",)), Thing("urn:b", "Enterprise", ("无此公司",))]
        found = [decide(t, c, service.source, rules()) for t, c in zip(things, service.candidates(things, quiet), strict=True)]
    assert [d.status for d in found] == [Status.LINKED, Status.NONE]
    assert found[0].ranked[0].candidate.iri.endswith("F1")  # Releases differ in what stands before it.


@pytest.fixture
def other(tmp_path: Path):
    """A second instance of ours, with a zone and a firm."""
    data = """@prefix : <https://other.example/id/> . @prefix zone: <https://w3id.org/zonekg/ontology#> .
      @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
      <https://other.example/id/g> { :z a zone:Zone ; skos:prefLabel "三门峡经济开发区"@zh ; skos:altLabel "三门峡经开区"@zh .
        :f a zone:Enterprise ; skos:prefLabel "三门峡\\"华辰\\"制药有限公司"@zh . }"""
    store = tmp_path / "other.store"
    with open_for_build(store) as build:
        build.extend(ox.parse(data, format=ox.RdfFormat.TRIG))
    with started(command(store)) as (address, _):
        yield address.geturl() + "sparql"


def test_a_second_instance_of_ours(other: str, tmp_path: Path) -> None:
    path = tmp_path / "by-name.rq"
    path.write_text(QUERY, encoding="utf-8")
    endpoint = Endpoint(other, path, web())
    things = [
        Thing("urn:a", "Zone", ("三门峡经开区",)),
        Thing("urn:b", "Enterprise", ('三门峡"华辰"制药有限公司',)),
        Thing("urn:c", "Place", ('"} DROP ALL #',)),
    ]
    found = [decide(t, c, endpoint.source, rules()) for t, c in zip(things, endpoint.candidates(things), strict=True)]
    assert [d.status for d in found] == [Status.LINKED, Status.LINKED, Status.NONE]
    assert [d.ranked[0].candidate.iri for d in found[:2]] == ["https://other.example/id/z", "https://other.example/id/f"]


@pytest.mark.parametrize("answer", [{}, {"results": {"bindings": [{"name": {"value": "x"}}]}}, {"results": {"bindings": "?"}}])
def test_an_answer_that_is_no_table_is_an_error(server, tmp_path: Path, answer: object) -> None:
    path = tmp_path / "q.rq"
    path.write_text(QUERY, encoding="utf-8")
    server.answers = [(200, answer)]
    with pytest.raises(GazetteerError):
        Endpoint(server.url, path, web()).candidates(THINGS[:1])


def test_a_query_without_a_place_for_the_names_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    path.write_text("SELECT * {}", encoding="utf-8")
    with pytest.raises(InputError, match="%names%"):
        Endpoint("http://127.0.0.1:1/", path, web())
