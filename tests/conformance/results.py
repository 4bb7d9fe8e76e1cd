"""Reading answers, written apart from the engine so that a mistake of its writers isn't hidden by its readers."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import rdflib

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.comparison import Row, Term

XSD = "http://www.w3.org/2001/XMLSchema#"
STRING, LANG_STRING = f"{XSD}string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
SRX = "{http://www.w3.org/2005/sparql-results#}"
INTEGERS = {"integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "unsignedInt"}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
RS = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
_TSV = re.compile(
    r"""<(?P<iri>[^>]*)> | _:(?P<blank>\S+)
      | "(?P<text>(?:[^"\\]|\\.)*)" (?:@(?P<language>[\w-]+) | \^\^<(?P<datatype>[^>]*)>)?
      | (?P<boolean>true|false) | (?P<number>[-+]?[\d.]+(?:[eE][-+]?\d+)?)""",
    re.VERBOSE,
)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}


@dataclass(frozen=True)
class Table:
    """Solutions: variables, and a term or None for each in every row."""

    variables: tuple[str, ...]
    rows: tuple[Row, ...]

    def sorted_columns(self) -> Table:
        """The same with the variables in the order of their names."""
        order = sorted(range(len(self.variables)), key=lambda n: self.variables[n])
        return Table(tuple(self.variables[n] for n in order), tuple(tuple(row[n] for n in order) for row in self.rows))


def literal(value: str, language: str | None = None, datatype: str | None = None) -> Term:
    """A literal's term; numbers and truth values by their value, as the suites write the same one in several ways."""
    kind = (datatype or "").removeprefix(XSD)
    if kind in INTEGERS and re.fullmatch(r"[-+]?\d+", value):
        value = str(int(value))
    elif kind == "decimal" and re.fullmatch(r"[-+]?(?:\d+\.?\d*|\.\d+)", value):
        value = str(Fraction(value))
    elif kind in {"double", "float"} and _NUMBER.fullmatch(value):
        value = f"{float(value):.12g}"
    elif kind == "boolean":
        value = {"0": "false", "1": "true"}.get(value, value)
    return ("literal", value, (language or "").lower(), datatype or (LANG_STRING if language else STRING))


def read_json(data: bytes) -> Table | bool:
    """SPARQL 1.1 Query Results JSON Format."""
    content = json.loads(data)
    if "boolean" in content:
        return bool(content["boolean"])

    def term(found: dict[str, str] | None) -> Term:
        if found is None:
            return None
        if found["type"] in {"uri", "bnode"}:
            return ({"uri": "iri", "bnode": "blank"}[found["type"]], found["value"])
        assert found["type"] in {"literal", "typed-literal"}, found
        return literal(found["value"], found.get("xml:lang"), found.get("datatype"))

    variables = tuple(content["head"]["vars"])
    rows = content["results"]["bindings"]
    assert all(set(row) <= set(variables) for row in rows)
    return Table(variables, tuple(tuple(term(row.get(name)) for name in variables) for row in rows))


def read_xml(data: bytes) -> Table | bool:
    """SPARQL Query Results XML Format."""
    root = ET.fromstring(data)
    boolean = root.find(f"{SRX}boolean")
    if boolean is not None:
        return (boolean.text or "").strip() == "true"

    def term(binding: ET.Element) -> Term:
        (inner,) = list(binding)
        text = inner.text or ""
        if inner.tag == f"{SRX}uri":
            return ("iri", text)
        if inner.tag == f"{SRX}bnode":
            return ("blank", text)
        assert inner.tag == f"{SRX}literal", inner.tag
        return literal(text, inner.get(LANG), inner.get("datatype"))

    variables = tuple(found.get("name", "") for found in root.iterfind(f"{SRX}head/{SRX}variable"))
    rows = []
    for result in root.iterfind(f"{SRX}results/{SRX}result"):
        row = {binding.get("name"): term(binding) for binding in result.iterfind(f"{SRX}binding")}
        assert set(row) <= set(variables)
        rows.append(tuple(row.get(name) for name in variables))
    return Table(variables, tuple(rows))


