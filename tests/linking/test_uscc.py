"""The Unified Social Credit Code. The codes are public ones of well-known bodies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_build.linking.uscc import CHARACTERS, check_character, organisation_check, problem


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91110000600037341L", "914403001922038216", "91440300708461136T"])
def test_public_codes_are_well_formed(code: str) -> None:
    assert problem(code) is None


@pytest.mark.parametrize("code", ["91110000600037341L", "914403001922038216", "91440300708461136T"])
def test_they_hold_an_organisation_code_with_its_own_check(code: str) -> None:
    assert organisation_check(code[8:16]) == code[16]


@pytest.mark.parametrize(
    ("code", "words"),
    [("91110000600037341", "17 characters"), ("91110000600037341I", "may not have I"), ("91AA0000600037341L", "division's code")],
)
def test_what_is_wrong_is_told(code: str, words: str) -> None:
    assert words in (problem(code) or "")


@given(st.integers(0, 16), st.sampled_from(CHARACTERS))
def test_one_wrong_character_is_found(place: int, other: str) -> None:
    code = "91110000600037341"
    changed = code[:place] + other + code[place + 1 :]
    assert (check_character(changed) == "L") is (changed == code)
