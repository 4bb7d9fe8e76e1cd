"""What pages call things: headings in words, terms in Chinese and English."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest

from endpoint.app import create_app
from endpoint.linked_data.wording import Words, heading, term
from kg_build.settings import Settings
from kg_build.store import open_for_build, open_for_reading
from ontology.documents import ontology_triples
from ontology.terms import ONTOLOGY, RDF, SKOS, ZONE

BASE = "https://w3id.org/zonekg/id/"


@pytest.fixture(scope="module")
def described(store, tmp_path_factory):
    """The small store with the ontology, as a build leaves it."""
    folder = tmp_path_factory.mktemp("words") / "s"
    with open_for_reading(store) as reader, open_for_build(folder) as build:
        build.extend(reader.database)
        build.extend(ox.Quad(*triple, ox.NamedNode(ONTOLOGY)) for triple in ontology_triples())
    return folder


@pytest.fixture(scope="module")
def page(described):
    client = create_app(Settings(store=described)).test_client()

    def read(path):
        return client.get(f"/id/{path}", headers={"Accept": "text/html"}).text

    return read


def first(page, tag):
    return re.search(f"<{tag}[^>]*>(.*?)</{tag}>", page, re.DOTALL)[1]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("claim/甲报道/1", "青禾制药有限公司 · 位于 · 云岭经济开发区"),
        ("claim/甲报道/3", "云岭经济开发区 · 税收 · 300000000元 · 观测对象 · 云岭经济开发区"),
        ("claim/甲报道/1/0-12", "原文位置 0–12"),
        ("claim/乙报道/1/quote", "“云岭经开区的青禾制药忙着赶订单。”"),
        ("observation/云岭经济开发区/税收/2023", "云岭经济开发区 · 税收 · 300000000元"),
        ("zone/云岭经济开发区", "云岭经济开发区"),
        ("article/乙报道", "一季度开门红"),
    ],
)
def test_headings_and_titles_are_words(page, path, words):
    text = page(path)
    assert first(text, "h1") == words
    assert first(text, "title").startswith(words)


def test_a_page_says_what_kind_of_thing_it_is(page):
    assert re.search(r'class="kinds"><span>断言 <span lang="en">claim</span>', page("claim/甲报道/1"), re.IGNORECASE)


def test_terms_are_told_in_both_languages_with_their_name_beside(page):
    text = page("zone/云岭经济开发区")
    assert re.search(r'title="zone:locatedIn">位于</a>\s*<span lang="en">located in</span>', text)
    assert re.search(r'title="skos:altLabel">别名</a>\s*<span lang="en">other name</span>', text)


def test_values_of_one_property_stand_under_one_head(page):
    text = page("zone/云岭经济开发区")
    assert text.count('title="zone:mentionedIn">') == 1
    assert '<th scope="rowgroup" rowspan="2">' in text


def test_what_points_here_is_told_in_words(page):
    table = page("zone/云岭经济开发区").partition('id="incoming"')[2]
    assert ">云岭经济开发区 · 税收 · 300000000元</a>" in table
    assert ">观测对象</a>" in table


def test_statements_in_a_circle_have_a_heading():
    one, two = (ox.NamedNode(BASE + name) for name in ("claim/1", "claim/2"))
    database = ox.Store()
    for claim, other in ((one, two), (two, one)):
        database.add(ox.Quad(claim, ox.NamedNode(RDF.type), ox.NamedNode(RDF.Statement)))
        database.add(ox.Quad(claim, ox.NamedNode(RDF.subject), other))
    assert heading(database, one.value) == "1"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"growthRate": "-3.5"}, "税收 · -3.5%"),
        ({"rank": "2"}, "税收 · 2"),
        (
            {"value": "5", "unit": "家", "periodStart": "2024-01-01", "periodEnd": "2024-12-31"},
            "税收 · 2024-01-01—2024-12-31 · 5家",
        ),
        ({"value": "5", "periodText": "去年", "periodEnd": "2024-12-31"}, "税收 · 去年 · 5"),
        ({"value": "5", "periodEnd": "2024-08-31"}, "税收 · 2024-08-31 · 5"),
    ],
)
def test_a_figure_is_told_by_what_it_has(said, words):
    node, indicator = ox.NamedNode(BASE + "observation/1"), ox.NamedNode(BASE + "indicator/税收")
    database = ox.Store()
    database.add(ox.Quad(node, ox.NamedNode(RDF.type), ox.NamedNode(ZONE.Observation)))
    database.add(ox.Quad(node, ox.NamedNode(ZONE.indicator), indicator))
    database.add(ox.Quad(indicator, ox.NamedNode(SKOS.prefLabel), ox.Literal("税收", language="zh")))
    for name, value in said.items():
        database.add(ox.Quad(node, ox.NamedNode(ZONE[name]), ox.Literal(value)))
    assert heading(database, node.value) == words


def test_terms_of_other_vocabularies_have_names_where_the_store_has_none():
    assert term(ox.Store(), SKOS.altLabel) == Words("别名", "other name")
    assert term(ox.Store(), "https://example.org/none") is None
