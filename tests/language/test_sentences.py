from itertools import pairwise
from pathlib import Path

import pytest
import spacy
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kg_build.errors import PipelineError
from kg_build.language.sentences import SentenceRules, sentence_starts, set_sentence_starts

CASES = yaml.safe_load(Path(__file__).with_name("sentences.yaml").read_text(encoding="utf-8"))


def cut(text: str) -> list[str]:
    starts = sentence_starts(text)
    return [text[a:b].strip() for a, b in pairwise([*starts, len(text)])]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_sentences_of_a_text(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


@given(st.text(alphabet="中文。！“”《》（）;,. \n", max_size=40))
def test_starts_are_ascending_visible_characters_and_lose_nothing(text: str) -> None:
    starts = sentence_starts(text)
    assert starts == sorted(set(starts))
    assert not any(text[start].isspace() for start in starts)
    assert "".join("".join(cut(text)).split()) == "".join(text.split())


@given(st.text(alphabet="中文。！“”《》;, \n", max_size=40))
def test_no_sentence_of_a_document_crosses_a_line_break(text: str) -> None:
    doc = set_sentence_starts(spacy.blank("zh")(text))
    assert all("\n" not in sentence.text.strip() for sentence in doc.sents)


def test_a_beginning_inside_a_foreign_token_counts_for_the_next() -> None:
    doc = spacy.tokens.Doc(spacy.blank("zh").vocab, words=["开工", "。项", "目", "好"], spaces=[False] * 4)
    assert [sentence.text for sentence in set_sentence_starts(doc).sents] == ["开工。项", "目好"]


def test_a_file_with_an_unknown_key_is_refused_in_one_line() -> None:
    with pytest.raises(PipelineError, match=r"^sentences\.yaml: keys must be [a-z_, ]+$"):
        SentenceRules.of({"enders": "。"})


def test_a_pair_of_one_character_is_refused() -> None:
    table = {"enders": "。", "closers": "", "continuations": "", "whole": ["《"], "quotes": [], "quote_length": 1}
    with pytest.raises(PipelineError, match="two characters"):
        SentenceRules.of(table)
