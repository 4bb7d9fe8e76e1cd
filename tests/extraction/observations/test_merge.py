from __future__ import annotations

from datetime import date
from decimal import Decimal

from kg_build.extraction.observations.merge import merge
from kg_build.extraction.observations.scene import Draft
from kg_build.model import Span


def draft(name: str, value: str | None = None, growth: str | None = None, **more: object) -> Draft:
    number = None if value is None else Decimal(value)
    rate = None if growth is None else Decimal(growth)
    return Draft((1,), name, number, None if value is None else "元", Span(0, 1), "level", 0.8, rate, **more)  # type: ignore[arg-type]


def test_told_again_is_one_and_takes_over_the_growth() -> None:
    (found,) = merge([draft("工业投资", "5"), draft("工业投资", "5", "3")], lambda a, b: a == b)
    assert (found.value, found.growth) == (Decimal(5), Decimal(3))


def test_of_two_rates_the_one_with_the_fuller_time_stays() -> None:
    full = draft("规上工业增加值", None, "3", start=date(2024, 1, 1), end=date(2024, 8, 31))
    (found,) = merge([draft("工业增加值", None, "3", end=date(2024, 8, 31)), full], lambda a, b: a == b)
    assert (found.indicator, found.period_start) == ("规上工业增加值", date(2024, 1, 1))


def test_contradictions_targets_and_others_stay_apart() -> None:
    drafts = [draft("税收", "5"), draft("税收", "6"), draft("税收", "5", is_target=True), draft("出口", "5")]
    assert len(merge(drafts, lambda a, b: a == b)) == 4
    assert len(merge([draft("税收", "5"), draft("税收", "5")], lambda *_: False)) == 2


def test_a_figure_of_several_subjects_is_told_of_each() -> None:
    both = draft("入驻率", "5")
    both.of = (3, 7)
    assert [o.of for o in merge([both], lambda a, b: a == b)] == [3, 7]
