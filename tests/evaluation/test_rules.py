"""Rules counted by what they said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kg_build.evaluation import Gold, evaluate
from kg_build.evaluation.claims import Claim, claims_of
from kg_build.evaluation.judgements import Judgement, Verdict
from kg_build.evaluation.rules import RuleTallies, Tally, rule_tallies, so_few
from kg_build.evaluation.said import Statement


def tallies(case: Any, gold: Gold) -> RuleTallies:
    return rule_tallies(evaluate(case.database, [gold]).judgements, {"a": claims_of(case.database, "a")})


def test_each_rule_by_row(case: Callable[..., Any], gold: Callable[..., Gold], relations: list[dict[str, Any]]) -> None:
    found = tallies(case(), gold(relations=relations[:3]))
    assert list(found.rules) == ["test.cooperatesWith", "test", "test.locatedIn", "test.officialOf"]
    assert (found.rules["test"].right, found.rules["test"].confidence) == (5, pytest.approx(0.9))
    assert found.rules["test.cooperatesWith"] == Tally(0, 1, 0, 0.8)
    assert found.rules["test.cooperatesWith"].excess == pytest.approx(0.8)
    assert set(found.rows["test"]) == {f"entity {kind}" for kind in ("Zone", "Official", "Enterprise", "Institution", "Place")}
    assert {low: tally.judged for low, tally in found.bands.items()} == {0.8: 4, 0.9: 5}


def judged(verdict: Verdict, *said: Statement, row: str = "relation locatedIn") -> Judgement:
    return Judgement("a", row, verdict, ("x",), said)


A: Statement = ("a", "locatedIn", "z", "")
B: Statement = ("b", "locatedIn", "z", "")


def test_a_statement_counts_once_for_each_of_its_rules() -> None:
    claims = {"a": {A: (Claim((), "", "r", 0.5, "1"), Claim((), "", "r", 0.7, "2")), B: (Claim((), "", "s", 1.0, "3"),)}}
    found = rule_tallies([judged(Verdict.WRONG, A, B)], claims)
    assert found.rules == {"r": Tally(0, 1, 0, 0.7), "s": Tally(0, 1, 0, 1.0)}
    assert found.bands == {0.7: Tally(0, 1, 0, 0.7), 0.9: Tally(0, 1, 0, 1.0)}


def test_what_is_allowed_is_neither_right_nor_wrong() -> None:
    claims = {"a": {A: (Claim((), "", "r", 0.5, "1"),)}}
    assert rule_tallies([judged(Verdict.ALLOWED, A)], claims).rules == {"r": Tally(allowed=1)}


def test_parts_of_figures_and_statements_without_claims_count_for_none() -> None:
    claims = {"a": {A: (Claim((), "", "r", 0.5, "1"),)}}
    parts = [judged(Verdict.WRONG, A, row="observations, end"), judged(Verdict.RIGHT, B), judged(Verdict.MISSING)]
    assert rule_tallies(parts, claims) == RuleTallies({}, {}, {})


@pytest.mark.parametrize(
    ("right", "wrong", "confidence", "expected"),
    [
        (163, 21, 0.985, True),
        (0, 1, 0.82, False),
        (3, 4, 0.7, False),
        (0, 4, 0.7, True),
        (0, 1, 1.0, True),
        (97, 3, 1.0, False),
        (9, 1, 0.5, False),
        (0, 0, 0.0, False),
    ],
)
def test_over_confident_is_what_chance_does_not_explain(right: int, wrong: int, confidence: float, expected: bool) -> None:
    assert Tally(right, wrong, 0, confidence * (right + wrong)).is_over is expected


@pytest.mark.parametrize(
    ("right", "of", "share", "expected"), [(0, 2, 0.5, 0.25), (2, 2, 0.5, 1), (1, 3, 0.0, 1), (3, 3, 1.0, 1)]
)
def test_so_few(right: int, of: int, share: float, expected: float) -> None:
    assert so_few(right, of, share) == pytest.approx(expected)


def test_so_few_of_very_many() -> None:
    assert 0 <= so_few(80_000, 100_000, 0.9) < 1e-9
