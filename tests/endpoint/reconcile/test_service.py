from __future__ import annotations

import json
import threading

import pyoxigraph as ox
import pytest
from serving import PATIENCE

from endpoint.app import create_app
from endpoint.errors import Problem
from endpoint.reconcile import service as module
from endpoint.reconcile.service import Catalogues, Turns
from endpoint.workers.executor import ProcessExecutor
from kg_build.store import open_for_build, open_for_reading

ZONE = "https://w3id.org/zonekg/ontology#"
BASE = "https://w3id.org/zonekg/id/"


def firm(name):
    node = ox.NamedNode(BASE + "enterprise/" + name)
    graph = ox.NamedNode(BASE + "article/" + name)
    label = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    yield ox.Quad(node, kind, ox.NamedNode(ZONE + "Enterprise"), graph)
    yield ox.Quad(node, label, ox.Literal(name, language="zh"), graph)


def put(store, *names):
    with open_for_build(store) as build:
        for name in names:
            build.extend(firm(name))


def best(client, name):
    found = client.post("/reconcile", data={"queries": json.dumps({"q": {"query": name}})}).json["q"]["result"]
    return found[0]["name"] if found else None


def test_a_new_version_is_matched_against(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", PATIENCE)
    put(tmp_path / "s", "青禾制药")
    client = create_app({"store": tmp_path / "s"}).test_client()
    assert best(client, "布朗机器人") is None
    put(tmp_path / "s", "布朗机器人")
    assert best(client, "布朗机器人") == "布朗机器人"
    assert best(client, "青禾制药") == "青禾制药"


def test_while_a_catalogue_is_made_the_one_before_answers(tmp_path, monkeypatch):
    put(tmp_path / "s", "青禾制药")
    first = open_for_reading(tmp_path / "s")
    catalogues = Catalogues()
    before = catalogues.current(first, BASE)
    assert catalogues.current(first, BASE) is before
    put(tmp_path / "s", "布朗机器人")
    second = open_for_reading(tmp_path / "s")
    go_on = threading.Event()
    make = module.Catalogue

    def slowly(*arguments):
        go_on.wait(PATIENCE)
        return make(*arguments)

    monkeypatch.setattr(module, "Catalogue", slowly)
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    assert catalogues.current(second, BASE) is before
    assert catalogues.current(second, BASE) is before
    go_on.set()
    monkeypatch.setattr(module, "PATIENCE", PATIENCE)
    after = catalogues.current(second, BASE)
    assert after is not before
    assert len(after) == 2


def test_however_many_versions_come_one_catalogue_is_made_at_a_time(tmp_path, monkeypatch):
    catalogues, readers, begun, go_on = Catalogues(), [], [], threading.Event()
    make = module.Catalogue

    def slowly(*arguments):
        begun.append(arguments)
        go_on.wait(PATIENCE)
        return make(*arguments)

    monkeypatch.setattr(module, "Catalogue", slowly)
    for name in ("青禾制药", "布朗机器人", "华龙香料"):
        put(tmp_path / "s", name)
        readers.append(open_for_reading(tmp_path / "s"))
    futures = [catalogues.begin(reader, BASE)[0] for reader in readers]
    assert len(begun) <= 1
    go_on.set()
    assert [len(future.result(PATIENCE)) for future in futures] == [1, 1, 1]
    assert len(catalogues.current(readers[2], BASE)) == 3
    assert len(begun) == 2


def test_what_goes_wrong_is_told_and_tried_again(tmp_path, monkeypatch):
    put(tmp_path / "s", "青禾制药")
    reader = open_for_reading(tmp_path / "s")
    catalogues = Catalogues()
    make = module.Catalogue

    def fail(*_arguments):
        raise OSError("disk")

    monkeypatch.setattr(module, "Catalogue", fail)
    with pytest.raises(OSError, match="disk"):
        catalogues.current(reader, BASE)
    monkeypatch.setattr(module, "Catalogue", make)
    assert len(catalogues.current(reader, BASE)) == 1


def test_turns_are_few_and_so_are_those_who_wait():
    turns = Turns(places=1, queue=0)
    with turns.turn(0), pytest.raises(Problem, match="at once") as full, turns.turn(20):
        pass
    assert full.value.status == 503
    with turns.turn(0):
        pass


def test_who_waits_too_long_is_told():
    turns = Turns(places=1, queue=1)
    with turns.turn(0), pytest.raises(Problem, match="at once"), turns.turn(0.01):
        pass
    with turns.turn(0):
        pass


def test_values_come_from_worker_processes_as_well(firms):
    executor = ProcessExecutor(1)
    try:
        client = create_app({"store": firms}, executor=executor).test_client()
        query = {"ids": ["enterprise/云岭青禾制药有限公司"], "properties": [{"id": "zone"}]}
        rows = client.post("/reconcile", data={"extend": json.dumps(query)}).json["rows"]
        assert rows["enterprise/云岭青禾制药有限公司"]["zone"][0]["name"] == "云岭经济开发区"
    finally:
        executor.close()
