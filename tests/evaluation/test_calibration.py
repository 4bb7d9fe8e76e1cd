import random
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kg_build.evaluation import calibration
from kg_build.evaluation.calibration import LEAST, Judged, applied, bars, crossed, curve, error, fit, table, to_yaml
from kg_build.resolution import confidence
from kg_build.resolution.confidence import curves as curves_that_ship

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


def test_groups_that_are_too_small_or_all_of_one_verdict_get_no_curve() -> None:
    judged = [
        *some(LEAST - 1, 0.5, 0.5, "thing.rules"),
        *some(LEAST, 0.5, 1.0, "figure.rules"),
        *some(LEAST, 0.5, 0.5, "thing.learnt"),
    ]
    assert list(fit(judged)) == ["thing.learnt"]


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
    assert "| thing.rules | 40 | 0.875 | 0.600 | 0.600 |" in table(judged, judged)
    assert "| 0.9–1.0 | 10 | 0.95 | 0.50 |" in table(judged, judged)


def test_what_is_written_is_what_the_reading_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    curves = fit([*some(100, 0.5, 0.3), *some(100, 0.8, 0.6)])
    path = tmp_path / "confidence.yaml"
    path.write_text(to_yaml(curves), encoding="utf-8")
    monkeypatch.setattr(confidence, "TABLE", path)
    curves_that_ship.cache_clear()
    try:
        assert curves_that_ship() == curves
    finally:
        curves_that_ship.cache_clear()
    assert yaml.safe_load(path.read_text(encoding="utf-8")).keys() == {GROUP}


def test_a_folder_that_is_not_there_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert calibration.main([str(tmp_path / "pages"), str(tmp_path)]) != 0
    assert str(tmp_path / "pages") in capsys.readouterr().err
