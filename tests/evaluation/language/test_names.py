from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kg_build.evaluation.language.names import ANY, by_class, by_type, classed, classes, count, outermost
from kg_build.evaluation.language.peers import Reading
from kg_build.evaluation.scores import Score
from kg_build.model import EntityType

MARKS = st.tuples(st.integers(0, 9), st.integers(1, 5), st.sampled_from("ab")).map(lambda m: (m[0], m[0] + m[1], m[2]))
GOLD = frozenset({(0, 8, "Institution"), (0, 5, "Zone"), (9, 12, "Person"), (13, 15, "Zone")})
GENERAL = frozenset({(13, 15)})


class Other:
    name = "lac"

    def read(self, texts: list[str]) -> list[Reading]:
        return [Reading([], {(0, 8, "Organisation"), (9, 12, "Place"), (13, 15, "Place"), (1, 2, "v")}) for _ in texts]


def test_range_and_type_must_be_the_same() -> None:
    scores = count([({(0, 2, "a"), (3, 5, "b")}, {(0, 2, "a"), (3, 5, "a"), (3, 6, "b")})], ["a", "b"])
    assert scores == {"all": Score(1, 3, 2), "a": Score(1, 2, 1), "b": Score(0, 1, 1)}


def test_counts_of_texts_are_added_up() -> None:
    pair = ({(0, 2, "a")}, {(0, 2, "a")})
    assert count([pair, pair], ["a"])["all"] == Score(2, 2, 2)


@given(st.sets(MARKS))
def test_the_outermost_lie_in_none_and_hold_all(marks: set[tuple[int, int, str]]) -> None:
    kept = outermost(marks)
    assert kept <= marks
    ranges = {mark[:2] for mark in kept}
    assert not any(a != b and a[0] <= b[0] and b[1] <= a[1] for a in ranges for b in ranges)
    assert all(any(a <= start and end <= b for a, b in ranges) for start, end, _ in marks)


def test_of_one_range_both_types_stay() -> None:
    assert outermost({(0, 2, "a"), (0, 2, "b"), (0, 1, "a")}) == {(0, 2, "a"), (0, 2, "b")}


def test_every_type_with_a_class_is_one_of_the_ontologys() -> None:
    assert set(classes()["ours"]) <= set(EntityType)
    assert {kind for table in classes().values() for kind in table.values()} == {"organisation", "person", "place"}
    assert classed({(0, 2, "Zone"), (0, 2, "Honour")}, classes()["ours"]) == {(0, 2, "organisation")}


def test_a_general_word_taken_for_a_name_is_wrong(make_read: Callable[..., Any]) -> None:
    read = make_read(["好"], marks=GOLD, general=GENERAL, said=GOLD, encoder=GOLD - {(0, 5, "Zone")})
    table = by_type([read], rules=True)
    rows = {row[0]: row[1:] for row in table.rows}
    assert table.columns[2:] == tuple(f"{name} {m}" for name in ("encoder", "mentions", "rules") for m in "PRF")
    assert rows["Zone"][:7] == (1, 0.0, 0.0, 0.0, 0.5, 1.0, 2 / 3)
    assert rows["all"][0] == 3


def test_a_pipeline_without_encoder_has_no_row_for_it(make_read: Callable[..., Any]) -> None:
    table = by_type([make_read(["好"])], rules=False)
    assert table.columns == ("names", "marked", "mentions P", "mentions R", "mentions F")
    assert "encoder left out: the pipeline has none" in table.notes


def test_classes_compare_outermost_names_and_leave_general_words_out(make_read: Callable[..., Any]) -> None:
    table = by_class([make_read(["好"], marks=GOLD, general=GENERAL, said=GOLD)], [Other()], rules=False)
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["all"] == (2, 1.0, 1.0, 1.0, 0.5, 0.5, 0.5)
    assert rows["organisation"] == (1, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
    assert rows[ANY][-1] == 1.0
