from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from kg_build.errors import PipelineError
from kg_build.language import encode, score_pairs
from kg_build.language.encoder import PAIRS
from kg_build.language.encoder.encode import Encoded
from kg_build.language.encoder.pairs import (
    FEATURES,
    MOST,
    REACH,
    TYPES,
    Features,
    Likely,
    PairScorer,
    Possible,
    Thing,
    blocks,
    features,
)
from kg_build.model import Article, OffsetMap
from tests.language.encoder.tiny import POSSIBLE, PROPERTIES, SURE, WIDTH, write_tiny

TEXT = "云岭高新区新闻\n管委会说明，王凡到了云岭高新区。项目投产。"
THINGS = [
    Thing(0, 5, "Zone", general=False),
    Thing(8, 11, "Institution", general=True),
    Thing(14, 16, "Person", general=False),
    Thing(18, 23, "Zone", general=False),
]
ALL = Possible(("locatedIn",), [(one, "locatedIn", other) for one in TYPES for other in TYPES])


def column(things: list[Thing], feature: int, text: str = TEXT) -> list[list[int]]:
    """One feature of all pairs, counted from its smallest value there."""
    values = features(text, things, ALL).pairs[..., feature]
    return (values - values[0, 0]).tolist()  # type: ignore[no-any-return]


def test_features_tell_places_types_and_lines() -> None:
    found = features(TEXT, THINGS, ALL)
    assert found.first.tolist() == [0, 8, 14, 18]
    assert found.last.tolist() == [4, 10, 15, 22]
    assert [TYPES[i] for i in found.types] == ["Zone", "Institution", "Person", "Zone"]
    assert found.general.tolist() == [0, 1, 0, 0]
    assert found.heading.tolist() == [1, 0, 0, 0]


def test_features_of_pairs_count_sentences_lines_clauses_and_mentions_between() -> None:
    line, clause, order = column(THINGS, 2), column(THINGS, 3), column(THINGS, 5)
    assert line[0] == [0, 1, 1, 1]
    assert line[1] == [-1, 0, 0, 0]
    assert clause[0] == [0, 1, 2, 2]
    assert clause[3] == [-2, -1, 0, 0]
    assert order[0] == [0, 1, 2, 3]


def test_nesting_is_seen_from_both_sides() -> None:
    outer, inner = Thing(0, 5, "Project", general=False), Thing(0, 2, "Place", general=False)
    values = features(TEXT, [outer, inner], ALL).pairs[..., 4]
    assert values[0, 1] - values[0, 0] == -2  # it holds the other: 1, itself: 3
    assert values[1, 0] - values[0, 0] == -1  # it lies in the other: 2


def between_of(found: Features) -> dict[tuple[int, int], tuple[int, int]]:
    return {(i, j): (a, b) for i, j, a, b in zip(*map(list, (found.rows, found.columns, found.low, found.high)), strict=True)}


def test_only_pairs_that_may_be_something_are_scored() -> None:
    known = [("Person", "locatedIn", "Zone"), ("Zone", "completed", "Zone"), ("Zone", "cooperatesWith", "Zone")]
    possible = Possible(("completed", "cooperatesWith", "locatedIn"), known)
    found = features(TEXT, THINGS, possible)
    pairs = list(zip(found.rows.tolist(), found.columns.tolist(), strict=True))
    assert pairs == [(0, 0), (0, 3), (2, 0), (2, 3), (3, 0), (3, 3)]
    assert possible.of_pairs(found).astype(int).tolist() == [
        [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1], [0, 1, 0], [1, 0, 0],
    ]  # fmt: skip


def test_what_lies_between_is_looked_at_unless_it_is_far() -> None:
    between = between_of(features(TEXT, THINGS, ALL))
    assert between[0, 1] == between[1, 0] == (5, 8)
    text = "甲" + "乙" * (REACH + 1) + "丙"
    far = between_of(
        features(text, [Thing(0, 1, "Zone", general=False), Thing(REACH + 2, REACH + 3, "Zone", general=False)], ALL)
    )
    assert far[0, 1][0] == far[0, 1][1]


