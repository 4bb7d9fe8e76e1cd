from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from endpoint.sparql.guard import ServiceRefusedError, TooDeepError, guard
from kg_build.store.nesting import MAX_DEPTH

REFUSED = [
    "SELECT * { SERVICE <http://e/> { ?s ?p ?o } }",
    "SELECT * { service SILENT <http://e/> { ?s ?p ?o } }",
    "SELECT * { SeRvIcE?g { ?s ?p ?o } }",
    "SELECT * {}SERVICE<http://e/>{}",
    "PREFIX abc: <http://e/> SELECT * { SERVICEabc:x {} }",
    "PREFIX service: <http://e/> SELECT * { service:x {} }",
    "PREFIX : <http://e/> SELECT * { SERVICE:x {} }",
    "SELECT * { ?s ?p 1SERVICE <http://e/> {} }",
    "SELECT * { ?s ?p trueSERVICE <http://e/> {} }",
    "SELECT * { ?s ?p 'a'SERVICE <http://e/> {} }",
    "SELECT * { ?s ?p 'a'@en--ltrSERVICE <http://e/> {} }",
    "SELECT * { FILTER(?a<?b)SERVICE<http://e/>{} }",
    "SELECT * { FILTER(1<2) SERVICE <http://e/> {} FILTER(2>1) }",
    "SELECT * { ?s ?p _:bSERVICE <http://e/> {} }",
    "PREFIX e: <http://e/> SELECT * { ?s ?p e:a\\'SERVICE <http://e/> {} #' }",
    "SELECT * { # comment\rSERVICE <http://e/> {} }",
    "SELECT * { ?s ?p '''a''SERVICE'''SERVICE <http://e/> {} }",
    "SELECT * { \u017fervice <http://e/> {} }",
    "SELECT * { SERV\u0130CE <http://e/> {} }",
]
KEPT = [
    "SELECT ?service { ?s ?p ?service }",
    "SELECT * { ?s ?p 'SERVICE <http://e/> {}' }",
    'SELECT * { ?s ?p """SERVICE "x" <http://e/> {}""" }',
    "SELECT * { ?s <http://e/service> ?o } # SERVICE <http://e/> {}",
    "PREFIX e: <http://e/> SELECT * { ?s e:serviceArea ?o }",
    "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> SELECT * { ?s a sd:Service }",
    "SELECT (COUNT(?services) AS ?n) { ?s ?p ?services }",
]


@pytest.mark.parametrize("query", REFUSED)
def test_service_is_refused_however_it_is_written(query):
    with pytest.raises(ServiceRefusedError):
        guard(query)


@pytest.mark.parametrize("query", KEPT)
def test_the_word_alone_is_no_reason(query):
    ox.Store().query(guard(query).text)


def test_a_word_in_a_string_or_iri_keeps_its_meaning():
    store = ox.Store()
    store.update("INSERT DATA { <http://e/s> <http://e/Service> 'Service (one) [two] {three}' }")
    nested = "FILTER(" + "(" * 5 + "true" + ")" * 5 + ")"
    text = guard(f"SELECT * {{ ?s <http://e/Service> 'Service (one) [two] {{three}}' {nested * 30} }}").text
    assert len(list(store.query(text))) == 1


def test_lines_stay_where_they_were():
    text = "SELECT * { # SERVICE one\n ?s ?p 'x' # service two\n ?o }"
    assert [len(line) for line in guard(text).text.split("\n")] == [len(line) for line in text.split("\n")]


@pytest.mark.parametrize("opening", ["{", "(", "["])
def test_nesting_is_counted(opening):
    guard(opening * MAX_DEPTH)
    with pytest.raises(TooDeepError):
        guard(opening * (MAX_DEPTH + 1))


def test_quoted_triples_are_nesting():
    guard("<< " * MAX_DEPTH)
    guard("<<?s ?p ?o>> ?p ?o . " * (MAX_DEPTH + 1))
    for opening in ("<< ", "<<", "<<(", "<<?s ?p "):
        with pytest.raises(TooDeepError):
            guard("SELECT * { " + opening * (MAX_DEPTH + 1))


def test_comparisons_are_no_nesting():
    ox.Store().query(guard("SELECT * { FILTER(" + "?a < 1 || " * (MAX_DEPTH + 1) + "?a<?b) }" + " #<<" * 200).text)


def test_quoted_triples_in_a_string_are_no_nesting():
    text = guard("SELECT ('" + "<<" * 200 + "' AS ?s) {}").text
    (solution,) = ox.Store().query(text)
    assert solution["s"].value == "<<" * 200


def test_many_brackets_beside_each_other_are_no_nesting():
    ox.Store().query(guard("SELECT * { " + "{ ?s ?p ?o } " * 150 + "}").text)


def test_brackets_in_a_string_are_no_nesting():
    ox.Store().query(guard("SELECT * { ?s ?p '" + "{([" * 100 + "' }").text)


@pytest.mark.parametrize(("query", "constant"), [("SELECT (NOW() AS ?n) {}", False), ("SELECT ?now { ?s ?p ?now }", True)])
def test_what_changes_by_itself_is_seen(query, constant):
    assert guard(query).is_constant is constant


PIECES = st.sampled_from(
    ["SERVICE", "service", " ", "<http://127.0.0.1:9/>", "{", "}", "'", '"', "'''", '"""', "\\", "#", "\n", "<", ">", "?", "$",
     "e:", ":", "a", "1", ".", ";", "@en", "_:", "SILENT", "?s ?p ?o", "FILTER(", ")", "EXISTS", "\\u0053ERVICE", "*", "SELECT"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=25).map("".join))
def test_what_passes_never_reaches_for_the_network(pieces):
    query = "PREFIX e: <http://e/> SELECT * { " + pieces + " }"
    try:
        text = guard(query).text
    except (ServiceRefusedError, TooDeepError):
        return
    try:
        list(ox.Store().query(text))
    except SyntaxError:
        return
    except ValueError as error:
        assert "HTTP" not in str(error)  # noqa: PT017


@given(st.text())
def test_any_text_is_guarded_without_a_crash(text):
    try:
        assert guard(text).text.count("\n") == text.count("\n")
    except (ServiceRefusedError, TooDeepError):
        return


@pytest.mark.parametrize("query", ["SELECT * { ?s <http://e/o#p> '# no comment' } # one", "SELECT ?nothing { ?s ?p ?o }"])
def test_an_ordinary_query_passes_as_it_is(query):
    assert guard(query).text == query
    assert guard(query).is_constant


@pytest.mark.parametrize(
    ("word", "expected"), [("now()", False), ("'now'", True), ("?now", True), ("ex:rand", True), ("rAnD()", False)]
)
def test_what_only_looks_like_a_function_of_the_moment_is_none(word, expected):
    assert guard(f"SELECT * {{ ?s ?p ?o FILTER ({word} = 1) }}").is_constant is expected
