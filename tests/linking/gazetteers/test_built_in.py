"""The gazetteers that ship: divisions, zones, GeoNames, industries."""

from __future__ import annotations

import csv
from datetime import date
from math import cos, hypot, radians
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg_build.gazetteers import industries
from kg_build.linking.cases import code_of
from kg_build.linking.deciding import decide
from kg_build.linking.gazetteers.divisions import Divisions
from kg_build.linking.gazetteers.geonames import GeoNames, point
from kg_build.linking.gazetteers.industries import Industries
from kg_build.linking.gazetteers.zones import Zones
from kg_build.linking.judgements import Judgement, Judgements, Row
from kg_build.linking.links import links_of
from kg_build.linking.model import Status, Thing
from kg_build.linking.rules import rules
from ontology.terms import GBT, SKOS, ontology_path

BASE = "https://w3id.org/zonekg/id/"
SEATS = Path(__file__).parent.parent / "cases" / "seats.csv"
NEAR = 25.0
"""Kilometres within which a point is a seat's: larger than any town, smaller than the way to the next."""


def test_a_division_is_found_by_any_name_in_any_case() -> None:
    thing = Thing("urn:x", "Place", ("徐州市鼓楼区",))
    codes = {c.code for c in Divisions(BASE).candidates([thing])[0]}
    assert codes == {"320106", "320302", "350102", "410204"}


def test_a_node_of_the_gazetteer_is_that_division_and_no_other() -> None:
    thing = Thing("urn:x", "Place", ("鼓楼区",), code="320302")
    assert [c.code for c in Divisions(BASE).candidates([thing])[0]] == ["320302"]


def test_zones_that_two_lists_have_are_one() -> None:
    (found,) = Zones(BASE).candidates([Thing("urn:x", "Zone", ("昆山经开区",))])
    assert [(c.names, c.code) for c in found] == [(("昆山开发区", "昆山经济技术开发区"), "320583400000")]


def test_a_zone_without_a_code_is_known_by_place_and_name() -> None:
    (found,) = Zones(BASE).candidates([Thing("urn:x", "Zone", ("洛阳经开区",))])
    assert found[0].iri == f"{BASE}catalogue/zones/410300-洛阳经济技术开发区"


@pytest.mark.parametrize("name", ["经开区", "高新区", "开发区", "青岚经济技术开发区"])
def test_general_words_and_unknown_zones_have_no_candidate(name: str) -> None:
    assert Zones(BASE).candidates([Thing("urn:x", "Zone", (name,))]) == [[]]


@pytest.mark.parametrize(
    ("name", "links"),
    [
        ("医药制造业", {("27", "")}),
        ("农业", {("01", "")}),
        ("生物医药", {("27", "skos:broadMatch")}),
        ("储能", {("38", "skos:relatedMatch"), ("44", "skos:relatedMatch")}),
        ("光伏", {("38", "skos:relatedMatch"), ("44", "skos:relatedMatch")}),
        ("软件开发", {("651", "")}),
        ("乳制品产业", {("144", "skos:closeMatch")}),
        ("锂电池", {("384", "skos:broadMatch")}),
        ("造纸", {("22", "skos:broadMatch")}),
        ("电信", {("63", ""), ("631", "")}),
        ("燃气生产和供应业", {("45", ""), ("451", "")}),
        ("国际组织", {("97", "")}),
        ("青岚产业", set()),
    ],
)
def test_industries(name: str, links: set[tuple[str, str]]) -> None:
    (found,) = Industries().candidates([Thing("urn:x", "Industry", (name,))])
    assert {(c.code, c.predicate) for c in found} == links


def fields_of_the_ontology() -> list[tuple[str, str, str]]:
    """Name, property and class of each mapping that the ontology states."""
    triples = list(ox.parse(path=ontology_path("industries.ttl")))
    names = {
        t.subject: t.object.value
        for t in triples
        if t.predicate.value == SKOS.prefLabel and isinstance(t.object, ox.Literal) and t.object.language == "zh"
    }
    return [
        (names[t.subject], f"skos:{SKOS.local(t.predicate.value)}", t.object.value.removeprefix(GBT))
        for t in triples
        if t.subject in names and isinstance(t.object, ox.NamedNode) and t.object.value.startswith(GBT)
        if (SKOS.local(t.predicate.value) or "").endswith("Match")
    ]


def test_links_and_the_ontology_do_not_exclude_each_other() -> None:
    """SKOS Reference, section 8.4 (S27) and 10.4 (S46): what is broader or the same isn't merely related.

    Industries of a store bear the IRIs of the ontology's fields, so both statements meet in one node.
    """
    above = {row.code: row.parent for row in industries()}
    stated = fields_of_the_ontology()
    assert len(stated) > 100
    wrong = []
    for name in sorted({name for name, _, _ in stated}):
        (found,) = Industries().candidates([Thing("urn:x", "Industry", (name,))])
        said = {(p, code) for n, p, code in stated if n == name} | {(c.predicate or "skos:exactMatch", c.code) for c in found}
        related = {code for p, code in said if p == "skos:relatedMatch"}
        for predicate, code in said:
            chain = [code]
            while predicate == "skos:broadMatch" and (parent := above[chain[-1]]):
                chain.append(parent)
            if predicate in {"skos:broadMatch", "skos:exactMatch"} and related & set(chain):
                wrong.append((name, predicate, code, sorted(related)))
    assert wrong == []


def test_a_name_of_two_classes_is_for_review_and_a_person_may_choose_one() -> None:
    thing, gazetteer = Thing("urn:x", "Industry", ("电信业",)), Industries()
    candidates = gazetteer.candidates([thing])[0]
    asked = decide(thing, candidates, gazetteer.source, rules())
    assert asked.status is Status.REVIEW
    said = Judgements([Row("urn:x", f"{GBT}631", Judgement.POSITIVE, "me", date(2024, 1, 1))])
    decision = decide(thing, candidates, gazetteer.source, rules(), said)
    links = list(links_of(decision, gazetteer.source, said))
    assert [(link.predicate, link.object) for link in links] == [("skos:exactMatch", f"{GBT}631")]


def test_geonames_knows_only_what_has_a_code() -> None:
    assert GeoNames().candidates([Thing("urn:x", "Place", ("三门峡市",))]) == [[]]
    assert point("https://sws.geonames.org/1796669/") == ("34.78081", "111.19287")
    assert point("https://sws.geonames.org/1/") is None


def test_seats_are_where_they_are() -> None:
    """Against coordinates that were written by hand, homonyms among them."""
    with SEATS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    gazetteer = GeoNames()
    linked = right = 0
    wrong = []
    for row in rows:
        code = code_of(row["division"])
        assert code is not None, row
        thing = Thing("urn:x", "Place", (row["division"].rsplit("/", 1)[-1],), code=code)
        decision = decide(thing, gazetteer.candidates([thing])[0], gazetteer.source, rules())
        if decision.status is Status.LINKED:
            linked += 1
            latitude, longitude = map(float, decision.ranked[0].candidate.point or ("0", "0"))
            north = (latitude - float(row["latitude"])) * 111.2
            east = (longitude - float(row["longitude"])) * 111.2 * cos(radians(latitude))
            right += hypot(north, east) <= NEAR
            if hypot(north, east) > NEAR:
                wrong.append((row["division"], round(hypot(north, east))))
    assert right >= 0.98 * linked, wrong
    assert linked >= 0.5 * len(rows)
