"""Names compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_build.resolution.names import (
    company_core,
    industry_key,
    iri_name,
    legal_form,
    normal,
    project_key,
    same_zone,
    short_of,
    zone_name,
)


@pytest.mark.parametrize(
    ("name", "stem", "kind", "is_full"),
    [
        ("三门峡经济开发区", "三门峡", "EconomicDevelopmentZone", True),
        ("三门峡经开区", "三门峡", "EconomicDevelopmentZone", False),
        ("河南三门峡经济开发区", "三门峡", "EconomicDevelopmentZone", True),
        ("安徽马鞍山雨山经济开发区", "雨山", "EconomicDevelopmentZone", True),
        ("平顶山高新区", "平顶山", "HighTechZone", False),
        ("平顶山市高新技术产业开发区", "平顶山", "HighTechZone", True),
        ("某某开发区", "某某", "EconomicDevelopmentZone", False),
        ("杭州湾新区", "杭州湾", "NewArea", True),
        ("东莞滨海湾新区", "滨海湾", "NewArea", True),
        ("经开区", "", "EconomicDevelopmentZone", False),
        ("国家级经济技术开发区", "", "EconomicDevelopmentZone", True),
    ],
)
def test_a_zones_name_is_taken_apart(name: str, stem: str, kind: str, is_full: bool) -> None:
    parts = zone_name(name)
    assert (parts.stem, parts.kind, parts.is_full) == (stem, kind, is_full)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("濮阳经济技术开发区", "濮阳经开区", True),
        ("濮阳经济技术开发区", "濮阳开发区", True),
        ("濮阳经济技术开发区", "濮阳高新区", False),
        ("濮阳经济技术开发区", "安阳经济技术开发区", False),
    ],
)
def test_zones_are_the_same_by_place_and_kind(a: str, b: str, same: bool) -> None:
    assert same_zone(zone_name(a), zone_name(b)) is same


@pytest.mark.parametrize(
    ("short", "full", "expected"),
    [
        ("华辰", "洛阳华辰新材料科技有限公司", True),
        ("华辰新材料", "洛阳华辰新材料科技有限公司", True),
        ("华辰集团", "华辰集团有限公司", True),
        ("华辰电子", "洛阳华辰新材料科技有限公司", False),
        ("华辰", "华辰隆基光电有限公司", False),
        ("甲光电科技有限公司", "甲光电有限公司", False),
        ("洛阳", "洛阳华辰新材料科技有限公司", False),
    ],
)
def test_a_short_company_name_is_the_beginning_of_the_distinctive_part(short: str, full: str, expected: bool) -> None:
    assert short_of(short, full) is expected


def test_a_place_alone_before_a_trade_stays_in_the_core() -> None:
    assert company_core("河南投资集团有限公司") == "河南投资"
    assert company_core("河南华辰设计有限公司") == "华辰设计"


def test_legal_forms() -> None:
    assert legal_form("华辰有限责任公司") == "有限责任公司"
    assert legal_form("华辰制药") == ""


def test_an_industry_is_the_same_with_and_without_its_ending() -> None:
    assert industry_key("数字经济产业") == industry_key("数字经济")


@pytest.mark.parametrize("name", ["三门峡经济开发区数据中心项目", "三门峡数据中心项目", "数据中心建设项目", "数据中心"])
def test_a_projects_key_leaves_out_where_it_stands(name: str) -> None:
    assert project_key(name) == "数据中心"


@given(st.text())
def test_normal_is_idempotent(text: str) -> None:
    assert normal(normal(text)) == normal(text)


@given(st.text(min_size=1))
def test_an_iri_name_makes_a_valid_iri(text: str) -> None:
    from pyoxigraph import NamedNode

    iri = f"https://example.org/id/{iri_name(text)}"
    assert NamedNode(iri).value == iri
    assert "/" not in iri_name(text)


def test_an_iri_name_is_readable() -> None:
    assert iri_name("三门峡 经济开发区") == "三门峡经济开发区"
    assert iri_name("A/B区") == "A%2FB区"
