"""Short names within one article."""

from __future__ import annotations

import pytest

from kg_build.resolution.shortening import is_own, is_short_body, is_short_firm, is_short_project, is_short_site

FIRMS = [
    ("华辰", "洛阳华辰重型装备制造有限公司", True),
    ("华辰重装", "洛阳华辰重型装备制造有限公司", True),
    ("华辰集团", "洛阳华辰工艺品集团", True),
    ("华辰化学", "韩国华辰化学株式会社", True),
    ("华辰", "华辰（洛阳）冲压技术有限公司", True),
    ("华辰有限公司", "洛阳华辰重型装备制造有限公司", False),
    ("华辰集团", "洛阳华辰重型装备制造有限公司", False),
    ("华辰银行", "洛阳华辰银行科技支行", False),
    ("北京华辰", "洛阳华辰重型装备制造有限公司", False),
    ("机械", "机械租赁有限公司", False),
    ("装备重辰", "洛阳华辰重型装备制造有限公司", False),
]


@pytest.mark.parametrize(("short", "full", "expected"), FIRMS)
def test_a_firm_is_called_by_the_beginning_or_by_letters_of_its_name(short: str, full: str, expected: bool) -> None:
    assert is_short_firm(short, full) is expected


def test_a_place_that_only_the_text_knows_may_stand_in_front() -> None:
    assert not is_short_firm("华辰", "青岚工业园区华辰资本管理有限公司")
    assert is_short_firm("华辰", "青岚工业园区华辰资本管理有限公司", frozenset({"青岚工业园区"}))


def test_a_group_is_not_its_daughter_s_own_name() -> None:
    assert is_own("华辰", "洛阳华辰电子有限公司")
    assert not is_own("华辰", "深圳华辰控股有限公司")


@pytest.mark.parametrize(
    ("short", "full", "expected"),
    [
        ("袍江", "绍兴袍江经济技术开发区", True),
        ("袍江生态工业园", "袍江高新生态工业园", True),
        ("绍兴高区", "绍兴火炬高技术产业开发区", True),
        ("嵊州经济开发区", "绍兴经济技术开发区", False),
        ("绍兴经开区", "绍兴经济技术开发区综合保税区", False),
        ("绍兴", "绍兴经济技术开发区", True),
        ("嵊州", "绍兴袍江经济技术开发区", False),
    ],
)
def test_a_zone_or_park_is_called_by_its_own_word_and_letters_of_its_kind(short: str, full: str, expected: bool) -> None:
    assert is_short_site(short, full) is expected


def test_the_end_of_a_project_s_or_a_body_s_name_may_stand_for_it() -> None:
    assert is_short_project("异地技改项目", "青岚制药有限公司异地技改项目")
    assert is_short_body("新材料重点实验室", "自然资源部新材料重点实验室")
    assert not is_short_body("实验室", "自然资源部实验室")
