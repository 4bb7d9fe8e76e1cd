import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from marked import extraction

from kg_build.evaluation import calibration
from kg_build.evaluation.calibration import (
    AUTHOR,
    LEAST,
    Judged,
    applied,
    bars,
    crossed,
    curve,
    error,
    fit,
    judge,
    ranked,
    report,
    to_yaml,
    weigh,
)
from kg_build.evaluation.gold import Gold
from kg_build.model import Observation, Span, from_log_odds, log_odds
from kg_build.resolution import confidence
from kg_build.resolution.confidence import ENDS, added, shares

GROUP = "thing.rules"


def some(number: int, said: float, right: float, group: str = GROUP) -> list[Judged]:
    """So many statements of which a share is right."""
    return [Judged(f"a{i % 10}", group, said, i < number * right) for i in range(number)]


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=200))
def test_a_curve_rises_and_stays_between_nothing_and_all(rows: list[tuple[float, bool]]) -> None:
    given_, right = curve(sorted(rows))
    assert list(given_) == sorted(set(given_))
    assert list(right) == sorted(right)
    assert 0 <= right[0] <= right[-1] <= 1


def test_a_curve_has_a_point_for_each_step_that_has_enough() -> None:
    rows = sorted((one.confidence, one.right) for one in [*some(100, 0.5, 0.3), *some(100, 0.8, 0.6), *some(5, 0.9, 1.0)])
    given_, right = curve(rows)
    assert len(given_) == 2
    assert given_[0] == 0.5
    assert right == pytest.approx((0.3, 0.62), abs=0.03)


def test_groups_that_are_too_small_or_all_of_one_verdict_get_nothing() -> None:
    judged = [
        *some(LEAST - 1, 0.5, 0.5, "thing.rules"),
        *some(LEAST, 0.5, 1.0, "figure.rules"),
        *some(LEAST, 0.5, 0.5, "thing.learnt"),
        *some(LEAST, 0.5, 0.5, AUTHOR),
    ]
    assert list(fit(judged).curves) == ["thing.learnt"]
    assert not fit(judged).weights


def drawn(number: int, group: str, *, ends: float | None = None) -> list[Judged]:
    """Statements of which a sign tells all, another one nothing; with ``ends`` doubtful ends make half of them wrong."""
    draw = random.Random(7)
    found = []
    for i in range(number):
        telling, idle = draw.uniform(0.05, 0.95), draw.uniform(0.05, 0.95)
        is_doubtful = ends is not None and i % 2 == 0
        right = draw.random() < telling * (ends if is_doubtful and ends is not None else 1)
        given = () if ends is None else (("thing.rules", ends if is_doubtful else 1.0),)
        found.append(Judged(f"a{i % 50}", group, 0.8, right, (("telling", telling), ("idle", idle)), given))
    return found


def test_weights_go_to_the_signs_that_tell() -> None:
    weights = fit(drawn(4000, "figure.rules")).weights["figure"]
    assert weights.signs["telling"].weight == pytest.approx(1, abs=0.15)
    assert weights.signs["idle"].weight == pytest.approx(0, abs=0.1)
    assert added(weights, {"telling": 0.3}) == pytest.approx(0.3, abs=0.05)


def test_a_statement_is_less_sure_where_its_ends_are() -> None:
    table = fit(drawn(4000, "statement.rules", ends=0.4))
    assert table.weights["statement"].signs[ENDS].weight > 0
    assert ranked(applied(drawn(4000, "statement.rules", ends=0.4), table)) > 0.7


def test_a_sign_that_is_missing_counts_as_usual() -> None:
    rows = [({"a": 0.2 + 0.6 * (i % 2)}, i % 3 > 0) for i in range(60)]
    weights = weigh([*rows, ({}, True)])
    assert weights.signs["a"].usual == from_log_odds((log_odds(0.2) + log_odds(0.8)) / 2)


def test_the_rank_by_hand() -> None:
    judged = [Judged("a", GROUP, said, right) for said, right in ((0.9, True), (0.5, True), (0.5, False), (0.1, False))]
    assert ranked(judged) == (1 + 1 + 0.5 + 1) / 4
    assert ranked(judged[:2]) != ranked(judged[:2])  # nothing wrong: no number


def test_what_is_said_is_judged_with_its_signs(
    marked: str, statements: list[tuple[str, str, str]], gold: Callable[..., Gold]
) -> None:
    value = Decimal(620_000_000)
    figure = Observation(1, "投资", value, "元", Span(0, 9), "figure.level", 0.7, signs=(("rule", 0.7), ("owner", 0.4)))
    told = {"of": "z", "indicator": "投资", "value": 620_000_000, "unit": "元"}
    found = replace(extraction(marked, tuple(statements)), observations=(figure, replace(figure, value=value + 1, signs=())))
    judged = judge([found], [gold(observations=[told])])
    assert {(one.right, one.signs) for one in judged if one.kind == "figure"} == {
        (True, (("rule", 0.7), ("owner", 0.4))),
        (False, (("rule", 0.7),)),
    }
    posts = [one for one in judged if one.kind == "statement"]
    assert len(posts) == len(statements)
    assert all(one.right and len(one.ends) == 2 for one in posts)


def test_curves_make_confidences_the_shares_that_are_right_on_other_articles_too() -> None:
    draw = random.Random(3)
    judged = [
        Judged(f"a{i % 50}", GROUP, said, draw.random() < said**2)
        for i in range(2000)
        for said in [round(draw.uniform(0.3, 0.99), 3)]
    ]
    assert error(judged) > 0.15
    assert error(crossed(judged)) < 0.05
    assert error(applied(judged, fit(judged))) < 0.04


def test_bars_and_error_by_hand() -> None:
    judged = [*some(10, 0.95, 0.5), *some(30, 0.35, 1.0)]
    assert [tuple(bar) for bar in bars(judged)] == [(30, pytest.approx(0.35), 1.0), (10, pytest.approx(0.95), 0.5)]
    assert error(judged) == pytest.approx((30 * 0.65 + 10 * 0.45) / 40)
    told = report(judged, judged)
    assert "| thing.rules | 40 | 0.875 | 0.600 | 0.600 | 0.071 | 0.071 | 0.500 (0.25) |" in told
    assert "| 0.9–1.0 | 10 | 0.95 | 0.50 |" in told


def test_what_is_written_is_what_the_reading_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = fit(
        [*some(100, 0.5, 0.3), *some(100, 0.8, 0.6), *drawn(200, "figure.pairs"), *drawn(200, "statement.learnt", ends=0.4)]
    )
    path = tmp_path / "confidence.yaml"
    path.write_text(to_yaml(table), encoding="utf-8")
    monkeypatch.setattr(confidence, "TABLE", path)
    shares.cache_clear()
    try:
        assert shares() == table
    finally:
        shares.cache_clear()
    assert yaml.safe_load(path.read_text(encoding="utf-8")).keys() == {"curves", "weights"}


def test_a_folder_that_is_not_there_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert calibration.main([str(tmp_path / "pages"), str(tmp_path)]) != 0
    assert str(tmp_path / "pages") in capsys.readouterr().err
