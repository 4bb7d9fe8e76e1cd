"""What the command prints: tables of figures, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Cell = str | int | float | None
PLACES = 3
"""Decimals of a small figure for people."""


@dataclass(frozen=True, slots=True)
class Table:
    """One block of figures. Shares are fractions of one; None is a figure that there is none of."""

    title: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    notes: tuple[str, ...] = ()
    """How it was measured, and what was left out and why."""

    def __post_init__(self) -> None:
        """Refuse a row of another length than the columns."""
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"{self.title}: a row has another length than the columns")

    def markdown(self) -> str:
        """The block as Markdown: heading, table, notes."""
        parts = [f"## {self.title}"]
        if self.rows:
            lines = [self.columns, tuple("---" for _ in self.columns), *(tuple(map(_cell, row)) for row in self.rows)]
            parts.append("\n".join(f"| {' | '.join(line)} |" for line in lines))
        if self.notes:
            parts.append("\n".join(f"- {note}" for note in self.notes))
        return "\n\n".join(parts) + "\n"

    def plain(self) -> dict[str, object]:
        """The block as what JSON can hold, figures unrounded."""
        rows = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        return {"title": self.title, "rows": rows, "notes": list(self.notes)}


def left_out(title: str, reasons: Iterable[str]) -> Table:
    """A block that could not be measured."""
    return Table(title, notes=tuple(f"left out: {reason}" for reason in reasons))


def _cell(value: Cell) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.{PLACES}f}" if abs(value) < 10 else f"{value:.1f}"
    return str(value)
