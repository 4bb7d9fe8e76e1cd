"""Made-up pages, one behaviour each, and what holds for any text."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kg_build.model import Article, PartKind, SourceDocument
from kg_build.reading import ReadResult, TakenAs, read_articles
from kg_build.reading.layout.lines import squeeze

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parents[1] / "data" / "pages.yaml").read_text("utf-8"))
CAPTION_LINES = ["湖边 吴小北 摄", "▲码头", "图为车间。", "本报记者 周文涛 摄", "（顾长风 摄）"]
OTHER_LINES = [
    "",
    " ",
    "　　",
    "王小明",
    "本报讯（记者 何小冬）园区开工。",
    "本报记者 何 某",
    "首页 >> 新闻",
    "2024年3月5日 星期二",
    "分享",
    "3",
    "⑨",
    "一是保用地。",
    "二是保物流。",
    "念好产业经",
    "——副题在此",
    "湖区新建公园六座，居民出门五分钟就能走进绿地。",
    "湖区新建公园六座，居民出门",
    "五分钟就能走进绿地。 吕方",
    "责编 韩小梅",
    "来源：溪口日报 作者：吕方",
    "The line is new",
    "，后半句。",
    "A\u200bB\u3000C",
    "(试行)》。",
    "2024 年 1 — 9 月，",
    "🙂",
    "\x1c",
    "\ufeff",
    "还引进了（下转第三版）",
    "（上接第一版）三十个团队。",
    "2024年",
    "11月",
    "1日",
]


def read(text: str, **given: Any) -> ReadResult:
    return read_articles(SourceDocument("page.txt", text, "text/plain", "utf-8"), **given)


def parts(article: Article) -> list[str]:
    return [f"{part.kind.value}|{article.text[part.span.start : part.span.end]}" for part in article.parts]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_page(case: dict[str, Any]) -> None:
    result = read(case["page"])
    assert [parts(article) for article in result.articles] == [wanted["parts"] for wanted in case["articles"]]
    for article, wanted in zip(result.articles, case["articles"], strict=True):
        if "title" in wanted:
            assert article.title == wanted["title"]
        if "people" in wanted:
            assert [f"{one.role.value}|{one.name}" for one in article.contributors] == wanted["people"]
        assert article.published == (date.fromisoformat(wanted["published"]) if "published" in wanted else None)
        if "publisher" in wanted:
            assert article.publisher == wanted["publisher"]
        if "published_from" in wanted:
            assert article.published_from == wanted["published_from"]
    assert not result.report.of(TakenAs.UNREAD)
    check(case["page"], result)


def check(source: str, result: ReadResult) -> None:
    """What holds for every page."""
    seen = bytearray(len(source))
    for number, article in enumerate(result.articles, start=1):
        assert article.number == number
        assert article.title
        assert article.title == squeeze(article.title)
        assert article.text.split("\n") == [article.text[part.span.start : part.span.end] for part in article.parts]
        kinds = [part.kind for part in article.parts]
        assert PartKind.CAPTION not in kinds or set(kinds[kinds.index(PartKind.CAPTION) :]) == {PartKind.CAPTION}
        end = 0
        for piece in article.offsets.pieces:
            assert piece.start >= end
            end = piece.start + piece.length
            assert article.text[piece.start : end] == source[piece.source : piece.source + piece.length]
            seen[piece.source : piece.source + piece.length] = b"\x01" * piece.length
        covered = sum(piece.length for piece in article.offsets.pieces)
        assert covered >= len(squeeze(article.text))
        for one in article.contributors:
            assert squeeze(article.text[one.span.start : one.span.end]) == one.name
    for taken in result.report.taken:
        assert source[taken.span.start : taken.span.end] == taken.text
        seen[taken.span.start : taken.span.end] = b"\x01" * len(taken.span)
    lost = [source[index] for index, mark in enumerate(seen) if not mark and squeeze(source[index])]
    assert not lost


@given(st.text())
def test_any_text_is_read_and_nothing_is_lost(text: str) -> None:
    check(text, read(text))


@given(st.lists(st.sampled_from(CAPTION_LINES + OTHER_LINES) | st.text(max_size=12), max_size=25))
def test_any_page_is_read_and_nothing_is_lost(lines: list[str]) -> None:
    page = "\n".join(lines)
    check(page, read(page))


@given(st.lists(st.sampled_from(CAPTION_LINES + OTHER_LINES), max_size=12), st.sampled_from(["\r\n", "\r", "\n", "\u2028"]))
def test_line_ends_of_any_kind(lines: list[str], end: str) -> None:
    page = end.join(lines)
    assert [a.text for a in read(page).articles] == [a.text for a in read("\n".join(lines)).articles]
    check(page, read(page))


def test_a_span_over_a_column_break_has_two_places() -> None:
    page = CASES[
        [case["name"] for case in CASES].index("a column with the first points goes before the one with the later points")
    ]["page"]
    article = read(page).articles[0]
    at = article.text.index("降低了两成的物流成本")
    from kg_build.model import Span

    places = article.to_source(Span(at, at + 10))
    assert [page[place.start : place.end] for place in places] == ["降低了两成", "的物流成本"]


def test_the_option_date_is_the_last_resort() -> None:
    page = "海风吹来，临港新区的码头上一片忙碌。"
    day = date(2024, 11, 1)
    article = read(page, date=day).articles[0]
    assert (article.published, article.published_from) == (day, "option")
    named = read_articles(SourceDocument("a/20230102_page.txt", page, "text/plain"), date=day).articles[0]
    assert (named.published, named.published_from) == (date(2023, 1, 2), "file name")


def test_a_row_is_one_article_with_the_row_number_and_column_date() -> None:
    text = "临港新区打造母港\n\n海风吹来，码头上一片忙碌。\n本报讯 码头昨天又开通了一条近洋航线。"
    row = SourceDocument("t.csv", text, "text/csv", title="临港新区 打造母港", published=date(2024, 1, 2), row=7)
    (article,) = read_articles(row).articles
    assert (article.number, article.published, article.published_from) == (7, date(2024, 1, 2), "column")
    assert article.title == "临港新区打造母港"
    assert article.parts[0].kind is PartKind.TITLE


def test_the_report_says_what_was_taken() -> None:
    report = read("首页 >> 新闻\n海风吹来，码头上一片忙碌。\n繁忙的码头 吴小北 摄\n").report
    assert [(one.kind, one.text) for one in report.taken] == [
        (TakenAs.NAVIGATION, "首页 >> 新闻"),
        (TakenAs.CAPTION, "繁忙的码头 吴小北 摄"),
    ]
    assert "caption 23-34: 繁忙的码头 吴小北 摄" in report.to_text()
    assert report.to_json()["articles"] == [{"number": 1, "title": "海风吹来，码头上一片忙碌"}]
