"""What the entities of a pipeline add."""

from __future__ import annotations

import pytest
import spacy
from spacy.tokens import Doc, Span

from kg_build.extraction.mentions import find_mentions, name_spans
from kg_build.model import EntityType
from tests.extraction.mentions.conftest import make_article


@pytest.fixture(name="vocab", scope="module")
def vocab_fixture() -> spacy.vocab.Vocab:
    return spacy.blank("xx").vocab


def doc_of(vocab: spacy.vocab.Vocab, words: str, ents: tuple[tuple[int, int, str], ...] = ()) -> Doc:
    pieces = words.split()
    doc = Doc(vocab, words=pieces, spaces=[False] * len(pieces))
    doc.ents = tuple(Span(doc, start, end, label) for start, end, label in ents)
    return doc


def test_people_that_the_recogniser_saw(vocab: spacy.vocab.Vocab) -> None:
    doc = doc_of(vocab, "会后 苏望月 介绍 了 习近平 思想", ents=((1, 2, "PERSON"), (4, 5, "PERSON")))
    article = make_article(doc.text)
    found = find_mentions(article, doc, name_spans(article))
    assert [(m.name, m.type, m.rule) for m in found] == [("苏望月", EntityType.PERSON, "ner-person")]


def test_a_county_by_its_short_name(vocab: spacy.vocab.Vocab) -> None:
    doc = doc_of(vocab, "来自 东海 的 客商", ents=((1, 2, "GPE"),))
    article = make_article(doc.text)
    assert name_spans(article) == ()
    assert [(m.name, m.type) for m in find_mentions(article, doc, ())] == [("东海", EntityType.PLACE)]


def test_names_stay_where_nothing_was_seen(vocab: spacy.vocab.Vocab) -> None:
    article = make_article("三门峡霁光制药有限公司异地技改项目封顶。")
    names = name_spans(article)
    assert find_mentions(article, doc_of(vocab, article.text), names) == names


def test_words_that_only_look_like_a_name_or_a_place(vocab: spacy.vocab.Vocab) -> None:
    doc = doc_of(vocab, "一张 张振奋 人心 的 “ 新河 东海 园 ” 文章", ents=((1, 2, "PERSON"), (6, 7, "GPE")))
    article = make_article(doc.text)
    assert find_mentions(article, doc, name_spans(article)) == ()
