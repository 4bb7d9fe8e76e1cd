from __future__ import annotations

import csv
import io

import pytest
from clients.questions import ASK, CONSTRUCT, CONSTRUCTED, DESCRIBE, DESCRIBED, ROWS, SELECT, WRONG
from rdflib import Graph

SPARQLWrapper = pytest.importorskip("SPARQLWrapper", reason="needs SPARQLWrapper")


def ask(endpoint, query, form, method="GET", post="urlencoded"):
    client = SPARQLWrapper.SPARQLWrapper(endpoint)
    client.setQuery(query)
    client.setReturnFormat(form)
    client.setMethod(method)
    client.setRequestMethod(post)
    return client.query().convert()


@pytest.mark.parametrize(("method", "post"), [("GET", "urlencoded"), ("POST", "urlencoded"), ("POST", "postdirectly")])
def test_solutions_in_json(endpoint, method, post):
    rows = ask(endpoint, SELECT, "json", method, post)["results"]["bindings"]
    assert [(row["s"]["value"], row["n"]["value"]) for row in rows] == ROWS


def test_solutions_in_xml(endpoint):
    texts = [element.firstChild.data for element in ask(endpoint, SELECT, "xml").getElementsByTagName("literal")]
    assert texts == [name for _, name in ROWS]


def test_solutions_in_csv_and_tsv(endpoint):
    assert list(csv.reader(io.StringIO(ask(endpoint, SELECT, "csv").decode()))) == [["s", "n"], *map(list, ROWS)]
    lines = ask(endpoint, SELECT, "tsv").decode().splitlines()
    assert lines == ["?s\t?n", *(f'<{iri}>\t"{name}"@zh' for iri, name in ROWS)]


def test_a_truth_value(endpoint):
    assert ask(endpoint, ASK, "json")["boolean"] is True


@pytest.mark.parametrize(("query", "size"), [(CONSTRUCT, CONSTRUCTED), (DESCRIBE, DESCRIBED)])
@pytest.mark.parametrize("form", ["turtle", "n3", "rdf+xml", "json-ld"])
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
def test_a_graph(endpoint, query, size, form):
    found = ask(endpoint, query, form)
    graph = Graph().parse(data=found, format=form) if isinstance(found, bytes) else found
    assert len(graph) == size


def test_a_dataset(endpoint):
    client = SPARQLWrapper.SPARQLWrapper(endpoint, defaultGraph="http://e/none", returnFormat="json")
    client.setQuery(SELECT)
    assert client.query().convert()["results"]["bindings"] == []


def test_a_wrong_query(endpoint):
    with pytest.raises(SPARQLWrapper.SPARQLExceptions.QueryBadFormed, match="Line 1"):
        ask(endpoint, WRONG, "json")
