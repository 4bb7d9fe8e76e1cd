"""Near misses: one a rule, the nearest first."""

from __future__ import annotations

from kg_build.extraction.trace import NearMiss, Trace
from kg_build.model import Span

HERE = Span(10, 30)


def trace(*misses: NearMiss) -> Trace:
    found = Trace()
    for miss in misses:
        found.add(miss)
    return found


def test_nearest_first_and_what_others_took_last() -> None:
    found = trace(
        NearMiss("taken", Span(10, 20), "gave way", "甲 p 乙", met=9, taken=True),
        NearMiss("far", Span(10, 20), "no name", "? p 乙", met=1),
        NearMiss("half", Span(10, 20), "no name", "? p 乙", met=3),
        NearMiss("near", Span(10, 20), "a guard", "甲 p 乙", met=3),
    )
    assert [miss.rule for miss in found.within(HERE, 9)] == ["near", "half", "far", "taken"]
    assert [miss.rule for miss in found.within(HERE, 2)] == ["near", "half"]
    assert [miss.rule for miss in found.within(HERE, 9, without={"near"})] == ["half", "far", "taken"]


def test_a_rule_is_told_once_but_of_each_figure() -> None:
    found = trace(
        NearMiss("a", Span(10, 20), "no name", "? p 乙"),
        NearMiss("a", Span(10, 20), "a guard", "甲 p 乙"),
        NearMiss("figure.level", Span(11, 13), "why", about="3家"),
        NearMiss("figure.level", Span(15, 17), "why", about="5家"),
    )
    assert [(miss.rule, miss.missing, miss.about) for miss in found.within(HERE, 9)] == [
        ("figure.level", "why", "3家"),
        ("figure.level", "why", "5家"),
        ("a", "a guard", ""),
    ]


def test_only_what_ends_in_the_span() -> None:
    found = trace(NearMiss("before", Span(2, 10), "x"), NearMiss("into", Span(5, 11), "x"), NearMiss("over", Span(20, 31), "x"))
    assert [miss.rule for miss in found.within(HERE, 9)] == ["into"]


def test_the_same_miss_is_noted_once_and_the_order_is_the_texts() -> None:
    found = trace(NearMiss("b", Span(5, 6), "x"), NearMiss("a", Span(1, 2), "x"), NearMiss("b", Span(5, 6), "x"))
    assert [miss.rule for miss in found.misses] == ["a", "b"]


def test_an_end_that_nobody_fills_is_unknown() -> None:
    assert not NearMiss("a", Span(0, 1), "x", "? p 乙").known
    assert NearMiss("a", Span(0, 1), "x", "何处?园 p 乙").known
