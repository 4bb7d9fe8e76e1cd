"""Rules and cue words as data: loading and checking."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from kg_build.errors import RuleError
from kg_build.model import Strength
from kg_build.yamlfiles import load_yaml

RULES_FOLDER = Path(__file__).parent.parent / "rules"
"""The rules that ship: a file per property, ``ventures.yaml`` for what states several at once, ``cues.yaml``, ``schema.json``."""
_CUES_FILE = "cues.yaml"
_SCHEMA_FILE = "schema.json"


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence with its mentions marked (``[华辰公司|Enterprise]``) and what the rule must say of it."""

    text: str
    gives: tuple[str, ...] = ()
    """``subject | property | object``, for posts with ``| title``; ``*`` is the implicit zone. Empty: nothing."""
    words: tuple[str, ...] = ()
    """For rules over the parse: the words of the text, with ``heads`` and ``deps``, as a good parser gives them."""
    heads: tuple[int, ...] = ()
    deps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One rule of a YAML file; `match` is what its engine reads (the shapes stand in ``schema.json``).

    Compared by identity: a loaded rule is the same object for the life of the process.
    """

    id: str
    property: str
    description: str
    engine: str
    confidence: float
    match: Mapping[str, Any]
    strength: Strength = Strength.STATED
    value: str | None = None
    """The object where it is no mention: a status."""
    subject: Mapping[str, Any] | None = None
    """Where the subject comes from if the pattern doesn't capture it."""
    object: Mapping[str, Any] | None = None
    gives: tuple[tuple[str, str, str], ...] = ()
    """Role, property, role of each statement, where a rule gives others than subject, `property`, object."""
    sources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Where further roles come from that the pattern doesn't capture, as `subject`."""
    unless: tuple[str, ...] = ()
    """Cue classes that silence the rule when they stand before or within the match in its clauses."""
    unless_after: tuple[str, ...] = ()
    """Cue classes that silence the rule when they follow the match in its clause."""
    yields_to: tuple[str, ...] = ()
    """Rules whose firing on the same words with one end in common makes this one give way."""
    examples: tuple[Example, ...] = ()
    counter_examples: tuple[Example, ...] = ()
    file: str = ""
    folder: Path = RULES_FOLDER
    """Where the file lies; the cue classes that the rule names are those of this folder."""

    def says(self) -> tuple[tuple[str, str, str], ...]:
        """Role, property, role of each statement that a match gives."""
        return self.gives or (("subject", self.property, "object"),)

    def source(self, role: str) -> Mapping[str, Any] | None:
        """Where a role comes from if the pattern doesn't capture it."""
        return {"subject": self.subject, "object": self.object}.get(role) or self.sources.get(role)


def load_rules(folder: Path | None = None) -> tuple[Rule, ...]:
    """Read and check all rules of a folder, in the order of file names and of the files.

    Raises:
        RuleError: a file is no YAML, breaks the schema, names an unknown cue class, or an id occurs twice; the message
            begins with the file and, where there is one, the rule's id.
    """
    return _load((folder or RULES_FOLDER).resolve())


def load_cues(folder: Path | None = None) -> Mapping[str, tuple[str, ...]]:
    """The cue classes of a folder: name → words.

    Raises:
        RuleError: the file is missing or breaks the schema.
    """
    return _load_cues((folder or RULES_FOLDER).resolve())


@lru_cache(maxsize=8)
def _load(folder: Path) -> tuple[Rule, ...]:
    cues = _load_cues(folder)
    found: dict[str, Rule] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.name == _CUES_FILE:
            continue
        content = _read(path, "ruleFile")
        for entry in content["rules"]:
            rule = _rule(entry, content, path)
            if rule.id in found:
                raise RuleError(f"{path.name}: {rule.id}: the id is taken by a rule of {found[rule.id].file}")
            unknown = sorted(set(_cue_names(entry)) - set(cues))
            if unknown:
                raise RuleError(f"{path.name}: {rule.id}: no such cue class: {', '.join(unknown)}")
            found[rule.id] = rule
    for rule in found.values():
        missing = [name for name in rule.yields_to if name not in found]
        if missing:
            raise RuleError(f"{rule.file}: {rule.id}: yields_to: no such rule: {missing[0]}")
    if not found:
        raise RuleError(f"{folder}: no rules here")
    return tuple(found.values())


