from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kg_build.quantities import Kind, find_quantities

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("figures.yaml").read_text(encoding="utf-8"))
SOUP = st.text(
    alphabet="一二两三十百千万亿零〇余多约超近第0123456789.,%％元亩个家项户年月日—-至、和，。的以上增长占比率居全市", max_size=60
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["text"]))
def test_figures_with_unit_value_and_place(case: dict[str, Any]) -> None:
    text = case["text"]
    found = [
        [
            text[q.core.start : q.core.end],
            str(q.value),
            q.unit,
            q.kind.value,
            q.qualifier.value if q.qualifier else None,
            None if q.high is None else str(q.high),
        ]
        for q in find_quantities(text)
    ]
    assert found == case["expect"]


def test_scope_of_a_rank() -> None:
    (rank,) = find_quantities("位居全市项目建设综合评价六区第一")
    assert (rank.scope, rank.value, rank.kind) == ("六区", 1, Kind.RANK)
    assert rank.span.start == 0


@given(SOUP)
def test_places_lie_in_the_text_in_order(text: str) -> None:
    end = 0
    for q in find_quantities(text):
        assert q.span.contains(q.core)
        assert end <= q.core.start < q.core.end <= len(text)
        assert q.high is None or q.high >= q.value
        end = q.core.end


@given(st.decimals(min_value=0, max_value=Decimal("999999.99"), places=2), st.sampled_from(["", "万", "亿", "千万"]))
def test_a_formatted_sum_is_read_back(number: Decimal, scale: str) -> None:
    factor = {"": 1, "万": 10**4, "亿": 10**8, "千万": 10**7}[scale]
    (found,) = find_quantities(f"完成投资{number}{scale}元。")
    assert found.value == number * factor
    assert found.unit == "元"


@given(st.integers(min_value=1000, max_value=10**12))
def test_thousands_may_be_parted_by_commas(number: int) -> None:
    (found,) = find_quantities(f"{number:,}人")
    assert found.value == number


@pytest.mark.parametrize(
    "text", ["1" * 20000, "一" * 20000, "1、" * 10000, "第" * 20000, "1,000" * 4000, "近" * 20000 + "元", "居" * 20000]
)
def test_long_runs_take_no_long_time(text: str) -> None:
    start = time.perf_counter()
    assert find_quantities(text) is not None
    assert time.perf_counter() - start < 5
