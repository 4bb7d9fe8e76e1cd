from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kg_build.extraction.compact import compact
from kg_build.model import Article, EntityType, Mention, MentionForm, OffsetMap, Part, PartKind, Span


def _article(text: str, kinds: tuple[PartKind, ...] | None = None) -> Article:
    parts, at = [], 0
    for number, line in enumerate(text.split("\n")):
        parts.append(Part(kinds[number] if kinds else PartKind.BODY, Span(at, at + len(line))))
        at += len(line) + 1
    return Article("a.txt", 1, "", text, tuple(parts), OffsetMap(()))


def test_spaces_inside_figures_go_and_positions_lead_back() -> None:
    article = _article("远禾重工现有职工1 3 5人，厂房4. 2万平方米")
    mention = Mention(0, Span(0, 4), EntityType.ENTERPRISE, "远禾重工", MentionForm.NAME, "test", 1.0)
    found = compact(article, (mention,))
    assert found.article.text == "远禾重工现有职工135人，厂房4.2万平方米"
    at = found.article.text.index("4.2万平方米")
    back = found.to_article(Span(at, at + len("4.2万平方米")))
    assert article.text[back.start : back.end] == "4. 2万平方米"
    assert found.mentions == (mention,)


def test_words_of_latin_letters_keep_their_space() -> None:
    assert compact(_article("采用 Long March 平台"), ()).article.text == "采用Long March平台"


def test_a_line_that_ends_in_mid_sentence_is_joined() -> None:
    found = compact(_article("上半年产值9亿元，增长\n16.4%，其中出口占三成。"), ())
    assert [p.kind for p in found.article.parts] == [PartKind.BODY]
    assert found.article.text == "上半年产值9亿元，增长16.4%，其中出口占三成。"


def test_headings_and_ended_lines_stay_apart() -> None:
    text = "环保\n全区关停小厂9家。\n今年产值9亿元。"
    found = compact(_article(text, (PartKind.HEADING, PartKind.BODY, PartKind.BODY)), ())
    assert found.article.text == text
    assert len(found.article.parts) == 3


@given(text=st.text(alphabet="全区产值增长 12.5%，。\n　A", max_size=60))
def test_every_range_of_the_short_text_stands_for_its_own_characters(text: str) -> None:
    found = compact(_article(text), ())
    assert [text[at] for at in found.kept] == list(found.article.text)
    for part in found.article.parts:
        assert 0 <= part.span.start <= part.span.end <= len(found.article.text)
