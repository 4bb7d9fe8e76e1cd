"""Gold annotations: one JSON file a text, with entities, relations and observations (format: docs/evaluation.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg_build.errors import InputError
from kg_build.evaluation.figures import Figure, day
from kg_build.model import EntityType

VALUES = ("status", "totalInvestment")
"""Relations whose object is a value, not an entity."""


@dataclass(frozen=True, slots=True)
class GoldEntity:
    """Something that the text speaks of."""

    id: str
    type: str
    names: tuple[str, ...]
    """The forms that count; general words (该区) only where there are no others."""
    generic: tuple[str, ...] = ()
    """Forms that mean it in this text only."""


@dataclass(frozen=True, slots=True)
class GoldRelation:
    """A statement between entities, or with a value."""

    subject: str
    predicate: str
    object: str | float
    title: str = ""


@dataclass(frozen=True, slots=True)
class Gold:
    """What a careful reader says that one text states."""

    article: str
    """The file's name without its ending."""
    entities: Mapping[str, GoldEntity]
    relations: tuple[GoldRelation, ...]
    observations: tuple[Figure, ...]


def load_gold(path: Path) -> Gold | None:
    """Read a gold file; None for a JSON file that holds something else (no ``entities``).

    Raises `InputError` for what is no JSON or refers to an entity that isn't there.
    """
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(path, error.strerror or "can't be read") from error
    except ValueError as error:
        raise InputError(path, f"not JSON: {error}") from error
    if not isinstance(table, dict) or "entities" not in table:
        return None
    try:
        return gold_of(table)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(path, f"not a gold annotation: {error!r}") from error


def gold_of(table: Mapping[str, Any]) -> Gold:
    """A gold annotation from its JSON object. Raises `KeyError`, `TypeError` or `ValueError` for what is none."""
    entities = {
        e["id"]: GoldEntity(
            e["id"], EntityType(e["type"]).value, tuple(e["names"] or e.get("generic", ())), tuple(e.get("generic", ()))
        )
        for e in table["entities"]
    }
    known = entities.keys() | {"article"}
    relations = []
    for row in table["relations"]:
        value = row["o"] if row["p"] in VALUES else str(row["o"])
        if row["s"] not in known or (row["p"] not in VALUES and value not in known):
            raise ValueError(f"no such entity: {row}")
        if row["p"] == "totalInvestment":
            value = float(value)
        relations.append(GoldRelation(row["s"], row["p"], value, row.get("title", "")))
    return Gold(table["article"], entities, tuple(relations), tuple(map(_figure, table.get("observations", ()))))


def _figure(row: Mapping[str, Any]) -> Figure:
    return Figure(
        of=row["of"],
        indicator=row["indicator"],
        value=None if row.get("value") is None else float(row["value"]),
        unit=row.get("unit", ""),
        growth=row.get("growth"),
        start=day(str(row.get("from", ""))),
        end=day(str(row.get("to", "")), last=True),
        is_target=bool(row.get("target")),
    )
