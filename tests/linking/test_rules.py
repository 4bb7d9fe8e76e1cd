"""The file of points and thresholds."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from kg_build.errors import InputError
from kg_build.linking.rules import NAME, read_rules, rules

TEXT = files("kg_build.linking").joinpath("data", NAME).read_text(encoding="utf-8")


def test_a_copy_of_the_file_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(TEXT, encoding="utf-8")
    assert read_rules(path) == rules()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "not a table"),
        ("none: 1", "keys missing"),
        (TEXT + "more: 1\n", "unknown: more"),
        (TEXT.replace("none: 2.0", "none: much"), "not a number"),
        (TEXT.replace("{same: 0.5, other: -8.0}", "{same: 0.5}"), "type must have the keys"),
        ("a: [", "not YAML"),
    ],
)
def test_a_file_that_lacks_something_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        read_rules(path)
