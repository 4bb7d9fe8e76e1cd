"""A set of names that may be larger than memory."""

from __future__ import annotations

import sqlite3
import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

CACHE = 20_000
"""Kilobytes that stay in memory; SQLite puts the rest into a file of its own that nobody else sees and that goes with the set."""


class LargeSet:
    """Strings, each once. For one thread."""

    def __init__(self) -> None:
        # An empty name: a temporary database, on disk as soon as it outgrows its cache (SQLite, "In-Memory Databases").
        self._database = sqlite3.connect("", isolation_level=None)
        weakref.finalize(self, self._database.close)
        self._database.execute(f"PRAGMA cache_size = -{CACHE}")
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("CREATE TABLE names (name TEXT PRIMARY KEY) WITHOUT ROWID")
        self._database.execute("BEGIN")

    def add(self, name: str) -> bool:
        """Take a name; whether it is new."""
        return self._database.execute("INSERT OR IGNORE INTO names VALUES (?)", (name,)).rowcount == 1

    def __contains__(self, name: object) -> bool:
        return self._database.execute("SELECT 1 FROM names WHERE name = ?", (name,)).fetchone() is not None

    def __iter__(self) -> Iterator[str]:
        """The names in the order of their code points."""
        for (name,) in self._database.execute("SELECT name FROM names ORDER BY name"):
            yield name  # Not an expression: this holds the set, and so its database, until it is through.
