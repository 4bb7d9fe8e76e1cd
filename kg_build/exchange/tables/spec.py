"""Which tables there are and what their columns hold: ``exchange/data/tables.yaml``, checked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

import pyoxigraph as ox

from kg_build.errors import ZonekgError
from kg_build.yamlfiles import load_yaml
from ontology.terms import CORE_CLASSES, PREFIXES, ZONE

Kind = Literal["text", "iri", "count", "number", "integer", "boolean", "date"]
SEVERAL = "several"
"""The last column of every table: values of columns that can hold but one."""
SEPARATOR = "；"


@dataclass(frozen=True, slots=True)
class Step:
    """A property on the way to a value, gone along or against its arrow."""

    predicate: ox.NamedNode
    inverse: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its Chinese heading, how its values are found, and which of several is taken (none: all or none)."""

    name: str
    zh: str
    kind: Kind
    path: tuple[Step, ...]
    take: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its name, its Chinese heading, the class whose things are its rows, and its columns."""

    name: str
    zh: str
    class_: ox.NamedNode
    columns: tuple[Column, ...]


@cache
def tables() -> tuple[Table, ...]:
    """All tables in their order. Raises `ValueError` where the file is wrong."""
    text = files("kg_build.exchange").joinpath("data", "tables.yaml").read_text(encoding="utf-8")
    return tuple(_table(row) for row in load_yaml(text))


def find(name: str) -> Table:
    """A table by its name; `ZonekgError` where there is none."""
    for table in tables():
        if table.name == name:
            return table
    raise ZonekgError(f"no table is called {name!r} (known: {', '.join(table.name for table in tables())})")


def _table(row: dict[str, Any]) -> Table:
    if row["class"] not in CORE_CLASSES:
        raise ValueError(f"tables.yaml: {row['name']}: no class is called {row['class']}")
    columns = tuple(_column(column) for column in row["columns"])
    several = Column(SEVERAL, "多个值", "text", ())
    return Table(row["name"], row["zh"], ox.NamedNode(ZONE[row["class"]]), (*columns, several))


def _column(row: dict[str, Any]) -> Column:
    kind, take = row["type"], row.get("take", "")
    if kind not in get_args(Kind) or take not in {"", "first", "last"}:
        raise ValueError(f"tables.yaml: {row['name']}: {kind} {take}")
    return Column(row["name"], row["zh"], kind, tuple(_step(name) for name in row.get("path", ())), take)


def _step(name: str) -> Step:
    prefix, _, local = name.removeprefix("^").partition(":")
    if prefix == "zone":
        return Step(ox.NamedNode(ZONE[local]), name.startswith("^"))
    return Step(ox.NamedNode(PREFIXES[prefix] + local), name.startswith("^"))
