from __future__ import annotations

import difflib
import io
import json
import os
import random
import subprocess
import sys

import pyoxigraph as ox
import pytest
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic

from kg_build.errors import ZonekgError
from kg_build.exchange import FORMATS, Selection, export
from ontology.terms import RDF, SKOS, XSD, ZONE

NAMES = sorted(FORMATS)
WITH_GRAPHS = [name for name in NAMES if FORMATS[name].keeps_graphs]
WITHOUT_GRAPHS = [name for name in NAMES if not FORMATS[name].keeps_graphs]
RDFLIB = {"turtle": "turtle", "trig": "trig", "nquads": "nquads", "ntriples": "nt", "jsonld": "json-ld", "rdfxml": "xml"}


def written(reader, name, **what) -> bytes:
    stream = io.BytesIO()
    export(reader, stream, name, Selection(**what))
    return stream.getvalue()


def union(reader) -> Graph:
    graph = Graph()
    graph.parse(data=b"".join(sorted({f"{q.triple} .\n".encode() for q in reader.database})), format="nt")
    return graph


def quad(subject="s", predicate="http://example.org/p", value="x", graph="g"):
    return ox.Quad(
        ox.NamedNode(f"http://example.org/{subject}"),
        ox.NamedNode(predicate),
        ox.Literal(value),
        ox.NamedNode(f"http://example.org/{graph}"),
    )


@pytest.mark.parametrize("name", WITHOUT_GRAPHS)
def test_the_union_comes_back(reader, name):
    graph = Graph()
    graph.parse(data=written(reader, name), format=RDFLIB[name])
    assert isomorphic(graph, union(reader))


@pytest.mark.parametrize("name", WITH_GRAPHS)
def test_every_graph_comes_back(reader, name):
    dataset = Dataset()
    dataset.parse(data=written(reader, name), format=RDFLIB[name])
    found = {str(graph.identifier): graph for graph in dataset.graphs() if len(graph)}
    assert set(found) == {graph.value for graph in reader.database.named_graphs()}
    for name_, graph in found.items():
        expected = Graph()
        lines = [f"{q.triple} ." for q in reader.database.quads_for_pattern(None, None, None, ox.NamedNode(name_))]
        expected.parse(data="\n".join(lines), format="nt")
        assert isomorphic(graph, expected)


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_building_changes_no_byte(reader, reader_of, name):
    quads = list(reader.database)
    random.Random(7).shuffle(quads)
    assert written(reader_of(quads), name) == written(reader, name)


@pytest.mark.parametrize("name", NAMES)
def test_another_process_writes_the_same_bytes(reader, name):
    code = (
        "import sys\nfrom kg_build.store import open_for_reading\nfrom kg_build.exchange import export\n"
        "export(open_for_reading(sys.argv[1]), sys.stdout.buffer, sys.argv[2])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(reader.directory), name],
        check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": "123"},
    )  # fmt: skip
    assert done.stdout == written(reader, name)


def test_nquads_are_sorted_by_line(reader):
    lines = written(reader, "nquads").splitlines()
    assert lines == sorted(lines)
    assert len(lines) == len(reader.database)


def test_ntriples_hold_each_triple_once(reader):
    lines = written(reader, "ntriples").splitlines()
    assert len(lines) == len({q.triple for q in reader.database}) < len(reader.database)


def test_turtle_has_prefixes_in_order_and_each_subject_once(reader):
    lines = written(reader, "turtle").decode().splitlines()
    prefixes = [line for line in lines if line.startswith("@prefix")]
    subjects = [line.split()[0] for line in lines if line and not line.startswith(("@prefix", "\t"))]
    assert lines[: len(prefixes)] == prefixes == sorted(prefixes)
    assert len(subjects) == len(set(subjects)) == len({q.subject for q in reader.database})


def test_turtle_has_a_value_a_line_and_classes_first(reader_of):
    quads = [
        quad(value="y"), quad(value="x", graph="h"), quad(predicate="http://example.org/a"),
        ox.Quad(ox.NamedNode("http://example.org/s"), ox.NamedNode(RDF.type), ox.NamedNode(ZONE.Zone)),
    ]  # fmt: skip
    text = written(reader_of(quads), "turtle").decode()
    assert text.partition("\n\n")[2] == (
        '<http://example.org/s> a zone:Zone ;\n\t<http://example.org/a> "x" ;\n\t<http://example.org/p> "x" ,\n\t\t"y" .\n'
    )


