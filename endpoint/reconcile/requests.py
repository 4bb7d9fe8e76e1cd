"""What clients send, read into plain objects; whatever isn't as the specification says is a problem that names it.

Reconciliation Service API v0.2, sections 4.1 (queries) and 7.3 (data extension).
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from endpoint.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_TEXT: Final = 1000
"""Characters of a name that is asked for."""
MAX_LIST: Final = 100
"""Entries of a list within a query: types, properties, values; and candidates that are given at most."""
DEFAULT_LIMIT: Final = 10
"""Candidates where a query doesn't say how many."""
_STRICT: Final = ("any", "should", "all")

Strictness = Literal["any", "should", "all"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that is a thing reconciled before."""

    id: str


Value = str | float | bool | Reference


@dataclass(frozen=True, slots=True)
class Constraint:
    """A property, and values of which a candidate should have one."""

    property: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A reconciliation query. No text: the constraints alone choose."""

    text: str
    types: tuple[str, ...] = ()
    strictness: Strictness = "any"
    limit: int = DEFAULT_LIMIT
    constraints: tuple[Constraint, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A property to fetch, with what the user has set for it."""

    property: str
    settings: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Extension:
    """A data extension query."""

    ids: tuple[str, ...]
    columns: tuple[Column, ...]


def bad(detail: str) -> Problem:
    """A request that isn't as it should be."""
    return Problem(400, "Bad Request", detail, kind="request")


def read_queries(text: str, most: int) -> dict[str, Query]:
    """A batch of queries by their keys, in their order; at most so many."""
    batch = _object(_json(text, "queries"), "queries")
    _at_most(len(batch), most, "queries")
    return {key: _query(value, f"queries.{key[:40]}") for key, value in batch.items()}


def read_extension(text: str, most: int) -> Extension:
    """A data extension query for at most so many things."""
    data = _object(_json(text, "extend"), "extend")
    ids = _list(data.get("ids"), "extend.ids")
    _at_most(len(ids), most, "ids")
    columns = _list(data.get("properties"), "extend.properties")
    _at_most(len(columns), MAX_LIST, "properties")
    read = []
    for number, one in enumerate(columns):
        where = f"extend.properties[{number}]"
        row = _object(one, where)
        read.append(Column(_text(row.get("id"), f"{where}.id"), _object(row.get("settings") or {}, f"{where}.settings")))
    return Extension(tuple(_text(one, "extend.ids[…]") for one in ids), tuple(read))


def _query(data: object, where: str) -> Query:
    row = _object(data, where)
    text = _text(row.get("query", ""), f"{where}.query").strip()
    types = row.get("type") or []
    strict = row.get("type_strict", "any")
    if strict not in _STRICT:
        raise bad(f"{where}.type_strict is one of {', '.join(_STRICT)}.")
    found = _list([types] if isinstance(types, str | dict) else types, f"{where}.type")
    constraints = _constraints(row.get("properties") or [], f"{where}.properties")
    if not text and not constraints:
        raise bad(f"{where} has neither a query nor properties.")
    return Query(
        text,
        # OpenRefine before 3.8 sends a type that was chosen by name as an object.
        tuple(_text(one.get("id") if isinstance(one, dict) else one, f"{where}.type") for one in found),
        cast("Strictness", strict),
        _limit(row.get("limit"), f"{where}.limit"),
        constraints,
    )


def _constraints(data: object, where: str) -> tuple[Constraint, ...]:
    found = []
    for number, one in enumerate(_list(data, where)):
        row = _object(one, f"{where}[{number}]")
        values = row.get("v")
        values = [value for value in (values if isinstance(values, list) else [values]) if value not in (None, "")]
        if len(values) > MAX_LIST:
            raise bad(f"{where}[{number}].v has {len(values)} values; {MAX_LIST} are the most.")
        name = _text(row.get("pid"), f"{where}[{number}].pid")
        if values:
            found.append(Constraint(name, tuple(_value(value, f"{where}[{number}].v") for value in values)))
    return tuple(found)


def _value(data: object, where: str) -> Value:
    if isinstance(data, dict):
        return Reference(_text(data.get("id"), f"{where}.id"))
    if isinstance(data, bool | int | float):
        return data
    return _text(data, where)


def _limit(data: object, where: str) -> int:
    if data is None:
        return DEFAULT_LIMIT
    if isinstance(data, bool) or not isinstance(data, int | float) or not 1 <= data < math.inf:
        raise bad(f"{where} is a whole number above 0.")
    return int(min(data, MAX_LIST))


def _json(text: str, name: str) -> object:
    try:
        data: object = json.loads(text)
    except RecursionError:
        raise bad(f"The parameter {name} is nested too deeply.") from None
    except ValueError as error:
        raise bad(f"The parameter {name} is not JSON: {error}") from None
    return data


def _object(data: object, where: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise bad(f"{where} is an object.")
    return data


def _list(data: object, where: str) -> list[object]:
    if not isinstance(data, list):
        raise bad(f"{where} is a list.")
    if len(data) > MAX_LIST and not where.startswith("extend"):
        raise bad(f"{where} has {len(data)} entries; {MAX_LIST} are the most.")
    return data


def _text(data: object, where: str) -> str:
    if not isinstance(data, str):
        raise bad(f"{where} is a text.")
    if len(data) > MAX_TEXT:
        raise bad(f"{where} has {len(data)} characters; {MAX_TEXT} are the most.")
    try:
        data.encode()
    except UnicodeEncodeError:
        raise bad(f"{where} has half a surrogate pair in it, which is no character.") from None
    return data


def _at_most(count: int, most: int, what: str) -> None:
    if count > most:
        detail = f"There are {count} {what}; {most} are the most."
        raise Problem(413, "Batch too large", detail, kind="batch", limit=most)
