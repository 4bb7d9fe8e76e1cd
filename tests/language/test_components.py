import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

from kg_build.language.components import NAMES, WORDS, cut_at_names, end_sentences, join, split_at

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


def test_a_word_that_was_cut_is_joined_and_one_that_was_run_on_is_cut_out() -> None:
    doc = doc_of("见王", "凡", "和欧阳夏", "说")
    doc.user_data[WORDS] = ((1, 3), (4, 7))
    assert [token.text for token in cut_at_names(doc)] == ["见", "王凡", "和", "欧阳夏", "说"]


def test_words_cut_by_a_name_inside_stay_whole() -> None:
    doc = doc_of("王凡", "说")
    doc.user_data.update({NAMES: ((0, 1),), WORDS: ((0, 2),)})
    assert [token.text for token in cut_at_names(doc)] == ["王凡", "说"]


def test_ranges_that_cannot_be_one_token_stay() -> None:
    assert [t.text for t in join(doc_of("王", "\n", "凡说"), [(0, 3), (2, 3), (0, 1), (9, 12), (3, 3)])] == ["王", "\n", "凡说"]


def test_of_overlapping_ranges_the_longest_is_joined() -> None:
    assert [t.text for t in join(doc_of(*"欧阳凡说"), [(0, 2), (0, 3), (2, 4)])] == ["欧阳凡", "说"]


def test_sentences_are_set_for_all_tokens() -> None:
    doc = end_sentences(doc_of("开工", "。", "\n", "投产", "。"))
    assert [token.is_sent_start for token in doc] == [True, False, False, True, False]
