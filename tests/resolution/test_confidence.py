from pathlib import Path

import pytest
from marked import extraction

from kg_build.errors import RuleError
from kg_build.resolution import confidence, resolve
from kg_build.resolution.confidence import THING, at, calibrate, curves, group

BASE = "https://w3id.org/zonekg/id/"


def test_networks_and_rules_have_curves_of_their_own() -> None:
    assert group(THING, "encoder") == "thing.learnt"
    assert group(THING, "enterprise-suffix") == "thing.rules"
    assert group("figure", "figure.pairs") == "figure.learnt"


def test_the_curves_that_ship_rise() -> None:
    for given, right in curves().values():
        assert list(given) == sorted(set(given))
        assert list(right) == sorted(right)


def test_a_confidence_between_two_points_lies_in_a_straight_line() -> None:
    curve = ((0.2, 0.8), (0.5, 0.9))
    assert [at(curve, value) for value in (0, 0.2, 0.5, 0.8, 1)] == [0.5, 0.5, 0.7, 0.9, 0.9]


def test_each_group_follows_its_curve_and_one_without_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confidence, "curves", dict)
    (article,) = resolve([extraction("[云岭高新区|Zone]有[赛川公司|Enterprise]。")], BASE)
    assert calibrate(article) == article
    rule = article.entities[0].rule
    monkeypatch.setattr(confidence, "curves", lambda: {group(THING, rule): ((0.0, 1.0), (0.25, 0.25))})
    assert {use.confidence for use in calibrate(article).entities if use.rule == rule} == {0.25}


@pytest.mark.parametrize(
    "text", ["thing.rules: [[0.5, 0.6], [0.4, 0.7]]", "thing.rules: [[0.1, 0.6], [0.4, 1.7]]", "[1]", "a: ["]
)
def test_a_broken_table_is_one_clear_error(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "confidence.yaml"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(confidence, "TABLE", path)
    curves.cache_clear()
    try:
        with pytest.raises(RuleError, match=r"confidence\.yaml"):
            curves()
    finally:
        curves.cache_clear()
