from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_build.search.words import LONGEST, indexed, searched


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("经开区", "经开 开区 区"),
        ("区", "区"),
        ("5G产业园", "5g 产业 业园 园"),
        ("ＧＤＰ（万元）", "gdp 万元 元"),
        ("产业，园区", "产业 业 园区 区"),
        ("high-tech_zone", "high tech zone"),
        ("\U00020000\U00020001", "\U00020000\U00020001 \U00020001"),
        ("——。", ""),
    ],
)
def test_chinese_is_indexed_by_pairs_and_the_rest_by_words(text, words):
    assert indexed(text) == words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("经开区", (["经开", "开区"], False)),
        ("开区 5G", (["开区", "区", "5g"], False)),
        ("区", (["区"], True)),
        ("5G产", (["5g", "产"], True)),
        ("GDP", (["gdp"], False)),
        ("…", ([], False)),
    ],
)
def test_what_is_searched_has_no_word_of_its_own_at_its_end(text, found):
    assert searched(text) == found


def test_words_have_an_end():
    assert len(indexed("a" * 1000)) == LONGEST


def fits(words: list[str], wanted: list[str], is_beginning: bool) -> bool:
    """Whether wanted stands in words, as FTS5 looks for a phrase."""
    for at in range(len(words) - len(wanted) + 1):
        part = words[at : at + len(wanted)]
        if part[:-1] == wanted[:-1] and (part[-1].startswith(wanted[-1]) if is_beginning else part[-1] == wanted[-1]):
            return True
    return False


HAN = st.text("经济开发区园", min_size=1, max_size=8)


@given(HAN, HAN)
def test_a_stretch_of_chinese_is_found_exactly_where_it_stands(text, part):
    wanted, is_beginning = searched(part)
    assert fits(indexed(text).split(), wanted, is_beginning) == (part in text)


@given(st.text("经开5g ，", min_size=1, max_size=12), st.data())
def test_a_stretch_of_whole_words_is_found(text, data):
    runs = text.split()
    first = data.draw(st.integers(0, len(runs)))
    part = " ".join(runs[first : data.draw(st.integers(first, len(runs)))])
    wanted, is_beginning = searched(part)
    assert not wanted or fits(indexed(text).split(), wanted, is_beginning)


@given(st.text())
def test_words_are_letters_and_digits_alone(text):
    assert all(one.isalnum() or not one.isascii() for one in indexed(text).replace(" ", ""))
