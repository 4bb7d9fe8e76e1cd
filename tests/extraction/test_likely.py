"""What the scorer of pairs says, as statements."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from marked import extraction
from spacy.language import Language

from kg_build.extraction import likely
from kg_build.extraction.likely import SURE, LikelyFigures, find_likely
from kg_build.language import FIGURE, INDICATOR, Encoded, Likely, Scored, Thing
from kg_build.model import Span, Statement

NLP = Language()
FOUND = extraction(
    "标题\n[云岭高新区|Zone]发展。[赛川公司|Enterprise]来了。投资5亿元。合3亿美元，占20%。远处。[远山公司|Enterprise]在此。"
)
TEXT = FOUND.article.text


SURELY = tuple(Scored(m.span.start, m.span.end, m.type.value, 20.0) for m in FOUND.mentions)


def read(
    monkeypatch: pytest.MonkeyPatch, *pairs: tuple[str, str, str, float], spans: tuple[Scored, ...] = SURELY
) -> tuple[tuple[Statement, ...], LikelyFigures]:
    """What is found where a scorer says so much of the pairs of words, and the encoder of the names."""

    def score(_: Language, encoded: Encoded, things: list[Thing]) -> list[Likely]:
        assert encoded.text == TEXT
        assert things == sorted(things)
        words = [TEXT[thing.start : thing.end] for thing in things]
        assert {things[words.index(figure)].type for figure in ("5亿元", "20%")} == {FIGURE}
        return [Likely(words.index(one), words.index(other), name, odds) for one, name, other, odds in pairs]

    monkeypatch.setattr(likely, "score_pairs", score)
    return find_likely(NLP, FOUND.article, Encoded(TEXT, np.zeros((len(TEXT), 1), np.float32), spans), FOUND.mentions)


def scored(monkeypatch: pytest.MonkeyPatch, *pairs: tuple[str, str, str, float]) -> tuple[Statement, ...]:
    return read(monkeypatch, *pairs)[0]


def test_neighbouring_sentences_are_quoted_together_and_of_far_ones_the_telling_one(monkeypatch: pytest.MonkeyPatch) -> None:
    near, far, back = scored(
        monkeypatch,
        ("赛川公司", "locatedIn", "云岭高新区", 0.0),
        ("远山公司", "locatedIn", "云岭高新区", 2.0),
        ("云岭高新区", "cooperatesWith", "远山公司", 2.0),
    )
    assert (near.subject, near.predicate, near.object, near.confidence, near.rule) == (1, "locatedIn", 0, 0.5, "pairs")
    assert TEXT[near.evidence.start : near.evidence.end] == "云岭高新区发展。赛川公司来了。"
    assert [TEXT[s.evidence.start : s.evidence.end] for s in (far, back)] == ["远山公司在此。"] * 2
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
    _, found = read(
        monkeypatch,
        ("云岭高新区", "level", "5亿元", 1.0),
        ("赛川公司", "level", "5亿元", 3.0),
        ("赛川公司", "growth", "20%", 3.0),
        ("赛川公司", "level", "20%", -3.0),
    )
    start = TEXT.index("5亿元")
    assert found.owners == {Span(start, start + 3): (1, "level")}
    assert 0 < SURE < 1


def test_nothing_without_an_encoder() -> None:
    assert find_likely(NLP, FOUND.article, None, FOUND.mentions) == ((), LikelyFigures())


def test_a_state_is_said_of_a_mention_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = scored(monkeypatch, ("赛川公司", "completed", "赛川公司", 1.0))
    assert (found.subject, found.predicate, found.object) == (1, "status", "completed")
    assert TEXT[found.evidence.start : found.evidence.end] == "赛川公司来了。"


def test_a_relation_is_no_likelier_than_its_names(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = ("赛川公司", "locatedIn", "云岭高新区", 20.0)
    ((sure,), _), ((doubtful,), _) = read(monkeypatch, pair), read(monkeypatch, pair, spans=SURELY[:1])
    assert sure.confidence == 1
    assert doubtful.confidence < 0.01


def test_the_likeliest_words_name_a_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    places = {words: (TEXT.index(words), TEXT.index(words) + len(words)) for words in ("投资", "发展")}
    spans = (*SURELY, *(Scored(*place, INDICATOR, 1.0) for place in places.values()))
    pairs = (("5亿元", "indicator", "发展", -1.0), ("5亿元", "indicator", "投资", 1.0))
    _, found = read(monkeypatch, *pairs, spans=spans)
    figure = Span(TEXT.index("5亿元"), TEXT.index("5亿元") + 3)
    assert found.names == {figure: (Span(*places["投资"]), 0.731)}
    assert found.named == ((figure, 0.731),)
    assert found.name(TEXT, figure) == ("投资", 0.731)
    assert found.name(TEXT, Span(0, 1)) == ("", 0.0)


def test_words_beyond_another_figure_are_less_sure() -> None:
    text = "国家级荣誉5项、省级荣誉23项"
    first, second, words = Span(5, 7), Span(12, 15), (Span(0, 5), 0.9)
    names = LikelyFigures(names={first: words, second: words})
    assert names.name(text, first) == ("国家级荣誉", 0.9)
    assert names.name(text, second) == ("国家级荣誉", pytest.approx(0.54))


def test_words_of_another_clause_are_less_sure() -> None:
    names = LikelyFigures(names={Span(5, 7): (Span(0, 3), 0.9)})
    assert names.name("制药厂，有5家", Span(5, 7)) == ("制药厂", pytest.approx(0.54))


def test_a_figure_that_print_has_broken_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = extraction("标题\n[赛川公司|Enterprise]产值9 1.7亿元。")
    seen: list[str] = []

    def score(_: Language, encoded: Encoded, things: list[Thing]) -> list[Likely]:
        seen.extend(encoded.text[thing.start : thing.end] for thing in things if thing.type == FIGURE)
        return []

    monkeypatch.setattr(likely, "score_pairs", score)
    text = broken.article.text
    find_likely(NLP, broken.article, Encoded(text, np.zeros((len(text), 1), np.float32), ()), broken.mentions)
    assert seen == ["9 1.7亿元"]
