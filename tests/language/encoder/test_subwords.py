from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_build.errors import PipelineError
from kg_build.language.encoder.subwords import ALONE, FIRST, INSIDE, LAST, PLACES, Subwords

KNOWN = Subwords({"开发": -9.0, "发区": -9.5, "开发区": -10.0, "经济": -9.0, "济开": -8.0})


def words(text: str) -> list[str]:
    """The text as it is cut, by the numbers alone."""
    names = list(KNOWN.known)
    cut: list[str] = []
    for character, number in zip(text, KNOWN.numbers(text), strict=True):
        word, place = divmod(number, PLACES)
        if place in (ALONE, FIRST):
            cut.append("")
        cut[-1] += character
        if place == LAST:
            assert cut[-1] == names[word - 1]
        elif place == INSIDE:
            assert names[word - 1].startswith(cut[-1])
    return cut


def test_a_number_tells_the_word_and_the_place_in_it() -> None:
    assert KNOWN.numbers("在开发区") == [ALONE, 3 * PLACES + FIRST, 3 * PLACES + INSIDE, 3 * PLACES + LAST]


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("开发区", ["开发区"]),
        ("经济开发区", ["经济", "开发区"]),
        ("济开发区", ["济开", "发区"]),
        ("开发了经济", ["开发", "了", "经济"]),
        ("经\n济", ["经", "\n", "济"]),
    ],
    ids=["longer", "two", "likelier in all", "between", "break"],
)
def test_the_likeliest_cut_is_taken(text: str, cut: list[str]) -> None:
    assert words(text) == cut


@given(st.text("经济开发区了。\n"))
def test_no_cut_is_likelier(text: str) -> None:
    def likely(rest: str) -> float:
        best = [0.0]
        for end in range(1, len(rest) + 1):
            ways = [best[end - len(word)] + score for word, score in KNOWN.known.items() if rest[:end].endswith(word)]
            best.append(max([best[end - 1] - 12.0, *ways]))
        return best[-1]

    cut = words(text)
    assert "".join(cut) == text
    assert sum(KNOWN.known.get(word, -12.0) for word in cut) == pytest.approx(likely(text))


@given(st.text())
def test_as_many_numbers_as_code_points(text: str) -> None:
    assert len(KNOWN.numbers(text)) == len(text)
    assert Subwords({}).numbers(text) == [ALONE] * len(text)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    KNOWN.save(tmp_path / "w.txt")
    assert Subwords.load(tmp_path / "w.txt").known == KNOWN.known
    assert list(Subwords.load(tmp_path / "w.txt").known) == list(KNOWN.known)


BROKEN = {"missing": None, "bytes": b"\xff\xfe", "no number": "开发 多".encode(), "bare": "开发".encode()}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "w.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PipelineError, match=r"w\.txt: ") as caught:
        Subwords.load(path)
    assert "\n" not in str(caught.value)
