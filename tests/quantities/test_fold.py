from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kg_build.quantities import fold


@given(st.text())
def test_length_and_so_all_positions_stay(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_forms_are_made_one() -> None:
    assert fold("１２％，（Ａ）～〇–") == "12%,(A)～零—"


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
