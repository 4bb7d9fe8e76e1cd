from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_build.errors import PipelineError
from kg_build.language.encoder.characters import END, LONGEST, MARKS, UNKNOWN, WINDOW, Characters, join, windows
from kg_build.language.sentences import sentence_starts

KNOWN = Characters("园区a!B")
TEXTS = st.text("园区。！” \n，", max_size=300) | st.text(max_size=60)


def test_the_marks_come_first() -> None:
    assert KNOWN.numbers("园a") == [len(MARKS), len(MARKS) + 2]
    assert len(KNOWN) == len(MARKS) + 5


@pytest.mark.parametrize(
    ("text", "like"),
    [("！", "!"), ("ａ", "a"), ("Ａ", "a"), ("A", "a"), ("Ｂ", "B"), ("②", "𠮷"), ("b", "𠮷")],
    ids=["wide mark", "wide letter", "wide capital", "capital", "known capital", "circled number", "small letter"],
)
def test_forms_that_are_not_known_are_read_as_their_plain_ones(text: str, like: str) -> None:
    assert KNOWN.numbers(text) == KNOWN.numbers(like)


@pytest.mark.parametrize("text", ["𠮷", "\ud800", "İ", "\x00", "\u2028", "ﷺ"])
def test_what_is_unknown_has_one_number_a_code_point(text: str) -> None:
    assert KNOWN.numbers(text) == [UNKNOWN]


def test_a_line_break_ends_like_a_text() -> None:
    assert KNOWN.numbers("园\n") == [len(MARKS), END]


@given(st.text(st.characters()))
def test_as_many_numbers_as_code_points(text: str) -> None:
    numbers = KNOWN.numbers(text)
    assert len(numbers) == len(text)
    assert all(END <= number < len(KNOWN) for number in numbers)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    KNOWN.save(tmp_path / "c.txt")
    assert (tmp_path / "c.txt").read_text(encoding="utf-8") == "园区a!B"
    assert Characters.load(tmp_path / "c.txt").known == KNOWN.known


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "c.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PipelineError, match=r"c\.txt: ") as caught:
        Characters.load(path)
    assert "\n" not in str(caught.value)


@given(TEXTS, st.integers(1, 250))
def test_windows_cover_a_text(text: str, size: int) -> None:
    ranges = windows(text, size)
    assert [a for a, _ in ranges] == [0, *(b for _, b in ranges)][: len(ranges)]
    assert "".join(text[a:b] for a, b in ranges) == text
    assert all(0 < b - a <= LONGEST for a, b in ranges)


@given(st.lists(st.integers(1, 60), max_size=40), st.integers(1, 250))
def test_windows_are_whole_sentences_and_no_longer_than_asked(lengths: list[int], size: int) -> None:
    text = "".join("园" * (length - 1) + "。" for length in lengths)
    starts = {*sentence_starts(text), len(text)}
    for a, b in windows(text, size):
        assert {a, b} <= starts
        assert b - a <= size or not any(a < start < b for start in starts)


@given(TEXTS, st.integers(1, 250))
def test_no_two_windows_would_go_into_one(text: str, size: int) -> None:
    ranges = windows(text, size)
    assert all(c - a > size for (a, _), (_, c) in pairwise(ranges))


@pytest.mark.parametrize(
    "text", ["项" * 50_000, "\n" * 1000, "项\n" * 1000, "项目。" * 20_000], ids=["line", "breaks", "lines", "ends"]
)
def test_long_texts(text: str) -> None:
    ranges = windows(text)
    assert ranges[0][0] == 0
    assert ranges[-1][1] == len(text)
    assert all(one[1] == other[0] for one, other in pairwise(ranges))
    assert max(b - a for a, b in ranges) <= LONGEST
    assert min(b - a for a, b in ranges[:-1]) > WINDOW - 10


def test_an_empty_text_has_no_window() -> None:
    assert windows("") == []
    assert join([0]) == []


def test_a_long_sentence_is_cut_and_its_rest_goes_with_the_next() -> None:
    assert join([10, 1000, 1100], 200) == [(0, 10), (10, 390), (390, 770), (770, 1000), (1000, 1100)]
    assert join([LONGEST + 1, LONGEST + 50], 200) == [(0, LONGEST), (LONGEST, LONGEST + 50)]
