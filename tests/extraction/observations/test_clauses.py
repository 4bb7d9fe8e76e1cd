from __future__ import annotations

from collections.abc import Callable
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kg_build.extraction.observations.clauses import read_page
from kg_build.model import Article, OffsetMap
from kg_build.quantities import make_anchor

ANCHOR = make_anchor("", date(2024, 10, 8))


def test_times_and_parentheses_are_no_part_of_names(make_article: Callable[..., Article]) -> None:
    page = read_page(make_article("截至8月底，毕业率98%（全市平均91%），该区今年招生300人。"), ANCHOR)
    (sentence,) = page.sentences
    assert [page.words(c.span.start, c.span.end) for c in sentence.clauses] == ["", "毕业率98%", "该区招生300人。"]
    assert [len(c.figures) for c in sentence.clauses] == [0, 1, 1]
    assert [p.text for c in sentence.clauses for p in c.periods] == ["截至8月底", "今年"]


def test_an_enumeration_comma_parts_statements_but_not_lists(make_article: Callable[..., Article]) -> None:
    page = read_page(make_article("签约项目9个、总投资20亿元，出口、进口增长3%、5%。"), ANCHOR)
    assert [page.text[c.span.start : c.span.end] for c in page.sentences[0].clauses] == [
        "签约项目9个",
        "总投资20亿元",
        "出口、进口增长3%、5%。",
    ]


def test_a_slogan_s_numbers_are_no_figures(make_article: Callable[..., Article]) -> None:
    page = read_page(make_article("推行“一个窗口、三个一次”，办理事项20件。"), ANCHOR)
    assert [str(q.value) for c in page.sentences[0].clauses for q in c.figures] == ["20"]


def test_a_semicolon_opens_anew_and_a_comma_within_a_number_does_not_part(make_article: Callable[..., Article]) -> None:
    page = read_page(make_article("税收1,200万元，增长3%；产值5亿元。"), ANCHOR)
    assert [c.fresh for c in page.sentences[0].clauses] == [True, False, True]


@given(st.text(alphabet="全区3家5%、，。；（）：“”\n增长年月8", max_size=60))
def test_clauses_lie_in_their_sentences_in_order(text: str) -> None:
    page = read_page(Article("a", 1, "", text, (), OffsetMap(())), ANCHOR)
    assert len(page.masked) == len(page.text) == len(text)
    at = 0
    for sentence in page.sentences:
        for clause in sentence.clauses:
            assert sentence.span.contains(clause.span)
            assert clause.span.start >= at
            at = clause.span.end
