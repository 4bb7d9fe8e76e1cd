from __future__ import annotations

import re

import pytest

from kg_build.errors import RuleError
from kg_build.quantities.units import Kind, load_table, unit_pattern, units


def test_longer_forms_come_first() -> None:
    match = re.match(unit_pattern(), "平方公里")
    assert match is not None
    assert match[0] == "平方公里"


def test_units_of_the_vocabulary_are_there() -> None:
    assert {"元", "亩", "平方米", "吨", "人", "%", "家", "个", "项", "户", "宗"} <= {unit.base for unit in units().values()}
    assert units()["公顷"].factor == 10_000
    assert units()["美元"].kind is Kind.MONEY


def test_what_may_not_follow_is_part_of_the_pattern() -> None:
    assert not re.match(units()["元"].pattern, "元化")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("units: [{forms: [元]}]", "required"),
        ("units: [&u {forms: [元], base: 元, factor: 1, kind: money}, *u]", "twice"),
        ("units: 3", "array"),
    ],
)
def test_a_broken_table_is_one_clear_error(text: str, message: str) -> None:
    with pytest.raises(RuleError, match=message):
        load_table(text)
