from dataclasses import replace
from decimal import Decimal

import pytest
from marked import extraction

from kg_build.extraction.relations import load_rules
from kg_build.model import Observation, ResolvedArticle, Span, Statement
from kg_build.resolution import confidence, only_sure, resolve, sure
from kg_build.resolution.words import LikelyTable, likely_table

BASE = "https://w3id.org/zonekg/id/"


@pytest.fixture(autouse=True)
def confidences_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the table that ships, so that measuring them anew breaks nothing here."""
    monkeypatch.setattr(confidence, "shares", confidence.Table)


@pytest.fixture
def article() -> ResolvedArticle:
    found = extraction("[云岭高新区|Zone]有[赛川公司|Enterprise]、[远山公司|Enterprise]，产值5亿元。")
    zone, firm, other = found.mentions[:3]
    said = (
        Statement(firm.id, "locatedIn", zone.id, Span(0, 10), "near", 0.9),
        Statement(other.id, "locatedIn", zone.id, Span(0, 10), "far", 0.4),
    )
    figures = (Observation(zone.id, "产值", Decimal(5), "元", Span(0, 10), "figure.level", 0.6),)
    mentions = tuple(replace(m, confidence=0.5) for m in found.mentions)
    (resolved,) = resolve([replace(found, mentions=mentions, statements=said, observations=figures)], BASE)
    return resolved


def test_doubtful_rules_are_silent_below_their_mark(article: ResolvedArticle, monkeypatch: pytest.MonkeyPatch) -> None:
    for mark, kept in ((0.5, ["near"]), (0.4, ["near", "far"])):
        monkeypatch.setattr(sure, "likely_table", lambda mark=mark: LikelyTable({}, {}, (), (0, 0), doubtful={"far": mark}))
        assert [s.rule for s in sure.without_doubtful(article).statements] == kept


def test_doubtful_rules_are_rules_that_ship() -> None:
    assert set(likely_table().doubtful) <= {rule.id for rule in load_rules()}


def test_at_zero_all_stays(article: ResolvedArticle) -> None:
    assert only_sure(article, 0) == article


def test_what_is_below_goes_and_the_mark_itself_stays(article: ResolvedArticle) -> None:
    assert [s.rule for s in only_sure(article, 0.5).statements] == ["near"]
    assert len(only_sure(article, 0.6).observations) == 1
    assert only_sure(article, 0.61).observations == ()


def test_a_thing_below_stays_as_long_as_something_speaks_of_it(article: ResolvedArticle) -> None:
    assert {use.entity.name for use in only_sure(article, 0.5).entities} == {"云岭高新区", "赛川公司", "远山公司"}
    assert {use.entity.name for use in only_sure(article, 0.6).entities} == {"云岭高新区", "赛川公司"}
    assert only_sure(article, 1).entities == ()
