from __future__ import annotations

import contextlib
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_build.sparql.outline import DEEPEST, OutlineError, outline, unescape

QUERIES = sorted((Path(__file__).parents[2] / "docs" / "queries").glob("*.rq"))
CASES = Path(__file__).parent / "data" / "statements.txt"
"""Queries, one a line, in each of which one statement has the property e:p."""
P = "http://e/p"
HEAD = "PREFIX e: <http://e/> PREFIX : <http://e/> "


def statements(query):
    return outline(HEAD + query, P).statements


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_the_cookbooks_queries_can_be_read(path):
    outline(path.read_text(encoding="utf-8"), P)


@pytest.mark.parametrize("query", [line.replace("\\n", "\n") for line in CASES.read_text(encoding="utf-8").splitlines()])
def test_a_statement_is_found_wherever_it_stands(query):
    ox.Store().query(HEAD + query)  # Else the case itself is wrong.
    assert len(statements(query)) == 1


def test_a_statement_tells_its_parts():
    query = HEAD + "SELECT * { ?a e:b ?c . ?s a e:Z ; e:p ('x\\u4e00' 5 e:q) ; e:r ?t . ?d ?e ?f }"
    (found,) = outline(query, P).statements
    assert query[found.start : found.end] == "?s a e:Z ; e:p ('x\\u4e00' 5 e:q) ; e:r ?t"
    assert [(pair.verb, query[pair.start : pair.end]) for pair in found.pairs][1:] == [
        (P, "e:p ('x\\u4e00' 5 e:q)"),
        ("http://e/r", "e:r ?t"),
    ]
    (given,) = found.pairs[1].objects
    assert [(item.kind, item.value) for item in given.items] == [("literal", "x一"), ("number", "5"), ("iri", "http://e/q")]


def test_services_are_told_from_outside_in():
    query = HEAD + "SELECT * { ?a ?b ?c SERVICE SILENT e:x { ?s e:p ?o OPTIONAL { SERVICE ?y { } } } { SERVICE <http://z/> {} } }"
    first, second, third = outline(query, P).services
    assert query[first.start : first.end] == "SERVICE SILENT e:x { ?s e:p ?o OPTIONAL { SERVICE ?y { } } }"
    assert query[slice(*first.body)] == "{ ?s e:p ?o OPTIONAL { SERVICE ?y { } } }"
    assert (first.is_silent, first.target.value, first.is_inside) == (True, "http://e/x", False)
    assert (second.target.kind, second.is_inside) == ("variable", True)
    assert (third.is_silent, third.target.value, third.is_inside) == (False, "http://z/", False)
    assert outline(query, P).prologue == HEAD


def test_what_another_server_answers_is_not_told():
    assert statements("SELECT * { SERVICE e:x { ?s e:p ?o } }") == []


@pytest.mark.parametrize(
    "query",
    [
        "",
        "PREFIX",
        "INSERT DATA { }",
        "SELECT * {",
        "SELECT * { %",
        "SELECT * { ?s e:p }",
        "SELECT * { ?s e:p ?o",
        "SELECT * { ?s ( ?o }",
        "SELECT * { ?s e:p 'x' }{{{{{",
        "SELECT * " + "{" * (DEEPEST + 1),
        "SELECT * { ?s ?p " + "(" * 5000,
    ],
)
def test_what_cant_be_read_is_told_with_its_place(query):
    with pytest.raises(OutlineError) as told:
        outline(query, P)
    assert 0 <= told.value.position <= len(query)


@pytest.mark.parametrize(
    ("written", "meant"), [("\\u4e00\\U00020000", "一\U00020000"), ("a\\tb\\\\", "a\tb\\"), ("\\UFFFFFFFF", "\ufffd")]
)
def test_escapes(written, meant):
    assert unescape(written) == meant


PIECES = st.lists(
    st.sampled_from(
        [*"{}()[].;,#/|^!*+?< \n", "SELECT * ", "?s", "e:p", "<http://e/p>", "a", "'x'", "@zh", "^^", "1", "_:b", "VALUES",
         "BIND", "FILTER", "EXISTS", "GRAPH", "SERVICE", "SILENT"]
    )
).map("".join)  # fmt: skip


@given(PIECES | st.text())
def test_any_text_is_read_or_refused(pieces):
    for query in (pieces, f"SELECT * {{ {pieces} }}"):
        with contextlib.suppress(OutlineError):
            outline(query, P)


@given(PIECES)
def test_what_oxigraph_takes_is_read(pieces):
    query = f"{HEAD}SELECT * {{ {pieces} }}"
    if "SERVICE" in query:
        return
    try:
        ox.Store().query(query)
    except (SyntaxError, ValueError):
        return
    try:
        outline(query)
    except OutlineError as error:
        raise AssertionError(query) from error
