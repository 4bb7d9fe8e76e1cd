import pytest

from kg_build.language.segmentation import Lexicon
from kg_build.language.training.words import LENGTHS, common_words

pytest.importorskip("jieba", reason="jieba, whose dictionary the word list is made from, is not installed")


def test_the_list_that_ships_is_what_the_dictionary_gives() -> None:
    words = common_words()
    assert dict(words) == dict(Lexicon.load().common)
    assert words == sorted(words)
    assert {len(word) for word, _ in words} <= set(LENGTHS)
