import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

from kg_build.language.components import NAMES, cut_at_names, end_sentences, split_at

VOCAB = spacy.blank("zh").vocab


def doc_of(*words: str) -> Doc:
    return Doc(VOCAB, words=list(words), spaces=[False] * len(words))


def test_tokens_are_cut_at_both_ends_of_a_name() -> None:
    doc = doc_of("由赛", "川新材", "料公司", "\n", "承建")
    doc.user_data[NAMES] = ((1, 6),)
    assert [token.text for token in cut_at_names(doc)] == ["由", "赛", "川新材", "料", "公司", "\n", "承建"]


def test_one_token_may_be_cut_more_than_once() -> None:
    assert [t.text for t in split_at(doc_of("甲乙丙丁"), [1, 3, 3])] == ["甲", "乙丙", "丁"]


def test_without_names_nothing_changes() -> None:
    assert [t.text for t in cut_at_names(doc_of("甲乙", "丙"))] == ["甲乙", "丙"]


@given(st.lists(st.text("甲乙丙\n", min_size=1, max_size=4), min_size=1, max_size=8), st.lists(st.integers(-3, 40), max_size=6))
def test_every_position_inside_a_word_becomes_an_edge_and_the_text_stays(words: list[str], positions: list[int]) -> None:
    doc = doc_of(*words)
    text = doc.text
    spaces = {i for token in doc if token.is_space for i in range(token.idx, token.idx + len(token.text) + 1)}
    split_at(doc, positions)
    edges = {token.idx for token in doc} | {len(text)}
    assert doc.text == text
    assert all(p in edges or p in spaces for p in positions if 0 < p < len(text))


def test_sentences_are_set_for_all_tokens() -> None:
    doc = end_sentences(doc_of("开工", "。", "\n", "投产", "。"))
    assert [token.is_sent_start for token in doc] == [True, False, False, True, False]
