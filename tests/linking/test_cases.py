"""Linking against hand-decided cases. The held-out ones were written before any scoring and had no part in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg_build.errors import InputError
from kg_build.gazetteers import industries
from kg_build.linking.cases import answer, code_of, count, read_cases, wrong
from kg_build.linking.gazetteers.table import Table
from kg_build.linking.gazetteers.zones import zone_by_id
from kg_build.linking.rules import rules

CASES = Path(__file__).parent / "cases"
FILES = ("places-and-zones.csv", "held-out.csv")
INDUSTRIES = "industries.csv"
FIRMS = ("enterprises.csv", "enterprises-held-out.csv")
BASE = "https://w3id.org/zonekg/id/"


@pytest.mark.parametrize("name", [*FILES, INDUSTRIES])
def test_links_are_right_and_most_are_found(name: str) -> None:
    answers = answer(read_cases(CASES / name), BASE, rules())
    score = count(answers)
    assert score.precision >= 0.98, wrong(answers)
    assert score.recall >= 0.90, wrong(answers)


def test_firms_are_told_from_namesakes_parents_and_subsidiaries() -> None:
    table = Table(CASES / "firms.csv")
    answers = {name: answer(read_cases(CASES / name), BASE, rules(), [table]) for name in FIRMS}
    for name, least in zip(FIRMS, (0.95, 0.80), strict=True):
        assert count(answers[name]).precision >= 0.98, wrong(answers[name])
        assert count(answers[name]).recall >= least, wrong(answers[name])
    assert sum(map(len, answers.values())) >= 90


def test_there_are_enough_cases_and_a_third_is_held_out() -> None:
    tuned, held = (read_cases(CASES / name) for name in FILES)
    assert len(tuned) + len(held) >= 150
    assert len(held) >= (len(tuned) + len(held)) * 0.3
    keys = [(c.thing.type, c.thing.name, c.thing.inside, c.thing.beside, c.thing.years) for c in (*tuned, *held)]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("name", FILES)
def test_every_expected_record_is_there(name: str) -> None:
    zones = {zone.name for zone in zone_by_id().values()}
    for case in read_cases(CASES / name):
        for expected in case.expected:
            assert code_of(expected) if case.thing.type == "Place" else expected.partition("@")[0] in zones, expected


def test_every_expected_class_is_there_in_the_words_that_answers_have() -> None:
    codes = {row.code for row in industries()}
    for case in read_cases(CASES / INDUSTRIES):
        for expected in case.expected:
            relation, _, code = expected.partition(" ")
            assert relation in {"exact", "near", "broad", "related"}
            assert code in codes, expected


def test_what_went_wrong_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text(
        "type,name,inside,beside,date,expected,note\nPlace,三门峡,,,2024,-,\nPlace,陕县,,,2014,-,\n", encoding="utf-8"
    )
    answers = answer(read_cases(path), BASE, rules())
    assert count(answers).right == 0
    assert wrong(answers)[0] == "line 2: Place 三门峡: expected nothing, linked 河南省/三门峡市"


def test_a_file_of_other_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="columns"):
        read_cases(path)
