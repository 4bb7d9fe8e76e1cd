"""Firms named only as customers: each row of the data file with its examples."""

from __future__ import annotations

import pytest

from kg_build.extraction.customers import WORDS, is_customer
from kg_build.model import Span
from kg_build.yamlfiles import load_yaml

ROWS = load_yaml(WORDS.read_text(encoding="utf-8"))


def customer(marked: str) -> bool:
    start, end = marked.index("["), marked.index("]") - 1
    return is_customer(marked.replace("[", "").replace("]", ""), Span(start, end))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["id"]))
def test_the_words_around_a_customer(row: dict[str, str]) -> None:
    assert customer(row["example"])
    assert not customer(row["counter_example"])


def test_a_firm_that_sells_is_no_customer() -> None:
    assert not customer("[远禾座椅]为青木重工等车企提供座椅。")
    assert not customer("盘活的厂房为青木重工、[远禾座椅]等企业入驻提供条件。")
