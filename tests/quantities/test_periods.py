from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kg_build.quantities import PeriodKind, find_periods, make_anchor

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("periods.yaml").read_text(encoding="utf-8"))
PRINTED = date(2025, 3, 5)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["text"]))
def test_periods_resolved_against_the_day_of_print(case: dict[str, Any]) -> None:
    found = find_periods(case["text"], make_anchor("", PRINTED))
    assert [[p.text, p.kind.value, p.start, p.end] for p in found] == case["expect"]


@pytest.mark.parametrize("text", ["今年以来", "去年", "截至8月底", "前三季度", "目前", "全年"])
def test_without_a_date_relative_times_stay_words(text: str) -> None:
    (period,) = find_periods(text)
    assert (period.start, period.end) == (None, None)
    assert period.text == text


def test_an_explicit_year_needs_no_date() -> None:
    (period,) = find_periods("截至2023年6月底")
    assert (period.kind, period.end) == (PeriodKind.UNTIL, date(2023, 6, 30))


@given(st.text(alphabet="12一二三四五六七八九十0年月日今去上下半季度前底初末至截自以来起—-“”全，。", max_size=50))
def test_any_soup_of_time_words_is_read(text: str) -> None:
    for period in find_periods(text, make_anchor("", PRINTED)):
        assert text[period.span.start : period.span.end] == period.text
        assert None in (period.start, period.end) or period.start <= period.end  # type: ignore[operator]


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2060, 12, 31)))
def test_a_written_day_is_read_back(day: date) -> None:
    (period,) = find_periods(f"{day.year}年{day.month}月{day.day}日")
    assert (period.start, period.end) == (day, day)


@pytest.mark.parametrize("text", ["1" * 20000, "一" * 20000, "今年" * 10000, "1—" * 10000, "20" * 10000])
def test_long_runs_take_no_long_time(text: str) -> None:
    start = time.perf_counter()
    assert find_periods(text) is not None
    assert time.perf_counter() - start < 5
