"""The words of the figure grammar (``lexicon.yaml``), checked when they are read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import jsonschema

from kg_build.errors import RuleError
from kg_build.yamlfiles import load_yaml

CASE = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["classes"],
    "additionalProperties": False,
    "properties": {
        "classes": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "says", "words", "example", "counter"],
                "additionalProperties": False,
                "properties": {
                    "id": {"type": "string", "pattern": "^[a-z-]+$"},
                    "says": {"type": "string"},
                    "words": {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1},
                    "not_before": {"type": "object", "additionalProperties": {"type": "string", "minLength": 1}},
                    "example": {**CASE, "required": ["text", "expect"]},
                    "counter": {**CASE, "required": ["text", "absent"]},
                },
            },
        }
    },
}


@dataclass(frozen=True, slots=True)
class WordClass:
    """One class of words with the sentences that show what it does."""

    id: str
    says: str
    words: tuple[str, ...]
    not_before: Mapping[str, str]
    """Characters after which a word is the beginning of another (共享, 再生)."""
    example: tuple[str, tuple[str, ...]]
    """A sentence and the observations that must be read from it."""
    counter: tuple[str, tuple[str, ...]]
    """A sentence and observations that must not be read from it."""


def load_classes(text: str) -> dict[str, WordClass]:
    """Word classes by id, from YAML.

    Raises:
        RuleError: the file breaks its schema or gives one id twice.
    """
    data = load_yaml(text)
    try:
        jsonschema.validate(data, SCHEMA)
    except jsonschema.ValidationError as error:
        raise RuleError(f"observation words: {error.message}") from error
    table: dict[str, WordClass] = {}
    for row in data["classes"]:
        if row["id"] in table:
            raise RuleError(f"observation words: {row['id']} stands twice")
        example = (row["example"]["text"], tuple(row["example"]["expect"]))
        counter = (row["counter"]["text"], tuple(row["counter"]["absent"]))
        others = dict(row.get("not_before", {}))
        if unknown := sorted(set(others) - set(row["words"])):
            raise RuleError(f"observation words: {row['id']}: not_before for {unknown[0]}, which is none of its words")
        table[row["id"]] = WordClass(row["id"], row["says"], tuple(dict.fromkeys(row["words"])), others, example, counter)
    return table


@cache
def classes() -> dict[str, WordClass]:
    """The word classes that ship."""
    return load_classes(resources.files(__package__).joinpath("lexicon.yaml").read_text(encoding="utf-8"))


@cache
def words(*names: str) -> str:
    """An alternation of all words of the classes, the longest first, for use in a pattern."""
    found: dict[str, str] = {}
    for name in names:
        for word in classes()[name].words:
            found[word] = found.get(word, "") + classes()[name].not_before.get(word, "")
    ordered = sorted(found, key=lambda word: (-len(word), word))
    return "|".join(re.escape(word) + (f"(?![{found[word]}])" if found[word] else "") for word in ordered)
