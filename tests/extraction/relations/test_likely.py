"""What the scorer of pairs says, as statements."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from marked import extraction
from spacy.language import Language

from kg_build.extraction.relations import likely
from kg_build.extraction.relations.likely import SURE, find_likely, owners
from kg_build.language import FIGURE, Encoded, Likely, Thing
from kg_build.model import Span, Statement

NLP = Language()
FOUND = extraction(
    "标题\n[云岭高新区|Zone]发展。[赛川公司|Enterprise]来了。投资5亿元。合3亿美元，占20%。远处。[远山公司|Enterprise]在此。"
)
TEXT = FOUND.article.text


def scored(monkeypatch: pytest.MonkeyPatch, *pairs: tuple[str, str, str, float]) -> tuple[Statement, ...]:
    """What is found where a scorer says so much of the pairs of words."""

    def score(_: Language, encoded: Encoded, things: list[Thing]) -> list[Likely]:
        assert encoded.text == TEXT
        assert things == sorted(things)
        words = [TEXT[thing.start : thing.end] for thing in things]
        assert {things[words.index(figure)].type for figure in ("5亿元", "20%")} == {FIGURE}
        return [Likely(words.index(one), words.index(other), name, odds) for one, name, other, odds in pairs]

    monkeypatch.setattr(likely, "score_pairs", score)
    return find_likely(NLP, FOUND.article, Encoded(TEXT, np.zeros((len(TEXT), 1), np.float32), ()), FOUND.mentions)


def test_neighbouring_sentences_are_quoted_together_and_far_ones_by_the_subjects(monkeypatch: pytest.MonkeyPatch) -> None:
    near, far = scored(monkeypatch, ("赛川公司", "locatedIn", "云岭高新区", 0.0), ("远山公司", "locatedIn", "云岭高新区", 2.0))
    assert (near.subject, near.predicate, near.object, near.confidence, near.rule) == (1, "locatedIn", 0, 0.5, "pairs")
    assert TEXT[near.evidence.start : near.evidence.end] == "云岭高新区发展。赛川公司来了。"
    assert TEXT[far.evidence.start : far.evidence.end] == "远山公司在此。"
    assert far.confidence == pytest.approx(0.881)


def test_figures_are_told_by_their_value(monkeypatch: pytest.MonkeyPatch) -> None:
    level, share = scored(monkeypatch, ("赛川公司", "level", "5亿元", 1.0), ("赛川公司", "share", "20%", 1.0))
    assert (level.object, TEXT[level.evidence.start : level.evidence.end]) == (Decimal(500_000_000), "5亿元")
    assert share.object == Decimal(20)
    assert level.currency is None


def test_only_money_is_a_total_investment_and_foreign_money_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    found = scored(monkeypatch, ("赛川公司", "totalInvestment", "20%", 1.0), ("赛川公司", "totalInvestment", "3亿美元", 1.0))
    assert [(s.object, s.currency) for s in found] == [(Decimal(300_000_000), "美元")]


def test_a_figure_belongs_to_whom_it_most_surely_does(monkeypatch: pytest.MonkeyPatch) -> None:
    found = scored(
        monkeypatch,
        ("云岭高新区", "level", "5亿元", 1.0),
        ("赛川公司", "level", "5亿元", 3.0),
        ("赛川公司", "growth", "20%", 3.0),
        ("赛川公司", "level", "20%", -3.0),
    )
    start = TEXT.index("5亿元")
    assert owners(found) == {Span(start, start + 3): 1}
    assert 0 < SURE < 1


def test_nothing_without_an_encoder() -> None:
    assert find_likely(NLP, FOUND.article, None, FOUND.mentions) == ()
