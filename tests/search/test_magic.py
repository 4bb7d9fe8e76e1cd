from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg_build.search import MOST, SearchError, expand
from kg_build.search.index import Hit
from kg_build.search.magic import MOST_SEARCHES

HEAD = """PREFIX text: <http://jena.apache.org/text#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX zone: <https://w3id.org/zonekg/ontology#> PREFIX e: <http://e/>
"""


def ask(database, index, query):
    return database.query(expand(HEAD + query, index.find))


def things(rows, name="z"):
    return sorted({row[name].value.removeprefix("http://e/") for row in rows})


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ('?z text:query "经开区"', ["c1", "c2", "page", "qing", "yun"]),
        ('?z text:query "经开区"@zh', ["c1", "c2", "page", "qing", "yun"]),
        ('?z <http://jena.apache.org/text#query> """经开区"""', ["c1", "c2", "page", "qing", "yun"]),
        ('?z text:query "经开区" ; a zone:Zone', ["qing", "yun"]),
        ('?z a zone:Zone ; text:query ("经开区" 1) ; skos:altLabel ?l .', ["qing"]),
        ('?z a zone:Zone. ?z text:query (skos:altLabel "经开区" 1).', ["qing"]),
        ('(?z ?score) text:query "5G"', ["five"]),
        ('(?z ?score ?t) text:query "5G" FILTER(?score > 0 && CONTAINS(?t, "5G"))', ["five"]),
        ('?z a zone:Zone MINUS { ?z text:query "青岚" }', ["yun"]),
        ('?z a zone:Zone FILTER NOT EXISTS { ?z text:query "青岚" }', ["yun"]),
        ('?z a zone:Zone FILTER(!EXISTS { ?z text:query "青岚" } && true)', ["yun"]),
        ('{ ?z text:query "药企" } UNION { ?z text:query "5G" }', ["five", "page"]),
        ('{ SELECT ?z { ?z text:query "经开区" } ORDER BY ?z LIMIT 1 }', ["c1"]),
        ('VALUES ?z { e:qing e:yun } ?z text:query "云岭"', ["yun"]),
        ('GRAPH e:g { ?z skos:broader* ?y } ?z text:query "云岭"', []),
        ('?z text:query "青岚" , "云岭"', None),
    ],
)
def test_things_are_found(database, index, where, found):
    if found is None:
        with pytest.raises(SearchError, match="one object"):
            ask(database, index, f"SELECT * {{ {where} }}")
    else:
        assert things(ask(database, index, f"SELECT * {{ {where} }}")) == found


def test_scores_are_numbers_and_texts_are_as_in_the_graph(database, index):
    rows = list(ask(database, index, 'SELECT * { (?z ?score ?t) text:query (skos:prefLabel "青岚") . ?z skos:prefLabel ?t }'))
    assert [row["t"] for row in rows] == [ox.Literal("青岚经济技术开发区", language="zh")]
    assert float(rows[0]["score"].value) > 0


def test_a_search_may_be_optional(database, index):
    rows = list(ask(database, index, 'SELECT * { ?z a zone:Zone OPTIONAL { (?z ?score) text:query "青岚" } }'))
    assert {row["z"].value: row["score"] is not None for row in rows} == {"http://e/qing": True, "http://e/yun": False}


@pytest.mark.parametrize(("thing", "is_found"), [("e:qing", True), ("<http://e/qing>", True), ("e:yun", False)])
def test_one_thing_can_be_asked(database, index, thing, is_found):
    assert bool(ask(database, index, f'ASK {{ {thing} text:query "青岚" }}')) is is_found
    rows = list(ask(database, index, f'SELECT ?score {{ ({thing} ?score) text:query "青岚" }}'))
    assert len(rows) == is_found


def test_a_template_and_another_servers_part_stay_as_they_are():
    query = HEAD + 'CONSTRUCT { ?z text:query "a" } WHERE { ?z a zone:Zone SERVICE <http://other/> { ?z text:query "b" } }'
    assert expand(query, never) == query


def test_all_forms_of_a_query_are_read(database, index):
    assert len(list(ask(database, index, 'CONSTRUCT { ?z a e:Hit } WHERE { ?z text:query "经开区" }'))) == 5
    assert len(list(ask(database, index, 'DESCRIBE ?z { ?z text:query "药企" }'))) == 2
    assert len(list(ask(database, index, 'SELECT (COUNT(*) AS ?n) FROM e:g { ?z text:query "经开区" }'))) == 1


def never(search):
    raise AssertionError(search)


@pytest.mark.parametrize(
    "query",
    ['SELECT * { ?s ?p "text:query" }', "SELECT * { ?s ?p ?o . ?s <http://jena.apache.org/text#other> ?o }",
     "PREFIX text: <http://jena.apache.org/text#> SELECT * { ?s ?p 'x' }", "no query at all"],
)  # fmt: skip
def test_what_searches_nothing_stays_as_it_is(query):
    assert expand(query, never) == query


def test_lines_stay_where_they_were():
    query = HEAD + 'SELECT * {\n ?z text:query (\n "a"\n 5\n) ;\n a zone:Zone .\n ?z ?y ?x }'
    written = expand(query, lambda _: [Hit("http://e/x", 1.5, "a\nb", "")])
    assert written.count("\n") == query.count("\n")
    assert written.endswith("\n ?z ?y ?x }")


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ("?z text:query ?what", "no variable can"),
        ('?z text:query ("a" ?n)', "whole number"),
        ('?z text:query ("a" 0)', "whole number"),
        (f'?z text:query ("a" {MOST + 1})', "whole number"),
        ('?z text:query ("a" -1)', "whole number"),
        ('?z text:query ("a" 1.5)', "whole number"),
        ('?z text:query ("a" 5 "lang:zh")', "no more than a limit"),
        ("?z text:query ()", "stands in the query as it is"),
        ('?z text:query (no:prefix "a")', "isn't declared"),
        ('?z text:query (e:other "a")', "can't be searched"),
        ('"z" text:query "a"', "is written"),
        ('() text:query "a"', "is written"),
        ('(?z ?z) text:query "a"', "is written"),
        ('(?z ?a ?b ?c) text:query "a"', "is written"),
        ('(?z ?a) text:query "a" ; a zone:Zone', "in another statement"),
        ('?z text:query/skos:broader "a"', "part of a path"),
        ('?z (skos:broader|text:query) "a"', "part of a path"),
        ('?z ^text:query "a"', "part of a path"),
        ('[ text:query "a" ] a zone:Zone', "square brackets"),
        ('?z skos:broader [ a zone:Zone ; text:query "a" ]', "square brackets"),
        ('?z text:query "("', "isn't expected|where a word is expected"),
        ("?z text:query 'a' . " * (MOST_SEARCHES + 1), "searches at most"),
    ],
)
def test_what_is_wrong_is_told(index, where, reason):
    with pytest.raises(SearchError, match=reason):
        expand(f"{HEAD}SELECT * {{ {where} }}", index.find)


def test_prefixes_may_come_from_outside(database, index):
    prefixes = {"t": "http://jena.apache.org/text#"}
    assert things(database.query(expand('SELECT * { ?z t:query "药企" }', index.find, prefixes))) == ["page"]


def test_hostile_hits_stay_terms(database):
    hit = Hit("http://e/x", 0.5, 'a" } SERVICE <http://e/> { # \\\n', "zh")
    (row,) = database.query(expand(HEAD + 'SELECT * { (?z ?s ?t) text:query "a" }', lambda _: [hit]))
    assert row["t"] == hit.literal()
