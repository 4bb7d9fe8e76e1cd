from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET

import pytest

from kg_build.exchange.filters import ALL
from kg_build.exchange.tables.export import export_file, export_folder

ID = "https://w3id.org/zonekg/id/"
N = "{http://graphml.graphdrawing.org/xmlns}"


def read(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


@pytest.fixture
def graphml():
    def parsed(reader):
        stream = io.BytesIO()
        export_file(reader, stream, "graphml")
        return ET.fromstring(stream.getvalue())

    return parsed


def test_graphml_has_things_and_what_ties_them(graphml, reader):
    root = graphml(reader)
    nodes = {node.get("id"): {d.get("key"): d.text for d in node} for node in root.iter(N + "node")}
    assert nodes[ID + "enterprise/青禾制药有限公司"] == {
        "name": "青禾制药有限公司",
        "class": "Enterprise",
        "classes": "Enterprise",
    }
    assert nodes[ID + "observation/云岭经济开发区/税收/2023"]["value"] == "300000000"
    assert not any("/claim/" in node for node in nodes)
    edges = {(e.get("source"), e[0].text, e.get("target")) for e in root.iter(N + "edge")}
    assert (ID + "enterprise/青禾制药有限公司", "locatedIn", ID + "zone/云岭经济开发区") in edges
    assert {end for source, _, target in edges for end in (source, target)} <= set(nodes)
    assert {key.get("id") for key in root.iter(N + "key")} >= {key for data in nodes.values() for key in data}


def test_what_xml_cannot_hold_is_replaced(graphml, firms):
    assert [d.text for d in graphml(firms("a\x01b")).iter(N + "data") if d.get("key") == "name"] == ["a\ufffdb"]


def test_neo4j_gets_values_as_they_are(firms, tmp_path):
    export_folder(firms("=1;2"), tmp_path, "neo4j", ALL)
    (row,) = read(tmp_path / "nodes.csv")
    assert (row["iri:ID"], row[":LABEL"], row["name"]) == (ID + "enterprise/000", "Enterprise", "=1;2")


def test_neo4j_ends_are_nodes_and_types_are_usual(reader, tmp_path):
    export_folder(reader, tmp_path, "neo4j", ALL)
    nodes = {row["iri:ID"] for row in read(tmp_path / "nodes.csv")}
    rows = read(tmp_path / "relationships.csv")
    assert {row[":START_ID"] for row in rows} | {row[":END_ID"] for row in rows} <= nodes
    assert {"LOCATED_IN", "OFFICIAL_OF", "COOPERATES_WITH"} <= {row[":TYPE"] for row in rows}
