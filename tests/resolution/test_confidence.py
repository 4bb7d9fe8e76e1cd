from dataclasses import replace
from pathlib import Path

import pytest
from marked import extraction

from kg_build.errors import RuleError
from kg_build.model import LOWEST
from kg_build.resolution import confidence, resolve
from kg_build.resolution.confidence import (
    ENDS,
    FIGURE,
    STATEMENT,
    THING,
    Table,
    Weight,
    Weights,
    added,
    at,
    calibrate,
    group,
    share,
    shares,
)

BASE = "https://w3id.org/zonekg/id/"
WEIGHTS = Weights(0.8, {"rule": Weight(1.0, 0.7), "odds": Weight(0.5, 0.6), ENDS: Weight(2.0, 0.9)})


def test_networks_and_rules_have_curves_of_their_own() -> None:
    assert group(THING, "encoder") == "thing.learnt"
    assert group(THING, "enterprise-suffix") == "thing.rules"
    assert group("figure", "figure.pairs") == "figure.learnt"


def test_the_curves_that_ship_rise() -> None:
    assert shares().curves.keys() == {"thing.learnt", "thing.rules"}
    for given, right in shares().curves.values():
        assert list(given) == sorted(set(given))
        assert list(right) == sorted(right)


def test_of_the_signs_that_ship_only_another_owner_speaks_against() -> None:
    assert shares().weights.keys() == {STATEMENT, FIGURE}
    for weights in shares().weights.values():
        assert {name for name, sign in weights.signs.items() if sign.weight < 0} <= {"other"}


def test_a_confidence_between_two_points_lies_in_a_straight_line() -> None:
    curve = ((0.2, 0.8), (0.5, 0.9))
    assert [at(curve, value) for value in (0, 0.2, 0.5, 0.8, 1)] == [0.5, 0.5, 0.7, 0.9, 0.9]


def test_what_is_usual_or_unknown_changes_nothing() -> None:
    assert added(WEIGHTS, {}) == 0.8
    assert added(WEIGHTS, {"rule": 0.7, "odds": 0.6}) == 0.8


def test_each_sign_adds_its_weight_in_log_odds() -> None:
    assert added(WEIGHTS, {"rule": 0.9}) == pytest.approx(1 / (1 + (0.2 / 0.8) * (0.1 / 0.9) * (0.7 / 0.3)), abs=0.001)
    assert added(WEIGHTS, {"odds": 0.3}) < 0.8 < added(WEIGHTS, {"odds": 0.9})
    assert added(WEIGHTS, {"odds": 0.0}) == added(WEIGHTS, {"odds": LOWEST})


def test_each_group_follows_its_curve_and_one_without_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confidence, "shares", Table)
    (article,) = resolve([extraction("[云岭高新区|Zone]有[赛川公司|Enterprise]。")], BASE)
    assert calibrate(article) == article
    rule = article.entities[0].rule
    curves = {group(THING, rule): ((0.0, 1.0), (0.25, 0.25))}
    monkeypatch.setattr(confidence, "shares", lambda: Table(curves))
    assert {use.confidence for use in calibrate(article).entities if use.rule == rule} == {0.25}


def test_a_statement_is_as_sure_as_its_signs_and_its_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confidence, "shares", Table)
    marked = extraction("[云岭高新区|Zone]有[赛川公司|Enterprise]。", [("赛川公司", "locatedIn", "云岭高新区")])
    (article,) = resolve([marked], BASE)
    monkeypatch.setattr(confidence, "shares", lambda: Table({}, {STATEMENT: WEIGHTS}))
    (plain,) = calibrate(article).statements
    entities = tuple(replace(use, confidence=0.5) for use in article.entities)
    (doubtful,) = calibrate(replace(article, entities=entities)).statements
    assert doubtful.confidence < plain.confidence
    liked = replace(article.statements[0], signs=(("rule", 0.5), ("odds", 0.99)))
    (surer,) = calibrate(replace(article, statements=(liked,))).statements
    ends = article.entities[0].confidence * article.entities[1].confidence
    assert surer.confidence == added(WEIGHTS, {"rule": 0.5, "odds": 0.99, ENDS: ends})


def test_without_signs_the_rule_speaks_alone() -> None:
    table = Table({}, {FIGURE: WEIGHTS})
    assert share(table, FIGURE, "figure.level", 0.9) == added(WEIGHTS, {"rule": 0.9})
    assert share(table, STATEMENT, "located-told", 0.9) == 0.9


@pytest.mark.parametrize(
    "text",
    [
        "curves: {thing.rules: [[0.5, 0.6], [0.4, 0.7]]}\nweights: {}",
        "curves: {thing.rules: [[0.1, 0.6], [0.4, 1.7]]}\nweights: {}",
        "curves: {}\nweights: {figure: {usual: 1.5, signs: {}}}",
        "curves: {}\nweights: {figure: {usual: 0.5, signs: {rule: {weight: 1, usual: 0}}}}",
        "curves: {}\nweights: {figure: {usual: 0.5, signs: {rule: {weight: .nan, usual: 0.5}}}}",
        "curves: {}",
        "[1]",
        "a: [",
    ],
)
def test_a_broken_table_is_one_clear_error(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "confidence.yaml"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(confidence, "TABLE", path)
    shares.cache_clear()
    try:
        with pytest.raises(RuleError, match=r"confidence\.yaml"):
            shares()
    finally:
        shares.cache_clear()
