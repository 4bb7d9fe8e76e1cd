"""The points and thresholds of ``data/scoring.yaml``, or of a file of the user's with the same keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from kg_build.errors import InputError
from kg_build.yamlfiles import load_yaml

NAME = "scoring.yaml"


@dataclass(frozen=True, slots=True)
class Rules:
    """What scoring and deciding go by; each table as in the file."""

    name: Mapping[str, float]
    least_like: float
    firm: Mapping[str, float]
    other_name: float
    level: Mapping[str, float]
    type: Mapping[str, float]
    inside: Mapping[str, float]
    beside: Mapping[str, float]
    past: Mapping[str, float]
    industry: Mapping[str, float]
    near: Mapping[str, float]
    size: float
    identity: float
    trust: float
    none: float
    accept: Mapping[str, float]
    review: Mapping[str, float]
    certain: Mapping[str, float]


@cache
def rules() -> Rules:
    """The rules that ship."""
    return parse(files("kg_build.linking").joinpath("data", NAME).read_text(encoding="utf-8"), NAME)


def read_rules(path: Path) -> Rules:
    """The rules of a file. Raises `InputError` where it can't be read or lacks a key."""
    try:
        return parse(path.read_text(encoding="utf-8"), path)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(path, f"can't be read: {error}") from error


def parse(text: str, where: object) -> Rules:
    """Rules from YAML; every key of the file that ships, with numbers, and no other. Raises `InputError`."""
    try:
        data = load_yaml(text)
    except yaml.YAMLError as error:
        raise InputError(where, f"not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(data, dict):
        raise InputError(where, "not a table of points")
    known = set(Rules.__slots__)
    if wrong := sorted(map(str, data.keys() ^ known)):
        raise InputError(where, f"keys missing or unknown: {', '.join(wrong)}")
    like = None if where == NAME else rules()
    for name, value in data.items():
        _check(name, value, getattr(like, name) if like else value, where)
    return Rules(**data)


def _check(name: str, value: Any, like: Any, where: object) -> None:
    if isinstance(like, Mapping):
        if not isinstance(value, dict) or value.keys() != like.keys():
            raise InputError(where, f"{name} must have the keys {', '.join(like)}")
        numbers = list(value.values())
    else:
        numbers = [value]
    if not all(isinstance(n, int | float) and not isinstance(n, bool) for n in numbers):
        raise InputError(where, f"{name}: not a number")
