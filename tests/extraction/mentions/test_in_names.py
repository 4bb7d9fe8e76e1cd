"""Brands of companies before fields and in projects' names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg_build.extraction.mentions import Seen, name_spans
from kg_build.extraction.mentions.in_names import brand_of
from kg_build.model import Article, EntityType


@pytest.mark.parametrize(
    ("words", "length"),
    [("朗湾汽车线束", 2), ("朗湾", 0), ("朗湾电子", 0), ("新能源汽车", 0), ("霁光照明", 0)],
)
def test_a_brand_that_a_company_has_too(words: str, length: int) -> None:
    assert brand_of(words, {"朗湾电子", "新能源科技"}) == length


def test_a_field_is_left_without_the_brand(article_of: Callable[[str], Article]) -> None:
    text = "在朗湾电子，工人赶制朗湾汽车线束。"
    names = ((1, 5, "Enterprise"), (10, 16, "Industry"))
    found = name_spans(article_of(text), Seen(names, dict.fromkeys(names, 6.0)))
    assert [m.name for m in found if m.type is EntityType.INDUSTRY] == ["汽车线束"]
