"""SPARQL 1.1 Query: evaluation and the formats of results, over HTTP."""

from __future__ import annotations

import re

import pytest
from conformance.comparison import isomorphic
from conformance.manifest import parameters
from conformance.results import Table, read_csv, read_expected, read_graph, read_json, read_tsv, read_xml

pytestmark = pytest.mark.slow

FORMATS = {
    ".srj": ("application/sparql-results+json", read_json),
    ".srx": ("application/sparql-results+xml", read_xml),
    ".tsv": ("text/tab-separated-values", read_tsv),
    ".csv": ("text/csv", read_csv),
}


def ask(server, case, accept):
    # Relative IRIs of a query are those of its file.
    query = f"BASE <{case.action.as_uri()}>\n".encode() + case.action.read_bytes()
    headers = {"Content-Type": "application/sparql-query", "Accept": accept}
    answer = server.ask("POST", "/sparql", headers, query, store=server.store(case.data))
    assert answer.status == 200, str(answer)
    assert answer.media_type == accept
    return answer.body


@pytest.mark.parametrize("case", parameters("QueryEvaluationTest", "CSVResultFormatTest"))
def test_evaluation(server, case):
    expected = read_expected(case.result)
    if isinstance(expected, tuple):
        found = read_graph(ask(server, case, "text/turtle"), "turtle")
        assert isomorphic(found, expected), found
        return
    accept, read = FORMATS.get(case.result.suffix, FORMATS[".srj"])
    found = read(ask(server, case, accept))
    if isinstance(expected, bool):
        assert found is expected
        return
    assert isinstance(found, Table)
    assert set(found.variables) == set(expected.variables)
    ordered = re.search(r"\bORDER\s+BY\b[^{}]*$", case.action.read_text(encoding="utf-8"), re.IGNORECASE) is not None
    assert isomorphic(found.sorted_columns().rows, expected.sorted_columns().rows, ordered=ordered), found.rows
