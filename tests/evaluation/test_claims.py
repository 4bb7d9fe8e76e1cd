"""The claims behind what a store says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pyoxigraph as ox
from marked import extraction

from kg_build.evaluation.claims import claims_of
from kg_build.evaluation.said import said_of
from kg_build.graph.claims import claim_quads
from kg_build.graph.mapping import article_quads
from kg_build.model import Span
from kg_build.resolution import resolve
from ontology.terms import ZONE

BASE = "https://w3id.org/zonekg/id/"
STATEMENTS = (
    ("王某某", "officialOf:党工委书记", "三门峡经济开发区"),
    ("柳知远", "officialOf:董事长", "华辰制药有限公司"),
    ("技改项目", "status", "signed"),
    ("技改项目", "totalInvestment", "200000000"),
    ("技改项目", "undertakenBy", "华辰制药有限公司"),
)
MARKED = (
    "标题\n[三门峡经济开发区|Zone]书记[王某某|Official]、[华辰制药有限公司|Enterprise]董事长[柳知远|Person]说，[技改项目|Project]签约，总投资2亿元。\n"
    "本报记者[林某某|Person]"
)


def store() -> ox.Store:
    found = extraction(MARKED, STATEMENTS, published=date(2024, 5, 1), reporters=("林某某",))
    database = ox.Store()
    for article in resolve([found], BASE):
        database.extend([*article_quads(article, BASE), *claim_quads(article, BASE, f"{BASE}activity/t")])
    return database


def test_every_statement_has_its_claims() -> None:
    database = store()
    claims = claims_of(database, "a")
    said = said_of(database, "a")
    assert {s[1] for s in said.statements} == {"officialOf", "status", "totalInvestment", "undertakenBy", "author"}
    assert {s: [c.rule for c in claims[s]] for s in said.statements} == {
        s: ["reading.byline" if s[1] == "author" else f"test.{s[1]}"] for s in said.statements
    }
    mentioned = {s[0] for s in claims if s[1] == "mentionedIn"}
    assert {
        node for node in said.types if said.types[node] & {"Zone", "Official", "Enterprise", "Person", "Project"}
    } == mentioned


def test_an_executives_post_is_claimed_though_it_is_not_scored() -> None:
    database = store()
    posts = [s for s in claims_of(database, "a") if s[1] == "officialOf"]
    assert len(posts) == 2
    assert len([s for s in said_of(database, "a").statements if s[1] == "officialOf"]) == 1


def test_a_claim_has_its_words_and_place(case: Callable[..., Any]) -> None:
    made = case()
    [claim] = next(c for s, c in claims_of(made.database, "a").items() if s[1] == "cooperatesWith")
    assert claim.places == (Span(0, len(made.text)),)
    assert claim.quote == made.text
    assert claim.confidence == 0.8


def test_claims_of_texts_taken_out_keep_rule_and_place(case: Callable[..., Any]) -> None:
    database = case().database
    for quad in list(database.quads_for_pattern(None, ox.NamedNode(ZONE.quote), None)):
        database.remove(quad)
    claims = [claim for found in claims_of(database, "a").values() for claim in found]
    assert len(claims) == 9
    assert all(claim.quote == "" and claim.rule and claim.places for claim in claims)


def test_other_files_have_none(case: Callable[..., Any]) -> None:
    assert claims_of(case().database, "b") == {}
