"""Every key that a rule may have stands in the page on rules, in the table of its part, and no other does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kg_build.extraction.relations.rules import RULES_FOLDER

PAGE = (Path(__file__).parents[2] / "docs" / "how-to-add-a-rule.md").read_text(encoding="utf-8")
DEFINITIONS = json.loads((RULES_FOLDER / "schema.json").read_text(encoding="utf-8"))["$defs"]
TABLES = {
    "rule": "Rule",
    "end": "Source of an end",
    "element": "Element of a pattern",
    "node": "Node of a tree",
    "nameMatch": "Names within names",
    "storyMatch": "Defaults of a story",
    "topicMatch": "Topics",
    "postMatch": "Posts",
    "example": "Example",
}
"""Definition of the schema → heading of its table."""
PROSE = {"patterns": "Element of a pattern", "trees": "Node of a tree", "ruleFile": "Every key"}
"""Definitions whose few keys stand in the text under a heading."""


def section(heading: str) -> str:
    """The text under a heading, up to the next."""
    match = re.search(rf"^#+ {heading}\n(.*?)(?=^#|\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert match is not None, heading
    return match[1]


def keys(definition: object) -> set[str]:
    """The keys of the objects that a definition allows, without those within them."""
    if isinstance(definition, list):
        return set().union(*(keys(one) for one in definition))
    if not isinstance(definition, dict):
        return set()
    return set(definition.get("properties", ())) | keys([definition.get(k) for k in ("oneOf", "anyOf")])


@pytest.mark.parametrize("name", TABLES)
def test_the_table_has_the_keys_of_the_schema(name: str) -> None:
    rows = re.findall(r"^\| (`.*?) \|", section(TABLES[name]), re.MULTILINE)
    told = [key for row in rows for key in re.findall(r"`(\w+)`", row)]
    assert len(told) == len(set(told))
    assert set(told) == keys(DEFINITIONS[name])


@pytest.mark.parametrize("name", PROSE)
def test_the_text_names_the_other_keys(name: str) -> None:
    text = section(PROSE[name])
    assert {key for key in keys(DEFINITIONS[name]) if not re.search(rf"`{key}`|[{{ ]{key}:", text)} == set()


def test_no_part_of_the_schema_is_left_out() -> None:
    with_keys = {name for name, definition in DEFINITIONS.items() if keys(definition)}
    assert with_keys == {*TABLES, *PROSE}


@pytest.mark.parametrize("name", ["engine", "strength"])
def test_the_values_are_told(name: str) -> None:
    values = DEFINITIONS["rule"]["properties"][name]["enum"]
    assert [value for value in values if f"`{value}`" not in section("Rule")] == []


def test_the_roles_are_told() -> None:
    assert [role for role in DEFINITIONS["role"]["enum"] if f"`{role}`" not in section("Rule")] == []
