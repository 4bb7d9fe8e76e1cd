from __future__ import annotations

import pytest

FIRM = "enterprise/云岭青禾制药有限公司"


@pytest.fixture
def suggested(service):
    """Asks for suggestions; gives their ids."""

    def ask(kind, prefix, **arguments):
        response = service.get(f"/reconcile/suggest/{kind}", query_string={"prefix": prefix} | arguments)
        assert response.status_code == 200, response.json
        return [one["id"] for one in response.json["result"]]

    return ask


@pytest.mark.parametrize(
    "prefix", ["云岭青禾制药有限公司", "云岭青禾", "青禾制", "雲嶺青", FIRM, "https://w3id.org/zonekg/id/" + FIRM]
)
def test_a_thing_by_the_beginning_of_any_of_its_names(suggested, prefix):
    assert suggested("entity", prefix)[0] == FIRM


def test_short_names_come_before_long_ones(suggested):
    assert suggested("entity", "云岭")[:3] == ["place/云岭市", "zone/云岭经济开发区", "park/云岭医药产业园"]


def test_things_that_have_it_somewhere_come_after(suggested):
    assert "enterprise/南溪青禾食品有限公司" in suggested("entity", "青禾")


def test_things_of_a_type(suggested):
    assert suggested("entity", "云岭", type="Zone") == ["zone/云岭经济开发区"]
    assert suggested("entity", "云岭", type="unknown") == []


def test_pages_of_suggestions(suggested):
    everything = suggested("entity", "云岭", limit=50)
    assert len(everything) > 3
    assert [*suggested("entity", "云岭", limit=2), *suggested("entity", "云岭", limit=2, cursor=2)] == everything[:4]
    assert suggested("entity", "云岭", cursor=1000) == []


@pytest.mark.parametrize(
    ("name", "value"), [("cursor", "-1"), ("cursor", "x"), ("limit", "1.5"), ("cursor", "٣"), ("cursor", "9" * 5000)]
)
def test_numbers_are_numbers(service, name, value):
    assert service.get("/reconcile/suggest/entity", query_string={"prefix": "云", name: value}).status_code == 400


def test_nothing_typed_suggests_no_thing_but_all_types_and_properties(suggested):
    assert suggested("entity", "") == []
    assert suggested("type", "", limit=100)[:2] == ["Enterprise", "Zone"]
    assert len(suggested("property", "")) > 20


@pytest.mark.parametrize("prefix", ["Enterprise", "企业", "enter", "https://w3id.org/zonekg/ontology#Enterprise"])
def test_a_type_by_name_in_two_languages_and_by_id(suggested, prefix):
    assert suggested("type", prefix)[0] == "Enterprise"


@pytest.mark.parametrize("prefix", ["totalInvestment", "总投资", "total"])
def test_a_property_by_name_in_two_languages_and_by_id(suggested, prefix):
    assert suggested("property", prefix)[0] == "totalInvestment"


def test_properties_of_the_type_come_first(suggested):
    assert suggested("property", "", type="Article")[0] == "published"


def test_kinds_of_zones_say_what_they_are_kinds_of(service):
    found = service.get("/reconcile/suggest/type?prefix=HighTechZone").json["result"]
    assert [above["id"] for above in found[0]["broader"]] == ["Zone"]


def test_what_is_no_kind_of_suggestion(service):
    assert service.get("/reconcile/suggest/shoe?prefix=x").status_code == 404
    assert service.get("/reconcile/flyout/type?id=Shoe").status_code == 404
    assert service.get("/reconcile/flyout/property?id=shoe").status_code == 404
    assert service.get("/reconcile/flyout/entity").status_code == 400
