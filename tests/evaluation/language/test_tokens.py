from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from kg_build.errors import InputError
from kg_build.evaluation.language.peers import Reading
from kg_build.evaluation.language.tokens import against_corpus, against_edges, cut_through, segmentation, sentences_of
from kg_build.evaluation.scores import Score

IOB2 = "1\t园区\tO\t-\t-\n2\t建成\tO\t-\t-\n\n"


class Whole:
    """A reader that cuts nothing."""

    name = "whole"

    def read(self, texts: list[str]) -> list[Reading]:
        return [Reading([(0, len(text))], set()) for text in texts]

    def cut(self, texts: list[str]) -> list[list[str]]:
        return [[text] for text in texts]


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    for part in ("dev", "test"):
        path = tmp_path / f"uner_zh_gsdsimp/zh_gsdsimp-ud-{part}.iob2"
        path.parent.mkdir(exist_ok=True)
        path.write_text(IOB2, encoding="utf-8")
    return tmp_path


def test_a_word_is_right_when_both_edges_are() -> None:
    assert segmentation(lambda text: [text[:2], text[2:]], [["园区", "建", "成"]]) == Score(1, 2, 3)


@given(st.lists(st.text("园区建成", min_size=1, max_size=3), min_size=1))
def test_its_own_words_are_all_right(words: list[str]) -> None:
    assert segmentation(lambda _: words, [words]).f == 1.0


def test_a_row_for_each_reader_and_part(vocab: Language, corpora: Path) -> None:
    table = against_corpus(vocab, corpora, [Whole()])
    assert [row[:3] for row in table.rows] == [
        (part, *reader)
        for part in ("dev", "test")
        for reader in (("tokenizer", "put right"), ("tokenizer", "as printed"), ("whole", "as printed"))
    ]
    assert table.rows[2][3:] == (0.0, 0.0, 0.0)


def test_without_corpora_the_block_is_left_out(vocab: Language) -> None:
    table = against_corpus(vocab, None, [])
    assert not table.rows
    assert "--corpora" in table.notes[0]


def test_a_corpus_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"zh_gsdsimp-ud-dev\.iob2: not there"):
        sentences_of(tmp_path)


def test_spans_are_cut_through_by_an_edge_inside_a_word() -> None:
    words = [(0, 3), (3, 5)]
    assert cut_through(words, {(0, 3), (0, 5), (1, 3), (0, 4), (3, 5)}) == {(1, 3), (0, 4)}


@given(st.sets(st.tuples(st.integers(0, 9), st.integers(10, 19))))
def test_words_of_one_character_cut_through_nothing(spans: set[tuple[int, int]]) -> None:
    assert cut_through([(i, i + 1) for i in range(20)], spans) == set()


def test_general_words_count_among_the_marked_spans(make_read: Callable[..., object]) -> None:
    read = make_read(["龙湖", "高新区该", "区"], marks=frozenset({(0, 5, "Zone"), (5, 7, "Zone")}), general=frozenset({(5, 7)}))
    table = against_edges([read], [Whole()])
    assert table.rows == (("ours", 2, 2, 1.0), ("whole", 2, 2, 1.0))
