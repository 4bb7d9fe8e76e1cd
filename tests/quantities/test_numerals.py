from __future__ import annotations

from decimal import Decimal

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_build.quantities import parse_number
from kg_build.quantities.numerals import scale_of, trim


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", "10"), ("两", "2"), ("二十多", None), ("一百零五", "105"), ("两千三", "2300"), ("三点五", "3.5"), ("百", "100"),
        ("千万", "10000000"), ("一万亿", "1000000000000"), ("1.2万亿", "1200000000000"), ("3000余万", "30000000"),
        ("三千余万", "30000000"), ("1亿2000万", "120000000"), ("1,234.5万", "12345000"), ("0.10", "0.1"), ("两三", None),
        ("四五", None), ("十四五", None), ("", None), ("公里", None), ("二零二四", "2024"),
    ],
)  # fmt: skip
def test_written_numbers(text: str, value: str | None) -> None:
    found = parse_number(text)
    assert (None if found is None else str(found)) == value


@given(st.integers(min_value=0, max_value=10**8))
def test_chinese_numerals_are_read_back(number: int) -> None:
    assert parse_number(cn2an.an2cn(number)) == number


@given(st.decimals(min_value=0, max_value=10**9, places=3))
def test_digits_are_exact(number: Decimal) -> None:
    assert parse_number(str(number)) == number


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=6))
def test_trimming_changes_no_value(number: Decimal) -> None:
    assert trim(number) == number
    assert "E" not in str(trim(number)) or abs(number) < Decimal("0.000001")


def test_scales_multiply() -> None:
    assert scale_of("千万") == 10_000_000
    assert scale_of("") == 1


@pytest.mark.parametrize("words", ["亿〇", "万〇", "百〇", "千零〇"])
def test_zeros_behind_a_bare_scale_are_read_or_no_number_but_no_error(words: str) -> None:
    found = parse_number(words)
    assert found is None or found >= 100
