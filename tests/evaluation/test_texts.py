"""Sentences shown with marks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_build.evaluation.claims import Claim
from kg_build.evaluation.texts import REACH, Pages, Sentence, amounts, names
from kg_build.model import Span

TEXT = (
    "湖畔开发区招商忙\n本报讯（记者柳某某）3月2日，湖畔经济开发区与华云科技签约。\n"
    "该项目总投资6.2亿元，用地八十亩。华云科技董事长说：“这里条件好。”今年投资增长8.5%；税收下降3%。\n"
)


def pages(text: str = TEXT) -> Pages:
    return Pages([("a.txt", None, text)])


def claim(words: str, text: str = TEXT, *, quote: str | None = None) -> Claim:
    start = text.index(words)
    return Claim((Span(start, start + len(words)),), words if quote is None else quote, "r", 0.5, "c")


def shown(sentence: Sentence | None) -> str:
    assert sentence is not None
    return "".join(f"{'<' * q}{'[' * n}{words}{']' * n}{'>' * q}" for words, q, n in sentence.pieces())


def test_a_claims_words_in_their_sentence() -> None:
    found = pages().around(claim("总投资6.2亿元"), [names(["该项目"]), amounts(620000000, "元")])
    assert shown(found) == "[该项目]<总投资><[6.2亿元]>，用地八十亩。"


def test_a_closing_mark_belongs_to_its_sentence() -> None:
    assert shown(pages().around(claim("这里条件好"))) == "华云科技董事长说：“<这里条件好>。”"


def test_words_over_two_sentences() -> None:
    found = shown(pages().around(claim("用地八十亩。华云科技")))
    assert found == "该项目总投资6.2亿元，<用地八十亩。华云科技>董事长说：“这里条件好。”"


def test_a_hard_line_break_is_gone() -> None:
    text = TEXT.replace("湖畔经济开发区与", "湖畔经济开\n发区与")
    found = pages(text).around(claim("湖畔经济开\n发区", text, quote="湖畔经济开发区"))
    assert "湖畔经济开发区" in shown(found).replace("<", "").replace(">", "")


def test_without_a_text_the_words_alone() -> None:
    assert shown(Pages([]).around(claim("总投资6.2亿元"), [amounts(620000000, "元")])) == "<总投资><[6.2亿元]>"


def test_other_words_at_the_place_are_not_shown() -> None:
    assert shown(pages().around(claim("总投资6.2亿元", quote="别的话"))) == "<别的话>"


def test_with_neither_text_nor_words_nothing() -> None:
    assert Pages([]).around(claim("总投资6.2亿元", quote="")) is None


def test_rows_of_a_table_are_told_apart_by_their_words() -> None:
    rows = Pages([("a.csv", 1, "标题\n湖畔开发区很好。\n"), ("a.csv", 2, "标题\n华云科技也很好。\n")])
    assert shown(rows.around(Claim((Span(3, 7),), "华云科技", "r", 0.5, "c"))) == "<华云科技>也很好。"


def test_all_that_is_looked_for_in_one_sentence() -> None:
    found = pages().with_all([names(["华云科技"]), names(["湖畔经济开发区"])])
    assert [shown(s) for s in found] == ["本报讯（记者柳某某）3月2日，[湖畔经济开发区]与[华云科技]签约。"]


def test_else_the_two_nearest_sentences() -> None:
    found = pages().with_all([names(["该项目"]), names(["董事长"])])
    assert [shown(s) for s in found] == ["[该项目]总投资6.2亿元，用地八十亩。", "华云科技[董事长]说：“这里条件好。”"]


def test_what_stands_nowhere_has_no_sentence() -> None:
    assert pages().with_all([names(["远山"])]) == ()
    assert Pages([]).with_all([names(["远山"])]) == ()


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (620000000, "元", ["6.2亿元"]),
        (80, "亩", ["八十亩"]),
        (8.5, "%", ["8.5%"]),
        (-3, "%", ["3%"]),
        (620000000, "吨", []),
        (None, "", []),
    ],
)
def test_amounts_in_the_words_of_the_text(value: float | None, unit: str, expected: list[str]) -> None:
    assert [TEXT[span.start : span.end] for span in amounts(value, unit)(TEXT)] == expected


def test_names_are_found_as_they_are_compared_the_longest_first() -> None:
    text = "“湖畔”开发区的湖畔"
    assert [text[s.start : s.end] for s in names(["湖畔开发区", "湖畔", ""])(text)] == ["湖畔”开发区", "湖畔"]


def test_a_long_sentence_is_cut_beside_its_marks() -> None:
    text = f"标题\n{'甲' * 300}湖畔{'乙' * 300}。\n"
    [found] = Pages([("a.txt", None, text)]).with_all([names(["湖畔"])])
    assert found.text == f"…{'甲' * REACH}湖畔{'乙' * REACH}…"
    assert [found.text[s.start : s.end] for s in found.names] == ["湖畔"]


def test_a_brief_line() -> None:
    sentence = Sentence("甲乙丙丁戊己庚辛壬癸", (), (Span(1, 2), Span(7, 8)))
    assert sentence.brief(1) == "甲[乙]丙…庚[辛]壬…"
    assert sentence.brief(3) == "甲[乙]丙丁戊己庚[辛]壬癸"


spans = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda ends: Span(min(ends), max(ends)))


@given(st.text(min_size=30, max_size=30), st.lists(spans, max_size=4), st.lists(spans, max_size=4), st.integers(0, 40))
def test_no_word_is_lost_in_pieces(text: str, quote: list[Span], found: list[Span], reach: int) -> None:
    sentence = Sentence(text, tuple(quote), tuple(found))
    assert "".join(words for words, _, _ in sentence.pieces()) == text
    cut = sentence.cut(reach)
    assert [cut.text[s.start : s.end] for s in cut.quote] == [text[s.start : s.end] for s in quote]
    assert [cut.text[s.start : s.end] for s in cut.names] == [text[s.start : s.end] for s in found]