@lru_cache(maxsize=8)
def _load_cues(folder: Path) -> Mapping[str, tuple[str, ...]]:
    content = _read(folder / _CUES_FILE, "cueFile")
    return {name: tuple(words) for name, words in content.items()}


def _read(path: Path, definition: str) -> dict[str, Any]:
    try:
        content = load_yaml(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"{path.name}: can't be read: {error}") from error
    except yaml.YAMLError as error:
        raise RuleError(f"{path.name}: no YAML: {' '.join(str(error).split())}") from error
    problem = best_match(_validator(definition).iter_errors(content))
    if problem is not None:
        raise RuleError(f"{path.name}: {_rule_of(content, list(problem.absolute_path))}{problem.message}")
    return content  # type: ignore[no-any-return]  # the schema says that it is an object


@lru_cache(maxsize=2)
def _validator(definition: str) -> Draft202012Validator:
    schema = json.loads((RULES_FOLDER / _SCHEMA_FILE).read_text(encoding="utf-8"))
    return Draft202012Validator({**schema, "$ref": f"#/$defs/{definition}"})


def _rule_of(content: Any, path: list[Any]) -> str:
    """``id: field: `` of the rule in which a problem lies."""
    if len(path) >= 2 and path[0] == "rules":
        entry = content["rules"][path[1]]
        name = entry.get("id", f"rule {path[1] + 1}") if isinstance(entry, dict) else f"rule {path[1] + 1}"
        where = ".".join(map(str, path[2:]))
        return f"{name}: {where}: " if where else f"{name}: "
    return ".".join(map(str, path)) + ": " if path else ""


def _rule(entry: dict[str, Any], content: dict[str, Any], path: Path) -> Rule:
    return Rule(
        id=entry["id"],
        property=entry.get("property", content["property"]),
        description=entry["description"],
        engine=entry["engine"],
        confidence=float(entry["confidence"]),
        match=entry["match"],
        strength=Strength(entry.get("strength", Strength.STATED.value)),
        value=entry.get("value"),
        subject=entry.get("subject"),
        object=entry.get("object"),
        gives=tuple((a, p, b) for a, p, b in entry.get("gives", ())),
        sources=entry.get("sources", {}),
        unless=tuple(entry.get("unless", content.get("unless", ()))),
        unless_after=tuple(entry.get("unless_after", ())),
        yields_to=tuple(entry.get("yields_to", ())),
        examples=tuple(_examples(entry["example"])),
        counter_examples=tuple(_examples(entry["counter_example"])),
        file=path.name,
        folder=path.parent,
    )


def _examples(given: Any) -> Iterator[Example]:
    for item in given if isinstance(given, list) else [given]:
        if isinstance(item, str):
            yield Example(item)
        else:
            yield Example(
                item["text"],
                tuple(item.get("gives", ())),
                tuple(item.get("words", ())),
                tuple(item.get("heads", ())),
                tuple(item.get("deps", ())),
            )


def literals(rules: Sequence[Rule]) -> frozenset[str]:
    """The words that the patterns of rules name by themselves, without a cue class."""
    return frozenset(
        word
        for rule in rules
        for pattern in rule.match.get("patterns", ())
        for element in pattern
        for word in element.get("text", ())
    )


def _cue_names(node: Any) -> Iterator[str]:
    """Every cue class that an entry names, wherever it stands."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in {"cue", "unless", "unless_after", "without", "after", "not_after", "until"}:
                yield from [value] if isinstance(value, str) else value
            elif key not in {"example", "counter_example"}:
                yield from _cue_names(value)
    elif isinstance(node, list):
        for value in node:
            yield from _cue_names(value)
