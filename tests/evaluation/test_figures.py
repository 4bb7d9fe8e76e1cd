"""Figures compared."""

from __future__ import annotations

import pytest

from kg_build.evaluation.figures import Figure, alike, amount, close, day, number, same_amount


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("固定资产投资", "全区固定资产投资", True),
        ("财政收入", "一般公共预算收入", False),
        ("税收", "税收", True),
        ("a", "b", False),
    ],
)
def test_indicators_alike(a: str, b: str, expected: bool) -> None:
    assert alike(a, b) is expected


@pytest.mark.parametrize(
    ("text", "last", "expected"),
    [
        ("2024", False, "2024-01-01"),
        ("2024", True, "2024-12-31"),
        ("2024-02", True, "2024-02-29"),
        ("2024-02-03", False, "2024-02-03"),
        ("2024-13", False, ""),
        ("", False, ""),
    ],
)
def test_days_of_a_period(text: str, last: bool, expected: str) -> None:
    assert day(text, last=last) == expected


def test_close_is_within_a_thousandth() -> None:
    assert close(1000.5, 1000)
    assert not close(1002, 1000)
    assert not close(None, 1)


def figure(value: float | None, unit: str = "元", growth: float | None = None) -> Figure:
    return Figure("z", "产值", value, unit, growth, "", "", is_target=False)


def test_amounts_agree_in_value_and_unit_or_in_growth_alone() -> None:
    assert same_amount(figure(5), figure(5))
    assert not same_amount(figure(5), figure(5, "吨"))
    assert same_amount(figure(5, ""), figure(5, "吨"))
    assert same_amount(figure(None, "", 3), figure(8, "吨", 3))


@pytest.mark.parametrize(("value", "expected"), [(12000000000.0, "12000000000"), (8.5, "8.5"), (-3.0, "-3")])
def test_numbers_in_plain_digits(value: float, expected: str) -> None:
    assert number(value) == expected


def test_an_amount_for_people() -> None:
    assert amount(620000000, "元", 8.5) == "620000000 元, +8.5%"
    assert amount(None, "", -3.0) == "-3%"
    assert amount(None, "", None) == ""
