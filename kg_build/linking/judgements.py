"""People's judgements: which thing is which record, which isn't, which can't be told; who said so and when.

Kept in a text file outside the store, a line a judgement (tab-separated, sorted), so that it survives every rebuild, can be
compared and merged by line, and be written by hand.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from kg_build.errors import InputError
from kg_build.exchange.output import new_file

COLUMNS = ("subject", "object", "judgement", "who", "when", "note")


class Judgement(StrEnum):
    """What a person says of a pair."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """A line of the file."""

    subject: str
    object: str
    judgement: Judgement
    who: str
    when: date
    note: str = ""


class Judgements:
    """The judgements of a file; the newest of a pair counts."""

    def __init__(self, rows: list[Row] | None = None) -> None:
        self._rows: dict[str, dict[str, Row]] = defaultdict(dict)
        for row in rows or []:
            self.add(row)

    @classmethod
    def read(cls, path: Path) -> Judgements:
        """The judgements of a file; none where there is no file. Raises `InputError` with the line of a mistake."""
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return cls()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(path, f"can't be read: {error}") from error
        reader = csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
        if tuple(next(reader, ())) != COLUMNS:
            raise InputError(path, f"the first line must be {' '.join(COLUMNS)}, parted by tabs")
        rows = []
        for line in reader:
            if not line:
                continue
            try:
                subject, object_, judgement, who, when, *note = line
                rows.append(Row(subject, object_, Judgement(judgement), who, date.fromisoformat(when), *note))
            except (TypeError, ValueError) as error:
                raise InputError(path, f"line {reader.line_num}: {error}") from error
        return cls(rows)

    def write(self, path: Path) -> None:
        """Write the file: sorted, all or nothing."""
        lines = ["\t".join(COLUMNS)]
        for row in self.rows():
            cells = (row.subject, row.object, row.judgement.value, row.who, row.when.isoformat(), row.note)
            lines.append("\t".join(" ".join(cell.split()) for cell in cells))
        with new_file(path, durable=True) as file:
            file.write("".join(f"{line}\n" for line in lines).encode())

    def add(self, row: Row) -> None:
        """Take a judgement; an older one of the same pair gives way."""
        old = self.row(row.subject, row.object)
        if old is None or row.when >= old.when:
            self._rows[row.subject][row.object] = row

    def of(self, subject: str) -> dict[str, Judgement]:
        """Record → judgement for one thing."""
        return {object_: row.judgement for object_, row in self._rows.get(subject, {}).items()}

    def row(self, subject: str, object_: str) -> Row | None:
        """The judgement of a pair."""
        return self._rows.get(subject, {}).get(object_)

    def rows(self) -> list[Row]:
        """All of them, sorted."""
        return sorted(row for rows in self._rows.values() for row in rows.values())
