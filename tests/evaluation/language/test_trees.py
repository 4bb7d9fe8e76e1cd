from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from kg_build.errors import InputError
from kg_build.evaluation.language.trees import against_trees, hand_made, parse_words, shares
from kg_build.language import load_pipeline
from kg_build.language.components import SENTENCES
from kg_build.language.training.trees import Row, Tree

ROWS: list[Row] = [("甲", "NR", 1, "nsubj"), ("到", "VV", 1, "ROOT"), ("乙", "NR", 1, "dobj"), ("。", "PU", 1, "punct")]
TREE = Tree.of("page", ROWS)


@Language.component("first_is_head")
def first_is_head(doc: Doc) -> Doc:
    for sentence in list(doc.sents):
        for token in sentence:
            token.head, token.dep_, token.tag_ = sentence[0], "dep", "NN"
        sentence[0].dep_ = "ROOT"
    return doc


@Language.component("joiner")
def joiner(doc: Doc) -> Doc:
    with doc.retokenize() as retokenizer:
        retokenizer.merge(doc[:2])
    return doc


@pytest.fixture
def nlp() -> Language:
    nlp = spacy.blank("zh")
    nlp.add_pipe(SENTENCES)
    nlp.add_pipe("first_is_head")
    return nlp


def test_marks_of_punctuation_do_not_count() -> None:
    said = [ROWS[0], ROWS[1], ("乙", "NN", 1, "nsubj"), ("。", "NN", 0, "dep")]
    assert shares([TREE], [said]) == (3, 2 / 3, 1.0, 2 / 3)


def test_a_wrong_head_is_neither_right_with_nor_without_its_relation() -> None:
    said = [("甲", "NR", 2, "nsubj"), *ROWS[1:]]
    assert shares([TREE], [said]) == (3, 1.0, 2 / 3, 2 / 3)


def test_other_words_are_refused() -> None:
    with pytest.raises(InputError, match="other words"):
        shares([TREE], [[("甲到", "NR", 0, "ROOT"), *ROWS[2:]]])


def test_given_words_are_one_sentence_whatever_marks_they_have(nlp: Language) -> None:
    assert parse_words(nlp, [["好", "。", "好"]]) == [[("好", "NN", 0, "ROOT"), ("。", "NN", 0, "dep"), ("好", "NN", 0, "dep")]]


def test_a_pipeline_that_changes_the_words_is_refused(nlp: Language) -> None:
    nlp.add_pipe("joiner")
    with pytest.raises(InputError, match="changed the words"):
        parse_words(nlp, [["甲", "乙"]])


def test_the_shipped_pipeline_parses_given_words() -> None:
    words = ["远山", "集团", "公", "司", "建设", "产业", "园", "。"]
    (rows,) = parse_words(load_pipeline(), [words])
    assert [row[0] for row in rows] == words
    assert sum(relation == "ROOT" for *_, relation in rows) == 1


def test_trees_are_taken_by_part(corpus: Path) -> None:
    assert [tree.page for tree in hand_made(corpus, "look-only")] == ["hupan-2024-01"]
    assert hand_made(corpus, "develop") == []


def test_a_row_for_each_parser() -> None:
    table = against_trees([TREE], {"ours": lambda _: [ROWS], "other": lambda _: [ROWS]})
    assert table.rows == (("ours", 1, 3, 1.0, 1.0, 1.0), ("other", 1, 3, 1.0, 1.0, 1.0))
    assert "none" in against_trees([], {}).notes[0]