def read_tsv(data: bytes) -> Table:
    """SPARQL 1.1 Query Results TSV Format."""
    head, *lines = data.decode().split("\n")
    assert lines.pop() == "", "the last line isn't ended"
    columns = head.split("\t") if head else []
    assert all(column.startswith("?") for column in columns)

    def term(text: str) -> Term:
        if not text:
            return None
        match = _TSV.fullmatch(text)
        assert match, text
        if match["iri"] is not None:
            return ("iri", match["iri"])
        if match["blank"] is not None:
            return ("blank", match["blank"])
        if match["boolean"]:
            return literal(text, None, f"{XSD}boolean")
        if match["number"]:
            kind = "double" if "e" in text.lower() else "decimal" if "." in text else "integer"
            return literal(text, None, XSD + kind)
        value = re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), match["text"])
        return literal(value, match["language"], match["datatype"])

    return Table(tuple(column[1:] for column in columns), tuple(tuple(map(term, line.split("\t"))) for line in lines))


def read_csv(data: bytes) -> Table:
    """SPARQL 1.1 Query Results CSV Format: IRIs and literals can't be told apart in it, blank nodes begin with ``_:``."""
    head, *rows = csv.reader(io.StringIO(data.decode(), newline=""), strict=True)

    def term(text: str) -> Term:
        if text.startswith("_:"):
            return ("blank", text)
        # Nor can datatypes be told: numbers are compared by their value.
        return ("text", f"{float(text):.12g}" if _NUMBER.fullmatch(text) else text)

    return Table(tuple(head), tuple(tuple(map(term, row)) for row in rows))


def read_graph(data: bytes | str, form: str, base: str | None = None) -> tuple[Row, ...]:
    """An RDF graph's triples, literals as they are written."""
    return tuple(tuple(map(_term, triple)) for triple in _parse(data, form, base))  # type: ignore[misc]


def _parse(data: bytes | str, form: str, base: str | None) -> rdflib.Graph:
    before = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    try:
        return rdflib.Graph().parse(data=data, format=form, publicID=base)
    finally:
        rdflib.NORMALIZE_LITERALS = before


def _term(node: Any) -> Term:
    if node is None:
        return None
    if isinstance(node, rdflib.URIRef):
        return ("iri", str(node))
    if isinstance(node, rdflib.BNode):
        return ("blank", str(node))
    return literal(str(node), node.language, node.datatype and str(node.datatype))


def read_expected(path: Path) -> Table | bool | tuple[Row, ...]:
    """A suite's file of what a query must answer: a result in one of the formats, or a graph."""
    data = path.read_bytes()
    readers = {".srj": read_json, ".srx": read_xml, ".tsv": read_tsv, ".csv": read_csv}
    if path.suffix in readers:
        return readers[path.suffix](data)
    form = {".ttl": "turtle", ".rdf": "xml", ".nt": "nt"}[path.suffix]
    graph = _parse(data, form, path.as_uri())
    result = graph.value(predicate=rdflib.RDF.type, object=RS.ResultSet)
    return read_graph(data, form, path.as_uri()) if result is None else _read_vocabulary(graph, result)


def _read_vocabulary(graph: rdflib.Graph, result: Any) -> Table | bool:
    """A result written in the vocabulary of the test cases."""
    boolean = graph.value(result, RS.boolean)
    if boolean is not None:
        return str(boolean) == "true"
    variables = tuple(sorted(str(name) for name in graph.objects(result, RS.resultVariable)))
    rows: list[tuple[int, Row]] = []
    for solution in graph.objects(result, RS.solution):
        bound = {
            str(graph.value(binding, RS.variable)): _term(graph.value(binding, RS.value))
            for binding in graph.objects(solution, RS.binding)
        }
        index = graph.value(solution, RS["index"])
        rows.append((int(str(index or 0)), tuple(bound.get(name) for name in variables)))
    return Table(variables, tuple(row for _, row in sorted(rows, key=lambda pair: pair[0])))
