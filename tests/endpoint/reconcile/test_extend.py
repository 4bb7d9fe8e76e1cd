from __future__ import annotations

import json

import pytest

from endpoint.reconcile.extend import MAX_INT, _literal

FIRM, PROJECT = "enterprise/云岭青禾制药有限公司", "project/云岭/二期项目"
ZONE = {"id": "zone/云岭经济开发区", "name": "云岭经济开发区"}


@pytest.fixture
def extended(service):
    """Fetches properties; gives the response's JSON."""

    def ask(ids, *properties):
        query = {"ids": ids, "properties": [{"id": one} if isinstance(one, str) else one for one in properties]}
        response = service.post("/reconcile", data={"extend": json.dumps(query)})
        assert response.status_code == 200, response.json
        assert service.get("/reconcile", query_string={"extend": json.dumps(query)}).json == response.json
        return response.json

    return ask


def test_things_strings_and_numbers(extended):
    answer = extended([FIRM, PROJECT], "zone", "industry", "status", "totalInvestment", "aliases")
    assert answer["rows"][FIRM] == {
        "zone": [ZONE],
        "industry": [{"id": "industry/医药", "name": "医药"}],
        "status": [{"str": "在建"}, {"str": "签约"}],
        "totalInvestment": [],
        "aliases": [{"str": "青禾制药"}],
    }
    assert answer["rows"][PROJECT]["totalInvestment"] == [{"float": 5_200_000_000.0}]
    assert [one["id"] for one in answer["meta"]] == ["zone", "industry", "status", "totalInvestment", "aliases"]
    assert answer["meta"][0]["type"]["id"] == "Zone"
    assert "type" not in answer["meta"][2]


def test_dates(extended):
    assert extended(["article/新"], "published")["rows"]["article/新"]["published"] == [{"date": "2024-06-01T00:00:00Z"}]


def test_the_newest_values_come_first_and_a_limit_cuts_the_others(extended):
    rows = extended([PROJECT], {"id": "status", "settings": {"limit": "1"}})["rows"]
    assert rows[PROJECT]["status"] == [{"str": "在建"}]


@pytest.mark.parametrize(
    ("settings", "cell"),
    [
        ({"content": "name"}, {"str": "云岭经济开发区"}),
        ({"content": "iri"}, {"str": "https://w3id.org/zonekg/id/zone/云岭经济开发区"}),
        ({"content": "thing", "limit": 0}, ZONE),
        ({"limit": None, "content": ""}, ZONE),
    ],
)
def test_what_is_given_of_things(extended, settings, cell):
    assert extended([FIRM], {"id": "zone", "settings": settings})["rows"][FIRM]["zone"] == [cell]


def test_words_in_english(extended):
    settings = {"language": "en", "limit": 1}
    assert extended([PROJECT], {"id": "status", "settings": settings})["rows"][PROJECT]["status"] == [
        {"str": "under construction"}
    ]


def test_unknown_things_have_empty_cells(extended):
    assert extended(["x", FIRM], "locatedIn")["rows"]["x"] == {"locatedIn": []}


def test_the_same_property_twice_by_other_names(extended):
    answer = extended([FIRM], "zone:inIndustry", "https://w3id.org/zonekg/ontology#inIndustry")
    assert answer["rows"][FIRM]["zone:inIndustry"] == answer["rows"][FIRM]["https://w3id.org/zonekg/ontology#inIndustry"] != []


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"properties": []}, "extend.ids is a list"),
        ({"ids": []}, "extend.properties is a list"),
        ({"ids": [5], "properties": []}, "is a text"),
        ({"ids": [], "properties": [{}]}, "id is a text"),
        ({"ids": [], "properties": [{"id": "shoes"}]}, "no property 'shoes'"),
        ({"ids": [], "properties": [{"id": "zone", "settings": {"limit": "many"}}]}, "limit"),
        ({"ids": [], "properties": [{"id": "zone", "settings": {"limit": -1}}]}, "limit"),
        ({"ids": [], "properties": [{"id": "zone", "settings": {"limit": 1e400}}]}, "limit"),
        ({"ids": [], "properties": [{"id": "zone", "settings": {"content": "all"}}]}, "content"),
        ({"ids": [], "properties": [{"id": "zone", "settings": {"content": []}}]}, "content"),
    ],
)
def test_malformed_extensions_are_named(service, query, says):
    response = service.post("/reconcile", data={"extend": json.dumps(query)})
    assert response.status_code == 400
    assert says in response.json["detail"]


def test_whole_numbers_that_clients_would_cut_go_as_floats():
    import pyoxigraph as ox

    integer = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    assert _literal(ox.Literal(str(MAX_INT), datatype=integer)) == {"int": MAX_INT}
    assert _literal(ox.Literal(str(MAX_INT + 1), datatype=integer)) == {"float": float(MAX_INT + 1)}
    assert _literal(ox.Literal("x", datatype=integer)) == {"str": "x"}


def test_proposals_are_those_of_the_type(service):
    def ids(**arguments):
        return [one["id"] for one in service.get("/reconcile/properties", query_string=arguments).json["properties"]]

    assert ids(type="Enterprise")[:3] == ["zone", "industry", "status"]
    assert "totalInvestment" not in ids(type="Enterprise")
    assert "totalInvestment" in ids(type="Project")
    assert ids(type="HighTechZone") == ids(type="Zone")
    assert ids(type="Enterprise", limit="2") == ["zone", "industry"]
    assert ids() == ids(type="unknown")
    assert service.get("/reconcile/properties?type=Zone&limit=x").status_code == 400