@given(st.text("甲。，\n", min_size=1, max_size=300), st.data())
def test_features_stay_within_the_networks_tables(text: str, data: st.DataObject) -> None:
    ends = st.integers(0, len(text) - 1).flatmap(lambda a: st.tuples(st.just(a), st.integers(a + 1, len(text))))
    marks = sorted(data.draw(st.lists(ends, min_size=1, max_size=12)))
    found = features(text, [Thing(a, b, "Zone", general=False) for a, b in marks], ALL)
    assert found.pairs.shape == (len(marks), len(marks), 6)
    assert 0 <= found.pairs.min() <= found.pairs.max() < FEATURES
    assert (found.low <= found.high).all()
    assert (found.high <= len(text)).all()


@given(st.integers(0, 5 * MOST))
def test_blocks_hold_all_neighbours(count: int) -> None:
    found = blocks(count)
    assert all(0 < end - start <= MOST for start, end in found)
    if count:
        assert sorted({i for start, end in found for i in range(start, end)}) == list(range(count))
        near = MOST // 2
        assert all(any(a <= i and i + near <= b for a, b in found) for i in range(0, count - near, near))


def test_pairs_that_may_be_are_scored(folder: Path) -> None:
    scorer = PairScorer(folder / PAIRS, PROPERTIES, POSSIBLE)
    encoded = Encoded(TEXT, np.zeros((len(TEXT), WIDTH), np.float32), ())
    assert scorer.score(encoded, THINGS) == [
        Likely(1, 0, "locatedIn", SURE),
        Likely(1, 3, "locatedIn", SURE),
        Likely(2, 0, "locatedIn", -SURE / 2),
        Likely(2, 3, "locatedIn", -SURE / 2),
    ]
    assert scorer.score(encoded, THINGS[:1]) == []
    assert scorer.score(encoded, []) == []


def test_a_state_is_scored_for_a_mention_with_itself_and_all_else_for_two(folder: Path) -> None:
    properties = ("completed", "locatedIn")
    possible = [("Zone", "completed", "Zone"), ("Institution", "locatedIn", "Zone")]
    scorer = PairScorer(folder / PAIRS, properties, possible)
    encoded = Encoded(TEXT, np.zeros((len(TEXT), WIDTH), np.float32), ())
    found = scorer.score(encoded, THINGS)
    assert {(one.first, one.second) for one in found if one.property == "completed"} <= {(0, 0), (3, 3)}
    assert {(one.first, one.second) for one in found if one.property == "locatedIn"} == {(1, 0), (1, 3)}


def test_many_mentions_are_scored_in_blocks(folder: Path) -> None:
    text = "云王。" * MOST
    kinds = ("Zone", "Institution")
    things = [Thing(3 * i + k, 3 * i + k + 1, kind, general=False) for i in range(MOST) for k, kind in enumerate(kinds)]
    encoded = Encoded(text, np.zeros((len(text), WIDTH), np.float32), ())
    found = PairScorer(folder / PAIRS, PROPERTIES, POSSIBLE).score(encoded, things)
    assert {(one.first, one.second) for one in found} >= {(2 * i + 1, 2 * i) for i in range(MOST)}
    assert all(things[one.first].type == "Institution" and things[one.second].type == "Zone" for one in found)


def test_a_scorer_of_other_properties_is_refused(folder: Path) -> None:
    with pytest.raises(PipelineError, match="scores 2 properties, not 1"):
        PairScorer(folder / PAIRS, PROPERTIES[:1], POSSIBLE)


def test_a_pipeline_scores_what_its_encoder_read_and_keeps_its_scorer(tiny: Language, tmp_path: Path) -> None:
    import spacy

    tiny.to_disk(tmp_path / "kept")
    again = spacy.load(tmp_path / "kept")
    article = Article("page.txt", 1, "", TEXT, (), OffsetMap(()))
    for nlp in (tiny, again):
        given_ = encode(nlp, article)
        assert given_ is not None
        assert [(one.first, one.second) for one in score_pairs(nlp, given_[0], THINGS) if one.score > 0] == [(1, 0), (1, 3)]
    assert score_pairs(spacy.blank("zh"), given_[0], THINGS) == []


def test_settings_without_the_types_that_go_together_are_one_clear_error(folder: Path) -> None:
    from kg_build.language.encoder.components import PairsComponent

    (folder / "settings.json").write_text('{"properties": ["level", "locatedIn"]}', encoding="utf-8")
    with pytest.raises(PipelineError, match="possible"):
        PairsComponent().from_disk(folder)
    write_tiny(folder)
    with pytest.raises(PipelineError, match="loaded"):
        PairsComponent().score(Encoded("", np.zeros((0, WIDTH), np.float32), ()), [])
