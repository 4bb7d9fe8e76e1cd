"""The table of units (``units.yaml``), checked when it is read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

import jsonschema

from kg_build.errors import RuleError
from kg_build.yamlfiles import load_yaml


class Kind(StrEnum):
    """What sort of figure a quantity is."""

    MONEY = "money"
    MEASURE = "measure"
    COUNT = "count"
    PERCENT = "percent"
    POINTS = "points"
    TIMES = "times"
    RANK = "rank"
    DURATION = "duration"


SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["units"],
    "additionalProperties": False,
    "properties": {
        "units": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["forms", "base", "factor", "kind"],
                "additionalProperties": False,
                "properties": {
                    "forms": {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1},
                    "base": {"type": "string", "minLength": 1},
                    "factor": {"type": ["integer", "string"]},
                    "kind": {"enum": [kind.value for kind in Kind]},
                    "not_before": {"type": "string"},
                    "iso": {"type": "string", "pattern": "^[A-Z]{3}$"},
                },
            },
        }
    },
}


@dataclass(frozen=True, slots=True)
class Unit:
    """One written form of a unit; ``factor`` base units make one of it."""

    form: str
    base: str
    factor: Decimal
    kind: Kind
    not_before: str = ""
    iso: str = ""
    """A currency's code by ISO 4217."""

    @property
    def pattern(self) -> str:
        """The form as a regular expression, with what may not follow."""
        return re.escape(self.form) + (f"(?![{self.not_before}])" if self.not_before else "")


def load_table(text: str) -> dict[str, Unit]:
    """Units by written form, from the YAML of a table.

    Raises:
        RuleError: the table breaks its schema, or gives one form twice.
    """
    data = load_yaml(text)
    try:
        jsonschema.validate(data, SCHEMA)
    except jsonschema.ValidationError as error:
        raise RuleError(f"units: {error.message}") from error
    table: dict[str, Unit] = {}
    for row in data["units"]:
        for form in row["forms"]:
            if form in table:
                raise RuleError(f"units: {form} stands twice")
            factor = Decimal(str(row["factor"]))
            table[form] = Unit(form, row["base"], factor, Kind(row["kind"]), row.get("not_before", ""), row.get("iso", ""))
    return table


@cache
def units() -> dict[str, Unit]:
    """The units that ship, by written form."""
    return load_table(resources.files(__package__).joinpath("units.yaml").read_text(encoding="utf-8"))


@cache
def currency(unit: str) -> str:
    """The code by ISO 4217 of a currency as units are told (美元 → USD)."""
    return next(row.iso for row in units().values() if row.base == unit and row.iso)


@cache
def unit_pattern() -> str:
    """All forms as one alternation, the longest first."""
    ordered = sorted(units().values(), key=lambda unit: (-len(unit.form), unit.form))
    return "|".join(unit.pattern for unit in ordered)
