"""Dates after the day of print."""

from __future__ import annotations

from datetime import date

import pytest

from kg_build.extraction.relations.dates import DATE, days_to_come

PRINTED = date(2014, 9, 2)


@pytest.mark.parametrize("text", [
        "冷库11月投用", "冷库9月底投用", "冷库四季度投用", "冷库2015年初投用", "冷库2015年3月投用", "冷库十一月投用",
        "冷库9月20日投用", "冷库6月底前投用", "冷库年后开工",
    ],
)  # fmt: skip
def test_a_date_after_print_is_to_come(text: str) -> None:
    assert days_to_come(text, PRINTED) == {2}


@pytest.mark.parametrize(
    "text",
    [
        "冷库8月投用",
        "冷库去年11月投用",
        "冷库2013年11月投用",
        "1—12月",
        "二季度投用",
        "2014年投用",
        "冷库八月投用",
        "冷库9月1日投用",
        "冷库6月底前已投用",
        "冷库6月底前全部投用",
        "三年后投用",
    ],
)
def test_a_date_before_print_or_of_another_year_is_not(text: str) -> None:
    assert days_to_come(text, PRINTED) == frozenset()


def test_a_day_far_ahead_is_last_years() -> None:
    assert days_to_come("冷库12月2日封顶,12月2日投用", date(2018, 1, 23)) == frozenset()
    assert days_to_come("冷库12月投用", date(2018, 1, 23)) == {2}


def test_without_a_day_of_print_nothing_is_to_come() -> None:
    assert days_to_come("冷库11月投用", None) == frozenset()


def test_the_longest_date_is_one() -> None:
    found = DATE.search("于2015年3月底开工")
    assert found is not None
    assert found.group() == "2015年3月底"
