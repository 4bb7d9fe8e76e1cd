"""Queries that are made to take the server down: each is answered, and the next one, too."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml

from .conftest import parts

CONSTRUCTS = yaml.safe_load((Path(__file__).parent / "constructs.yaml").read_text(encoding="utf-8"))
LONGEST = 100_000
MANY = 1000
NESTS = {
    "12 KB of braces": "SELECT * " + "{" * 6000 + "}" * 6000,
    "opening braces": "SELECT * " + "{" * 12_000,
    "brackets": "SELECT * { ?s ?p " + "[ ?p " * 6000 + "] " * 6000 + "}",
    "lists": "SELECT * { ?s ?p " + "( " * 6000 + ") " * 6000 + "}",
    "parentheses": "SELECT * { FILTER(" + "(" * 6000 + "1" + ")" * 6000 + ") }",
    "paths in parentheses": "SELECT * { ?s " + "(" * 6000 + "<p>" + ")" * 6000 + " ?o }",
    "subqueries": "SELECT * {" + "{ SELECT * {" * 500 + "}}" * 500 + "}",
    "optionals": "SELECT * {" + "OPTIONAL { ?s ?p ?o " * 200 + "}" * 200 + "}",
    "triple terms": "SELECT * { ?s ?p " + "<<( ?s ?p " * 500 + "?o " + ")>> " * 500 + "}",
    "functions": "SELECT * { FILTER(" + "STR(" * 3000 + "?s" + ")" * 3000 + ") }",
}
CHAINS = {
    "quoted triples": "SELECT * { " + "<< " * 100 + "?s ?p ?o " + ">> ?p ?o " * 99 + ">> ?p ?o }",
    "not exists": "SELECT * { ?s ?p ?o " + "FILTER NOT EXISTS { ?s ?p <http://e/x> } " * MANY + "}",
    "exists in each other": "SELECT * { ?s ?p ?o " + "FILTER EXISTS { ?s ?p ?o " * 100 + "}" * 100 + "}",
    "unions": "SELECT * { { ?s ?p ?o } " + "UNION { ?s ?p ?o } " * MANY + "}",
    "minus": "SELECT * { ?s ?p ?o " + "MINUS { ?s ?p <http://e/x> } " * MANY + "}",
    "negations": "SELECT * { ?s ?p ?o FILTER(" + "!" * 20_000 + "true) }",
    "signs": "SELECT (" + "- " * 20_000 + "1 AS ?n) {}",
    "sums": "SELECT (1" + "+1" * 20_000 + " AS ?n) {}",
    "ors": "SELECT * { ?s ?p ?o FILTER(?s = ?o" + " || ?s = ?o" * 3000 + ") }",
    "a path": "SELECT * { ?s <p>" + "/<p>" * 5000 + " ?o }",
    "alternatives": "SELECT * { ?s <p>" + "|<p>" * 5000 + " ?o }",
    "inverses": "SELECT * { ?s " + "^" * 10_000 + "<p> ?o }",
    "stars": "SELECT * { ?a (((<p>*)*)*)* ?b . ?b (<p>|!<p>)* ?c . ?c (<p>|!<p>)* ?d }",
    "joins": "SELECT * { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(MANY)) + "}",
    "values": "SELECT * { VALUES ?x { " + "1 " * 40_000 + "} }",
    "in": "SELECT * { ?s ?p ?o FILTER(?o IN (" + ",".join(["1"] * 40_000) + ")) }",
    "a long IRI": "ASK { <http://e/" + "a" * 90_000 + "> ?p ?o }",
    "a long string": "ASK { ?s ?p '" + "a" * 90_000 + "' }",
    "a long name": "ASK { ?" + "a" * 90_000 + " ?p ?o }",
    "prefixes": "PREFIX a: <http://e/> " * 4000 + "ASK {}",
    "comments": "#\n" * 40_000 + "ASK {}",
    "regular expressions": "SELECT * { ?s ?p ?o FILTER(REGEX(?o, '" + "(" * 100 + "a" + "+)" * 100 + "$')) }",
    "replacements": "SELECT (REPLACE('" + "a" * 1000 + "', '(a*)*', '" + "b" * 10_000 + "') AS ?r) {}",
    "text that doubles": "SELECT (STRLEN(?a28) AS ?n) { BIND('aaaaaaaaaa' AS ?a0) "
    + " ".join(f"BIND(CONCAT(?a{n}, ?a{n}) AS ?a{n + 1})" for n in range(28)) + " }",
    "filters": "SELECT * { ?s ?p ?o " + "FILTER(?o = 1) " * 6000 + "}",
    "patterns": "SELECT * { " + " ".join(f"?s{n} ?p ?o." for n in range(6000)) + "}",
    "subqueries in a row": "SELECT * { " + "{ SELECT * { ?s ?p ?o } } " * 3500 + "}",
    "columns": "SELECT " + " ".join(f"(1 AS ?v{n})" for n in range(6000)) + " {}",
    "all at once": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "sorted": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?l ?a",
    "grouped": "SELECT ?a ?e (GROUP_CONCAT(?i) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } GROUP BY ?a ?e",
}  # fmt: skip


def ask(server, query, timeout="1"):
    body = query.encode()
    head = f"POST /sparql?timeout={timeout} HTTP/1.1\r\nHost: h\r\nConnection: close\r\nAccept: text/csv\r\n"
    head += f"Content-Type: application/sparql-query\r\nContent-Length: {len(body)}\r\n\r\n"
    return parts(server.send(head.encode(), body))


def drawn_out(head, opening, middle, closing, tail, length=LONGEST):
    times = (length - len(head + middle + tail)) // len(opening + closing)
    return head + opening * times + middle + closing * times + tail


@pytest.mark.parametrize("name", CONSTRUCTS["nests"])
def test_nests_of_any_construct_are_refused_before_the_parser(server, name):
    status, _, body = ask(server, drawn_out(*CONSTRUCTS["nests"][name]))
    assert (status, json.loads(body)["type"]) == (400, "urn:zonekg:problem:nesting")


@pytest.mark.parametrize("name", CONSTRUCTS["chains"])
def test_chains_of_any_construct_take_no_worker_with_them(server, name):
    lost = server.count("zonekg_queries_ended_total", how="lost")
    status, _, body = ask(server, drawn_out(*CONSTRUCTS["chains"][name]), timeout="0.5")
    assert status in {200, 400, 503}
    if status == 503:
        assert json.loads(body)["type"].rpartition(":")[2] in {"timeout", "memory"}
    assert server.count("zonekg_queries_ended_total", how="lost") == lost


@pytest.mark.parametrize("query", NESTS.values(), ids=NESTS.keys())
def test_nests_are_refused_or_answered(server, query):
    status, lines, body = ask(server, query, "30")
    assert status in {200, 400}
    if status == 400:
        assert "content-type: application/problem+json" in lines
        assert json.loads(body)["type"].rpartition(":")[2] in {"nesting", "query-syntax"}


@pytest.mark.parametrize("query", CHAINS.values(), ids=CHAINS.keys())
def test_chains_are_answered_refused_or_given_up(server, query):
    status, _, body = ask(server, query)
    assert status in {200, 400, 503}
    if status == 503:
        assert json.loads(body)["type"].rpartition(":")[2] in {"timeout", "memory"}


def test_a_query_that_is_too_long_is_not_run(server):
    status, _, body = ask(server, "ASK {}" + " " * 100_000)
    assert (status, json.loads(body)["type"]) == (413, "urn:zonekg:problem:query-length")


@pytest.mark.parametrize(
    "timeout", ["0", "-1", "nan", "inf", "-inf", "1e999", "0x10", "1_0", "", "1 1", "\u0661", "\uff11\uff10"]
)
def test_odd_deadlines_are_no_way_round_the_limit(server, timeout):
    status, _, _ = ask(server, "ASK {}", quote(timeout))
    assert status == (200 if timeout in {"inf", "1e999"} else 400)  # As long as the server's own limit.
