from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_build.extraction.mentions.found import Found
from kg_build.extraction.mentions.merge import merge
from kg_build.extraction.mentions.tables import table
from kg_build.model import EntityType, MentionForm

NESTED = table("merge")["nested"]
CANDIDATES = st.lists(
    st.builds(
        lambda start, length, kind, confidence, form: Found(start, start + length, kind, "r", confidence, form),
        st.integers(0, 12),
        st.integers(1, 8),
        st.sampled_from(EntityType),
        st.sampled_from([0.5, 0.7, 0.9]),
        st.sampled_from([MentionForm.NAME, MentionForm.GENERIC]),
    ),
    max_size=12,
)


def found(start: int, end: int, kind: str, confidence: float = 0.8, rule: str = "r") -> Found:
    return Found(start, end, EntityType(kind), rule, confidence)


def key(candidate: Found) -> tuple[int, int, str]:
    return candidate.start, candidate.end, candidate.type.value


def test_the_longer_of_crossing_candidates_stays() -> None:
    longer, shorter = found(2, 8, "Enterprise"), found(0, 4, "Zone", 1.0)
    assert merge([shorter, longer]) == (longer,)


def test_the_full_form_that_a_list_gives_an_item_holds_whoever_found_its_name() -> None:
    listed = Found(0, 4, EntityType.PROJECT, "list-projects", 0.8, expansion="中澜重工储能项目")
    surer = found(0, 4, "Project", 0.9, "encoder")
    for order in ([listed, surer], [surer, listed]):
        assert [(f.rule, f.expansion) for f in merge(order)] == [("encoder", "中澜重工储能项目")]


def test_a_preferred_candidate_stays_whatever_crosses_it() -> None:
    longer, shorter = found(2, 8, "Enterprise", 1.0), found(0, 4, "Zone", 0.1)
    assert merge([longer, shorter], {key(shorter)}) == (shorter,)
    assert merge([longer, shorter], [key(shorter), key(longer)]) == (longer,)


def test_a_longer_candidate_around_a_preferred_one_stays_only_where_it_may_nest() -> None:
    inner = found(0, 4, "Enterprise")
    project, firm = found(0, 9, "Project"), found(0, 9, "Institution")
    assert merge([project, inner], {key(inner)}) == (project, inner)
    assert merge([firm, inner], {key(inner)}) == (inner,)
    assert merge([firm, inner]) == (firm,)


def test_a_longer_candidate_must_stand_with_all_that_are_preferred_inside_it() -> None:
    project, firm, person = found(0, 9, "Project"), found(1, 4, "Enterprise"), found(5, 7, "Person")
    assert merge([project, firm, person], {key(firm), key(person)}) == (firm, person)


@pytest.mark.parametrize("first", [(), {(0, 4, "Park")}, {(0, 4, "Industry")}])
def test_one_range_has_two_types_only_where_they_nest_either_way(first: set[tuple[int, int, str]]) -> None:
    park, industry = found(0, 4, "Park"), found(0, 4, "Industry")
    assert merge([park, industry], first) == merge([industry, park], first) == (park, industry)
    assert len(merge([found(0, 4, "Person"), found(0, 4, "Zone")], first)) == 1


def test_of_the_same_candidates_the_surer_one_stays() -> None:
    sure, unsure = found(0, 4, "Zone", 0.9, "encoder"), found(0, 4, "Zone", 0.8, "zone")
    assert merge([unsure, sure], {key(sure)}) == (sure,)


def test_general_words_nest_only_where_the_rules_say() -> None:
    project = found(0, 9, "Project")
    zone = Found(0, 3, EntityType.ZONE, "r", 0.8, MentionForm.GENERIC)
    firm = Found(3, 5, EntityType.ENTERPRISE, "r", 0.8, MentionForm.GENERIC)
    assert merge([project, zone, firm]) == (project, zone)
    assert merge([project, zone, firm], {key(firm)}) == (zone, firm)


@given(CANDIDATES, st.data())
def test_what_stays_nests_or_stands_apart(candidates: list[Found], data: st.DataObject) -> None:
    first = set(data.draw(st.lists(st.sampled_from(candidates or [found(0, 1, "Zone")]).map(key), max_size=3)))
    stay = merge(candidates, first)
    for one, other in combinations(stay, 2):
        if one.overlaps(other):
            pairs = [(a, b) for a, b in ((one, other), (other, one)) if a.contains(b)]
            assert any(inner.type.value in NESTED[outer.type.value] for outer, inner in pairs)
    assert merge(stay) == merge(reversed(stay), first) == stay


@given(CANDIDATES, st.randoms(use_true_random=False))
def test_the_order_of_candidates_changes_nothing(candidates: list[Found], draw: object) -> None:
    first = {key(candidate) for candidate in candidates[:2]}
    stay = merge(candidates, first)
    draw.shuffle(candidates)  # type: ignore[attr-defined]
    assert merge(candidates, first) == stay
