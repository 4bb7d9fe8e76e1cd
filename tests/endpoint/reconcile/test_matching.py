from __future__ import annotations

import pytest

from endpoint.reconcile.matching import LEAST

FIRM = "enterprise/云岭青禾制药有限公司"


@pytest.mark.parametrize(
    "name",
    [
        "云岭青禾制药有限公司",
        "青禾制药",
        "云岭青禾制药",
        "云岭市青禾制药有限责任公司",
        "青禾制药（云岭）有限公司",
        "青禾制药(云岭)有限公司",
        "雲嶺青禾製藥有限公司",
        "云岭青禾制药有限公司 ",
        "云岭青禾制药股份有限公司",
        FIRM,
        "https://w3id.org/zonekg/id/" + FIRM,
    ],
)
def test_forms_of_a_name_that_are_a_match(matched, name):
    best = matched(name, type="Enterprise")[0]
    assert (best["id"], best["match"]) == (FIRM, True)


@pytest.mark.parametrize("name", ["青禾", "云岭青和制药有限公司", "青禾制药厂"])
def test_a_likely_name_comes_first_but_is_no_match(matched, name):
    best = matched(name, type="Enterprise")[0]
    assert (best["id"], best["match"]) == (FIRM, False)


def test_scores_fall_from_100_and_end(matched):
    found = matched("云岭青禾制药有限公司")
    scores = [one["score"] for one in found]
    assert scores[0] == 100
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] >= LEAST


def test_only_the_best_can_be_a_match(matched):
    assert [one["match"] for one in matched("云岭青禾制药有限公司")].count(True) == 1


def test_namesakes_are_no_match(matched):
    found = matched("二期项目", type="Project")
    assert [(one["score"], one["match"]) for one in found[:2]] == [(100, False), (100, False)]
    assert {one["description"] for one in found[:2]} == {"项目 · 云岭经济开发区", "项目 · 南溪高新技术产业开发区"}


@pytest.mark.parametrize(
    ("property_", "value"),
    [
        ("zone", "云岭经开区"),
        ("zone", {"id": "zone/云岭经济开发区"}),
        ("https://w3id.org/zonekg/ontology#locatedIn", "云岭经济开发区"),
        ("zone:locatedIn", ["海上", "云岭经济开发区"]),
        ("totalInvestment", 5_200_000_000),
        ("totalInvestment", "5200000000"),
        ("status", "在建"),
        ("status", "under construction"),
    ],
)
def test_a_property_tells_namesakes_apart(matched, property_, value):
    best, second = matched("二期项目", type="Project", properties=[{"pid": property_, "v": value}])[:2]
    assert (best["id"], best["match"], best["score"]) == ("project/云岭/二期项目", True, 100)
    assert second["score"] < 96


def test_a_wrong_value_lowers_more_than_none(matched):
    def score(**fields):
        return matched("二期项目", type="Project", **fields)[0]["score"]

    wrong = score(properties=[{"pid": "zone", "v": "海上新区"}])
    unknown = score(properties=[{"pid": "nothing", "v": "x"}])
    assert wrong < unknown < score()


def test_properties_alone_find_things(matched):
    found = matched(None, properties=[{"pid": "divisionCode", "v": "990100"}])
    assert [(one["id"], one["score"], one["match"]) for one in found] == [("place/云岭市", 100, True)]
    in_zone = matched(None, type="Enterprise", properties=[{"pid": "zone", "v": "云岭经开区"}])
    assert [one["id"] for one in in_zone] == [FIRM]


def test_a_type_is_a_must_unless_it_is_only_a_wish(matched):
    others = matched("云岭青禾制药有限公司", type="Zone")
    assert [one for one in others if one["match"] or one["type"][0]["id"] != "Zone"] == []
    assert matched("云岭青禾制药有限公司", type=["Zone", "Enterprise"])[0]["id"] == FIRM
    wished = matched("云岭青禾制药有限公司", type="Zone", type_strict="should")
    assert (wished[0]["id"], wished[0]["score"], wished[0]["match"]) == (FIRM, 80, False)


def test_all_types_or_any(matched):
    both = ["Person", "Official"]
    assert matched("周明远", type=both, type_strict="all")[0]["match"]
    assert matched("周明远", type=["Person", "Zone"], type_strict="all") == []


def test_a_type_takes_in_what_is_below_it(matched):
    assert matched("云岭经开区", type="Zone")[0]["match"]
    assert matched("云岭经开区", type="EconomicDevelopmentZone")[0]["match"]
    assert matched("云岭经开区", type="HighTechZone") == []
    assert matched("云岭经开区", type="https://w3id.org/zonekg/ontology#Zone")[0]["match"]


def test_an_unknown_type_has_no_things(matched):
    assert matched("云岭经开区", type="http://example.org/Thing") == []


def test_limit(matched):
    assert len(matched("青禾", limit=1)) == 1
    assert len(matched("青禾")) > 1


def test_features_say_what_the_score_was_made_from(matched):
    best = matched("青禾制药有限公司", type="Enterprise", properties=[{"pid": "industry", "v": "医药"}])[0]
    features = {one["id"]: one["value"] for one in best["features"]}
    assert features == {"name": 95, "core": 100, "place": 95, "ending": 100, "type": True, "property:industry": 100}


def test_a_name_of_nothing_finds_nothing(matched):
    assert matched("……") == []
    assert matched("zzzz") == []
