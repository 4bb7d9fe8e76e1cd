"""Rule files: what is loaded, and how what is wrong in them is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg_build.errors import RuleError
from kg_build.extraction.relations import load_rules
from kg_build.extraction.relations.rules import RULES_FOLDER, literals, load_cues

PROPERTIES = {
    "locatedIn", "undertakenBy", "investsIn", "foundedBy", "subsidiaryOf", "cooperatesWith", "leadIndustry",
    "developsIndustry", "inIndustry", "officialOf", "honouredAs", "status", "totalInvestment",
}  # fmt: skip

GOOD = """
property: undertakenBy
rules:
  - id: a-rule
    description: A firm builds a project.
    engine: tokens
    confidence: 0.5
    match:
      patterns:
        - - {mention: [Enterprise], as: object}
          - {cue: undertake}
          - {mention: [Project], as: subject}
    example: {text: "[甲|Enterprise]承建[乙|Project]", gives: ["乙 | undertakenBy | 甲"]}
    counter_example: "[甲|Enterprise]"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(RULES_FOLDER / "cues.yaml", tmp_path)
    (tmp_path / "some.yaml").write_text(GOOD, encoding="utf-8")
    return tmp_path


def test_every_property_has_rules() -> None:
    assert {rule.property for rule in load_rules()} == PROPERTIES


def test_every_engine_is_used() -> None:
    assert {rule.engine for rule in load_rules()} == {"tokens", "dependency", "names", "story", "topic", "posts"}


def test_a_status_rule_says_which_status() -> None:
    assert all((rule.value is not None) == (rule.property == "status") for rule in load_rules())


def test_loading_twice_gives_the_same_rules() -> None:
    assert all(a is b for a, b in zip(load_rules(), load_rules(), strict=True))


def test_own_folder(folder: Path) -> None:
    (rule,) = load_rules(folder)
    assert (rule.id, rule.property, rule.file) == ("a-rule", "undertakenBy", "some.yaml")
    assert literals([rule]) == frozenset()


def test_no_cue_word_stands_twice_in_a_class() -> None:
    assert all(len(words) == len(set(words)) for words in load_cues().values())


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("confidence: 0.5", "confidence: 2", "some.yaml: a-rule: confidence"),
        ("engine: tokens", "engine: magic", "some.yaml: a-rule: engine"),
        ("cue: undertake", "cue: no_such_class", "some.yaml: a-rule: no such cue class: no_such_class"),
        ("mention: [Project]", "mention: [Planet]", "some.yaml: a-rule: match.patterns.0.2"),
        ("    counter_example", "    contra_example", "some.yaml: a-rule: "),
        ("property: undertakenBy", "property: buildsWith", "some.yaml: property"),
        ("    engine: tokens", "    yields_to: [nobody]\n    engine: tokens", "some.yaml: a-rule: yields_to: no such rule"),
        ("rules:", "rules: [", "some.yaml: no YAML"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_rule(folder: Path, old: str, new: str, named: str) -> None:
    (folder / "some.yaml").write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        load_rules(folder)
    assert str(caught.value).startswith(named)
    assert "\n" not in str(caught.value)


def test_an_id_taken_twice_is_refused(folder: Path) -> None:
    (folder / "twin.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(RuleError, match=r"twin\.yaml: a-rule: the id is taken by a rule of some\.yaml"):
        load_rules(folder)


def test_a_folder_without_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError):
        load_rules(tmp_path)
    shutil.copy(RULES_FOLDER / "cues.yaml", tmp_path / "cues.yaml")
    nested = tmp_path / "more"
    nested.mkdir()
    shutil.copy(RULES_FOLDER / "cues.yaml", nested)
    with pytest.raises(RuleError, match="no rules here"):
        load_rules(nested)
