from hypothesis import given
from hypothesis import strategies as st

from kg_build.language.training.indicators import indicators


def words(text: str, *rows: dict[str, object]) -> list[tuple[str, str, float]]:
    return [(text[found.start : found.end], found.name, found.value) for found in indicators(text, rows)]


def test_the_name_nearest_to_the_figure_is_its_words() -> None:
    text = "谈到产值，区里说，今年产值5亿元，税收1亿元。"
    (found,) = indicators(text, [{"indicator": "产值", "value": 5e8}])
    assert found.start == text.rindex("产值")
    assert words(text, {"indicator": "税收", "value": 1e8}) == [("税收", "税收", 1e8)]


def test_words_most_like_the_name_stand_for_it() -> None:
    text = "规上工业企业净增11家，另有12家。"
    assert words(text, {"indicator": "净增规上工业企业", "value": 11}) == [("规上工业企业净增", "净增规上工业企业", 11)]


def test_a_name_in_the_sentence_before_counts_and_one_nowhere_does_not() -> None:
    text = "出口有起色。一年4亿元。"
    assert words(text, {"indicator": "出口", "value": 4e8}) == [("出口", "出口", 4e8)]
    assert words(text, {"indicator": "就业人数", "value": 4e8}) == []
    assert words(text, {"indicator": "出口", "value": 5e8}) == []


def test_a_change_has_words_too_and_every_place_of_a_figure_counts() -> None:
    text = "税收增长3.5%。税收再增3.5%。"
    assert words(text, {"indicator": "税收", "growth": 3.5}) == [("税收", "税收", 3.5)] * 2


@given(st.text("产值税收5亿元，。\n", max_size=40), st.text("产值税收", min_size=1, max_size=6))
def test_words_lie_in_the_text(text: str, name: str) -> None:
    for found in indicators(text, [{"indicator": name, "value": 5e8}]):
        assert 0 <= found.start < found.end <= len(text)
