from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from kg_build.language.encoder.components import nesting
from kg_build.language.encoder.encode import Scored
from kg_build.language.encoder.names import choose

NESTED = nesting()
SPANS = st.lists(
    st.builds(
        lambda start, length, label, score: Scored(start, start + length, label, score),
        st.integers(0, 12),
        st.integers(1, 8),
        st.sampled_from(sorted(NESTED)),
        st.integers(-3, 6).map(float),
    ),
    max_size=12,
)


def test_the_best_of_crossing_names_stays() -> None:
    spans = [Scored(0, 5, "Zone", 1.0), Scored(3, 8, "Enterprise", 2.0), Scored(8, 9, "Person", 0.5)]
    assert choose(spans, NESTED) == (spans[1], spans[2])


def test_names_stay_inside_others_where_they_may() -> None:
    firm, project, zone = Scored(0, 4, "Enterprise", 3.0), Scored(0, 9, "Project", 2.0), Scored(5, 7, "Zone", 1.0)
    assert choose([zone, project, firm], NESTED) == (project, firm, zone)
    assert choose([firm, Scored(1, 3, "Person", 2.0)], NESTED) == (firm,)


def test_one_range_keeps_a_type_and_its_being_a_general_word() -> None:
    spans = [Scored(0, 2, "Generic", 4.0), Scored(0, 2, "Zone", 3.0), Scored(0, 2, "Park", 1.0)]
    assert [name.label for name in choose(spans, NESTED)] == ["Generic", "Park", "Zone"]
    assert [name.label for name in choose(spans, {"Zone": frozenset({"Generic"})})] == ["Generic", "Zone"]


def test_only_what_more_likely_is_a_name_is_one() -> None:
    spans = [Scored(0, 2, "Zone", 0.0), Scored(3, 5, "Zone", 0.1), Scored(6, 8, "Zone", -0.5)]
    assert choose(spans, NESTED) == (spans[1],)
    assert choose(spans, NESTED, least=-1.0) == tuple(spans)
    assert choose([], NESTED) == ()


@given(SPANS)
def test_no_two_names_cross_and_nesting_is_as_allowed(spans: list[Scored]) -> None:
    for one, other in combinations(choose(spans, NESTED), 2):
        if one.end <= other.start or other.end <= one.start:
            continue
        inside = other.start <= one.start and one.end <= other.end and one.label in NESTED[other.label]
        around = one.start <= other.start and other.end <= one.end and other.label in NESTED[one.label]
        assert inside or around, (one, other)


@given(SPANS, st.randoms(use_true_random=False))
def test_the_order_of_the_spans_changes_nothing(spans: list[Scored], draw: object) -> None:
    found = choose(spans, NESTED)
    draw.shuffle(spans)  # type: ignore[attr-defined]
    assert choose(spans, NESTED) == found
    assert list(found) == sorted(found, key=lambda s: (s.start, -s.end, s.label))


@given(SPANS)
def test_what_is_left_out_could_not_stay(spans: list[Scored]) -> None:
    found = choose(spans, NESTED)
    for span in spans:
        if span.score > 0 and span not in found:
            assert any(other.score >= span.score for other in choose([span, *found], NESTED) if other is not span)
