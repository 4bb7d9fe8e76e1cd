from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from endpoint.reconcile.ngrams import Ngrams

NAMES = ["青禾制药", "青禾食品", "华龙香料", "布朗机器人", "制药机械"]


def test_the_name_that_shares_most_comes_first():
    assert Ngrams(NAMES).search("青禾制药厂", 1).tolist() == [0]


def test_a_misspelt_character_is_no_hindrance():
    assert Ngrams(NAMES).search("布郎机器人", 1).tolist() == [3]


def test_only_allowed_names_are_found():
    allowed = np.array([False, True, True, True, True])
    assert 0 not in Ngrams(NAMES).search("青禾制药", 5, allowed)


def test_nothing_is_found_in_nothing():
    assert Ngrams([]).search("青禾", 5).tolist() == []
    assert Ngrams(["", ""]).search("青禾", 5).tolist() == []
    assert Ngrams(NAMES).search("", 5).tolist() == []
    assert Ngrams(NAMES).search("z", 5).tolist() == []


def test_characters_beyond_the_first_plane():
    assert Ngrams(["𠀀𠀁𠀂", "𠀀"]).search("𠀁𠀂", 5).tolist() == [0]


@given(st.lists(st.text("青禾制药食品ab", min_size=1, max_size=8), min_size=1, max_size=30, unique=True), st.data())
def test_a_name_finds_itself_first(names, data):
    number = data.draw(st.integers(0, len(names) - 1))
    found = Ngrams(names).search(names[number], len(names)).tolist()
    assert number in found
    # Others before it can only be those that hold the same pairs: ababab and abab.
    before = found[: found.index(number)]
    assert all(set(names[other]) == set(names[number]) for other in before)