def test_a_new_value_changes_one_line_of_turtle(reader_of):
    before, after = [quad(value="a"), quad(value="c")], [quad(value="a"), quad(value="b"), quad(value="c")]
    old, new = (written(reader_of(quads), "turtle").decode().splitlines() for quads in (before, after))
    assert len([line for line in difflib.ndiff(old, new) if line[0] in "+-"]) == 1


def test_jsonld_is_compact_by_a_context_of_its_own(reader):
    document = json.loads(written(reader, "jsonld"))
    (graph,) = [g for g in document["@graph"] if g["@id"].endswith("article/甲报道")]
    (firm,) = [node for node in graph["@graph"] if node["@id"].endswith("青禾制药有限公司")]
    assert firm["@type"] == "zone:Enterprise"
    assert firm["prefLabel"] == "青禾制药有限公司"
    assert firm["locatedIn"] == "https://w3id.org/zonekg/id/zone/云岭经济开发区"
    assert document["@context"]["locatedIn"] == {"@id": "zone:locatedIn", "@type": "@id"}


@pytest.mark.parametrize("value", [
    ox.Literal("x"), ox.Literal("x", language="en"), ox.Literal("1", datatype=ox.NamedNode(XSD.integer)), ox.NamedNode("geo:1,2"),
    ox.BlankNode("b"),
])  # fmt: skip
@pytest.mark.parametrize("predicate", [SKOS.prefLabel, ZONE.locatedIn, ZONE.value, ZONE.unit, RDF.type])
def test_values_that_the_context_does_not_expect_come_back_from_jsonld(reader_of, predicate, value):
    if predicate == RDF.type and isinstance(value, ox.Literal):
        pytest.skip("a class is no text")
    said = ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode(predicate), value, ox.NamedNode("http://e/g"))
    dataset = Dataset()
    dataset.parse(data=written(reader_of([said]), "jsonld"), format="json-ld")
    expected = Graph().parse(data=f"{said.triple} .", format="nt")
    assert isomorphic(dataset.graph("http://e/g"), expected)


def test_an_address_that_would_be_read_as_a_prefixed_name_is_refused_in_jsonld(reader_of):
    with pytest.raises(ZonekgError, match="JSON-LD can't write <zone:x>"):
        written(reader_of([quad(predicate="zone:x")]), "jsonld")


def test_trig_has_each_graph_once_in_order(reader):
    graphs = [line.split()[0] for line in written(reader, "trig").decode().splitlines() if line.endswith("{")]
    assert graphs == sorted(set(graphs))
    assert len(graphs) == len(list(reader.database.named_graphs()))


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_graph_can_be_written_and_read(reader_of, name):
    assert not list(ox.parse(written(reader_of([]), name), FORMATS[name].rdf_format))


@pytest.mark.parametrize("name", NAMES)
def test_quotes_can_be_left_out(reader, name):
    data = written(reader, name, texts=False).decode()
    assert "落户" not in data
    assert "忙着赶订单" not in data
    assert "云岭经开区引来药企" in data


def test_chinese_properties_can_be_written_in_rdf_xml(reader_of):
    graph = Graph()
    graph.parse(data=written(reader_of([quad(predicate="http://example.org/总投资")]), "rdfxml"), format="xml")
    assert [str(p) for p in graph.predicates()] == ["http://example.org/总投资"]


@pytest.mark.parametrize("predicate", ["http://example.org/1", "http://example.org/", "http://example.org/a?"])
def test_a_property_without_an_xml_name_is_refused_in_rdf_xml(reader_of, predicate):
    with pytest.raises(ZonekgError, match=r"RDF/XML can't write the property <http://example\.org/"):
        written(reader_of([quad(predicate=predicate)]), "rdfxml")


def test_a_control_character_is_refused_in_rdf_xml_and_kept_elsewhere(reader_of):
    reader = reader_of([quad(value="a\x01b")])
    with pytest.raises(ZonekgError, match="control character"):
        written(reader, "rdfxml")
    (back,) = ox.parse(written(reader, "turtle"), ox.RdfFormat.TURTLE)
    assert back.object.value == "a\x01b"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", ["a\r\nb", "a\rb", "\ta\n", '"\\<>&', "  a ", "\U00020000", "]]>"])
def test_odd_characters_come_back(reader_of, name, value):
    data = written(reader_of([quad(value=value)]), name)
    dataset = Dataset()
    dataset.parse(data=data, format=RDFLIB[name])
    assert [str(o) for _, _, o, _ in dataset.quads()] == [value]


def test_an_unknown_format_is_one_line(reader):
    with pytest.raises(ZonekgError, match="no format is called 'pdf'"):
        written(reader, "pdf")
