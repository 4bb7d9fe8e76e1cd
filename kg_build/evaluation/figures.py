"""A figure as annotations and stores have it, and when two of them can be one."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass

from kg_build.resolution.names import normal

_MARKS = re.compile(r"[,，.。、]")


@dataclass(frozen=True, slots=True)
class Figure:
    """What is said of an entity in a number. Days are ISO 8601, the first and the last of the period; empty for none."""

    of: str
    """The entity: an annotation's id, a store's IRI."""
    indicator: str
    value: float | None
    """In the base unit; None where only a growth is told."""
    unit: str
    growth: float | None
    """Percent."""
    start: str
    end: str
    is_target: bool


def plain(name: str) -> str:
    """A name as it is compared: without what print adds."""
    return _MARKS.sub("", normal(name))


def alike(a: str, b: str) -> bool:
    """Whether two indicators' names can mean one: one within the other, or half of their character pairs in common."""
    x, y = plain(a), plain(b)
    if min(len(x), len(y)) < 2:
        return x == y != ""
    if x in y or y in x:
        return True
    pairs_x, pairs_y = ({t[i : i + 2] for i in range(len(t) - 1)} for t in (x, y))
    return len(pairs_x & pairs_y) * 2 >= len(pairs_x | pairs_y)


def close(a: float | None, b: float | None) -> bool:
    """Equal within a thousandth."""
    return a is not None and b is not None and abs(a - b) <= 1e-3 * max(1.0, abs(b))


def same_amount(gold: Figure, said: Figure) -> bool:
    """Whether value and unit agree, or, where gold has only a growth, the growth."""
    if gold.value is None:
        return close(said.growth, gold.growth)
    return close(said.value, gold.value) and (not gold.unit or gold.unit == said.unit)


def day(text: str, *, last: bool = False) -> str:
    """The first (or last) day of a year, a month or a day written YYYY, YYYY-MM, YYYY-MM-DD; empty for no date."""
    parts = [int(p) for p in text.split("-") if p.isdigit()]
    if not parts or len(text) < 4:
        return ""
    year = parts[0]
    month = parts[1] if len(parts) > 1 else (12 if last else 1)
    if not 1 <= month <= 12:
        return ""
    of_month = parts[2] if len(parts) > 2 else (calendar.monthrange(year, month)[1] if last else 1)
    return f"{year:04}-{month:02}-{of_month:02}"


def number(value: float) -> str:
    """A number in plain digits: 12000000000, 8.5."""
    return f"{value:.0f}" if value == int(value) else repr(value)


def amount(value: float | None, unit: str, growth: float | None) -> str:
    """What a figure says, for people: ``620000000 元, +8.5%``."""
    told = [] if value is None else [f"{number(value)} {unit}".strip()]
    if growth is not None:
        told.append(f"{'+' if growth > 0 else ''}{number(growth)}%")
    return ", ".join(told)
