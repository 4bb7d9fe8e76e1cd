"""Looking things up."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_build import gazetteers


def test_place_by_full_and_short_name() -> None:
    assert [p.code for p in gazetteers.place_by_name("三门峡市")] == ["411200"]
    assert gazetteers.place_by_name("三门峡") == gazetteers.place_by_name("三门峡市")


def test_place_of_several_meanings_gives_the_higher_level_first() -> None:
    codes = [p.code for p in gazetteers.place_by_name("吉林")]
    assert codes[:2] == ["220000", "220200"]


def test_former_places_come_last_and_can_be_left_out() -> None:
    rows = gazetteers.place_by_name("陕县")
    assert [(p.code, p.valid_until) for p in rows] == [("411222", 2014)]
    assert gazetteers.place_by_name("陕县", former=False) == ()


def test_unknown_names_give_nothing() -> None:
    assert gazetteers.place_by_name("无此地市") == ()
    assert gazetteers.zone_by_name("无此地经济开发区") == ()
    assert gazetteers.place("999999") is None
    assert gazetteers.field_by_name("无此行业") is None


def test_ancestors() -> None:
    assert [p.name for p in gazetteers.ancestors("411202")] == ["三门峡市", "河南省"]
    assert [p.name for p in gazetteers.ancestors("110105")] == ["北京市"]
    assert gazetteers.ancestors("410000") == ()


@pytest.mark.parametrize("form", ["三门峡经济开发区", "河南三门峡经济开发区", "三门峡经开区"])
def test_zone_by_its_forms(form: str) -> None:
    (zone,) = gazetteers.zone_by_name(form)
    assert (zone.code, zone.kind, zone.place) == ("411271", "EconomicDevelopmentZone", "411200")


def test_zone_of_a_national_list_keeps_its_statistical_code() -> None:
    (zone,) = gazetteers.zone_by_name("平顶山高新区")
    assert (zone.name, zone.level, zone.code, zone.kind) == ("平顶山高新技术产业开发区", "national", "410471", "HighTechZone")


def test_a_zone_called_park_in_the_national_list_is_a_zone() -> None:
    (zone,) = gazetteers.zone_by_name("苏州工业园区")
    assert not zone.is_park


def test_zones_in_a_place_are_those_of_its_counties_as_well() -> None:
    names = {z.name for z in gazetteers.zones_in("340500")}
    assert {"马鞍山经济技术开发区", "雨山经济开发区"} <= names
    assert {z.name for z in gazetteers.zones_in("340504")} < names
    assert len(gazetteers.zones_in("340000")) > len(names)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("某地经济技术开发区", "EconomicDevelopmentZone"),
        ("某地经开区", "EconomicDevelopmentZone"),
        ("某地高新区", "HighTechZone"),
        ("某地综合保税区", "ComprehensiveBondedZone"),
        ("某地综保区", "ComprehensiveBondedZone"),
        ("某地先进制造业开发区", "AdvancedManufacturingZone"),
        ("某地产业集聚区", "IndustrialClusterZone"),
        ("某地工业园区", "Park"),
        ("某地大道", None),
    ],
)
def test_kind_by_the_end_of_a_name(name: str, kind: str | None) -> None:
    assert gazetteers.zone_kind(name) == kind


def test_field_by_alias() -> None:
    field = gazetteers.field_by_name("跨境电子商务")
    assert field is not None
    assert field.name == "跨境电商"


@given(st.sampled_from(gazetteers.places(former=True)))
def test_every_form_leads_back_to_its_place(place: gazetteers.Place) -> None:
    assert all(place in gazetteers.place_by_name(form) for form in place.forms)


@given(st.sampled_from(gazetteers.zones()))
def test_every_zone_is_found_by_its_forms_and_in_its_place(zone: gazetteers.Zone) -> None:
    assert all(zone in gazetteers.zone_by_name(form) for form in zone.forms)
    assert zone in gazetteers.zones_in(zone.place)
    above = gazetteers.ancestors(zone.place)
    assert all(zone in gazetteers.zones_in(place.code) for place in above)


def test_importing_reads_no_table() -> None:
    code = (
        "import kg_build.gazetteers as g, kg_build.gazetteers.tables as t;"
        "print(t.all_places.cache_info().currsize, t.all_zones.cache_info().currsize, 'spacy' in __import__('sys').modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "0", "False"]
