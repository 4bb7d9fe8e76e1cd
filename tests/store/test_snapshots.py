from __future__ import annotations

import json

import pyoxigraph as ox
import pytest

from kg_build.exchange import TEXT_PREDICATES
from kg_build.store import Snapshot, open_for_build, open_for_reading

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def build(folder, value):
    with open_for_build(folder, fresh=True) as b:
        b.extend(
            ox.Quad(ox.NamedNode("http://e/s"), predicate, ox.Literal(value), ox.NamedNode(graph))
            for predicate in (ox.NamedNode("http://e/p"), min(TEXT_PREDICATES, key=str))
            for graph in ("http://e/g", "http://e/h")
        )
    return open_for_reading(folder)


def count(source, **options):
    return int(next(iter(source.query(COUNT, **options)))["n"].value)


def test_a_snapshot_answers_as_its_reader(tmp_path, monkeypatch):
    build(tmp_path / "s", "a")
    monkeypatch.chdir(tmp_path)
    reader = open_for_reading("s")
    monkeypatch.chdir("/")  # As another process may have another working folder.
    databases = Snapshot.from_json(json.loads(json.dumps(reader.snapshot.to_json()))).open()
    assert count(databases) == count(reader) == 2
    assert count(databases, union=False) == count(reader, union=False) == 0


def test_only_what_is_asked_is_opened(tmp_path):
    databases = build(tmp_path / "s", "a").snapshot.open()
    count(databases)
    assert "union" in vars(databases)
    assert "database" not in vars(databases)


def test_versions_have_snapshots_of_their_own(tmp_path):
    first, second = build(tmp_path / "s", "a"), build(tmp_path / "s", "b")
    assert first.snapshot == first.snapshot
    assert first.snapshot != second.snapshot
    assert second.snapshot == open_for_reading(tmp_path / "s").snapshot


def test_the_snapshot_of_a_reader_without_texts_has_none(tmp_path):
    reader = build(tmp_path / "s", "a")
    without = reader.without(TEXT_PREDICATES)
    assert without.snapshot != reader.snapshot
    assert count(without.snapshot.open()) == 1
    assert count(without.snapshot.open(), default_graph=[ox.NamedNode("http://e/g")]) == 1


def test_a_snapshot_that_is_gone_is_an_error_when_it_is_asked():
    databases = Snapshot("/nowhere/db", "/nowhere/union", 0).open()
    with pytest.raises((OSError, RuntimeError)):
        databases.query(COUNT)


def test_geometries_are_measured(tmp_path):
    query = """PREFIX geof: <http://www.opengis.net/def/function/geosparql/> PREFIX geo: <http://www.opengis.net/ont/geosparql#>
    SELECT (geof:metricDistance('POINT(0 0)'^^geo:wktLiteral, ?there) AS ?metres)
    { VALUES ?there { '<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(0 1)'^^geo:wktLiteral 'x'^^geo:wktLiteral } }"""
    first, second = build(tmp_path / "s", "a").snapshot.open().query(query)
    assert float(first["metres"].value) == pytest.approx(111_319.49)
    assert second["metres"] is None
