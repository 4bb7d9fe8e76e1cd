"""Vocabulary files are checked when they are loaded."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest

from kg_build.errors import RuleError
from kg_build.extraction.mentions.tables import check, table

NAMES = sorted(
    p.name.removesuffix(".yaml")
    for p in files("kg_build.extraction.mentions").joinpath("data").iterdir()
    if p.name.endswith(".yaml")
)


@pytest.mark.parametrize("name", NAMES)
def test_every_file_keeps_to_its_schema(name: str) -> None:
    assert table(name)


def test_a_word_is_either_a_cut_or_protected() -> None:
    cuts = table("cuts")
    assert not set(cuts["words"]) & set(cuts["protected"])


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("pipeline", {"trim_tags": []}, "pipeline.yaml"),
        ("merge", {"nested": {"Planet": []}, "order": []}, "merge.yaml"),
        (
            "parks",
            {**dict.fromkeys(("planned", "building", "built_of", "stands", "lasting"), "("), "confidence": 0.5},
            "parks.yaml",
        ),
        ("nothing", {}, "no schema"),
    ],
)
def test_a_broken_file_is_one_line(name: str, content: Any, says: str) -> None:
    with pytest.raises(RuleError, match=says) as caught:
        check(name, content)
    assert "\n" not in str(caught.value)
