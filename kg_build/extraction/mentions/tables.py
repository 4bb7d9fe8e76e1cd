"""The recognisers' vocabularies: YAML files of ``data/``, checked against ``data/schema.json`` when they are loaded."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema
import yaml

from kg_build.errors import RuleError
from kg_build.yamlfiles import load_yaml

FORMATS = jsonschema.FormatChecker(["regex"])
PACKAGE = "kg_build.extraction.mentions"


@cache
def _schemas() -> dict[str, Any]:
    text = files(PACKAGE).joinpath("data/schema.json").read_text(encoding="utf-8")
    schemas: dict[str, Any] = json.loads(text)
    return schemas


def check(name: str, content: object) -> None:
    """Raise `RuleError` with one line where ``content`` breaks the schema of the file called ``name``."""
    schemas = _schemas()
    if name not in schemas["files"]:
        raise RuleError(f"{name}.yaml: no schema is written for it")
    schema = {"$defs": schemas["$defs"], **schemas["files"][name]}
    error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(schema, format_checker=FORMATS).iter_errors(content))
    if error is not None:
        raise RuleError(f"{name}.yaml: {error.json_path}: {error.message[:200]}")


@cache
def table(name: str) -> Any:
    """The checked content of ``data/{name}.yaml``. Callers don't change it."""
    try:
        content = load_yaml(files(PACKAGE).joinpath(f"data/{name}.yaml").read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise RuleError(f"{name}.yaml: not YAML: {error}".replace("\n", " ")) from error
    check(name, content)
    return content
