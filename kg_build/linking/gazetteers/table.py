"""A table of the user's: CSV with a header, a record a line."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from kg_build.errors import InputError
from kg_build.linking.divisions import index
from kg_build.linking.gazetteers.base import Progress, Source, quiet
from kg_build.linking.gazetteers.records import Records
from kg_build.linking.model import Candidate, Thing
from kg_build.linking.names import split_places
from kg_build.linking.scoring import codes_of
from kg_build.linking.things import LINKED
from kg_build.linking.uscc import problem
from kg_build.reading.formats.decoding import UndecodableError, decode
from kg_build.resolution.names import iri_name
from kg_build.yamlfiles import load_yaml

MANY = "|"
"""What stands between several names or industries in one cell."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a line that its author should know."""

    line: int
    text: str


class Table:
    """The records of a CSV file.

    Columns, in English or Chinese as ``data/columns.yaml`` lists them: a name (needed), and any of id (an IRI, or what is put
    behind ``prefix``), aliases, type, place, industry, Unified Social Credit Code, latitude, longitude. ``remarks`` has what
    is wrong with single lines; a code whose check digit is wrong identifies nothing.
    """

    def __init__(self, path: Path, prefix: str = "") -> None:
        """Read the file. Raises `InputError` where it can't be read, has no column of names or no name in it."""
        self.remarks: list[Remark] = []
        self.source = Source(name=path.stem, title=path.name, iri=prefix or f"urn:zonekg:table:{iri_name(path.stem)}")
        self._prefix = prefix or f"{self.source.iri}:"
        self._records = Records(self._read(path))
        self.types = frozenset(LINKED)

    def candidates(self, things: Sequence[Thing], progress: Progress = quiet) -> list[list[Candidate]]:
        """The records whose names are near to each thing's."""
        del progress
        return [self._records.find(thing) for thing in things]

    def _read(self, path: Path) -> list[Candidate]:
        try:
            text, _ = decode(path.read_bytes())
        except OSError as error:
            raise InputError(path, f"can't be read: {error.strerror}") from error
        except UndecodableError as error:
            raise InputError(path, str(error)) from error
        # Strict: a quote that is never closed would swallow all lines after it.
        reader = csv.reader(io.StringIO(text), strict=True)
        try:
            return self._rows(path, reader)
        except csv.Error as error:
            raise InputError(path, f"line {reader.line_num}: {error}") from error

    def _rows(self, path: Path, reader: Any) -> list[Candidate]:
        header = [_column(cell) for cell in next(reader, [])]
        if "name" not in header:
            known = ", ".join(_columns()["name"])
            raise InputError(path, f"no column of names (known: {known})")
        seen: dict[str, int] = {}
        found = []
        for cells in reader:
            row = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name and cell.strip()}
            if "name" not in row:
                if row:
                    self.remarks.append(Remark(reader.line_num, "no name; left out"))
                continue
            record = self._record(row, reader.line_num)
            if record.iri in seen:
                self.remarks.append(Remark(reader.line_num, f"the same id as in line {seen[record.iri]}; left out"))
                continue
            seen[record.iri] = reader.line_num
            found.append(record)
        if not found:
            raise InputError(path, "no line has a name")
        return found

    def _record(self, row: Mapping[str, str], line: int) -> Candidate:
        uscc = row.get("uscc", "").upper()
        wrong = problem(uscc) if uscc else None
        if wrong is not None:
            self.remarks.append(Remark(line, f"{row['name']}: {uscc}: {wrong}"))
        id_ = row.get("id") or (uscc if wrong is None else "") or row["name"]
        place = row.get("place", "")
        return Candidate(
            iri=id_ if id_.startswith(("http://", "https://", "urn:")) else f"{self._prefix}{iri_name(id_)}",
            names=(row["name"],),
            aliases=_cell(row.get("aliases", "")),
            type=row.get("type", "") if row.get("type", "") in LINKED else "",
            inside=inside(place),
            place=place,
            industries=_cell(row.get("industry", "")),
            code=uscc,
            identity=uscc if wrong is None else "",
            point=(row["latitude"], row["longitude"]) if {"latitude", "longitude"} <= row.keys() else None,
        )


def inside(place: str) -> tuple[str, ...]:
    """The codes of the division that words for a place mean and of all above it; none where they mean several or none.

    >>> inside("河南省三门峡市")
    ('411200', '410000')
    """
    if not place:
        return ()
    before, rest = split_places(place)
    codes = [code for code in codes_of(rest or place) if index().by_code[code].until is None] or list(codes_of(place))
    above = [set(codes_of(name)) for name in before]
    fitting = [code for code in codes if all(names & set(index().chain(code)) for names in above)]
    return index().chain(fitting[0]) if len(fitting) == 1 else ()


def _cell(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(MANY) if part.strip())


@cache
def _columns() -> dict[str, list[str]]:
    text = files("kg_build.linking").joinpath("data", "columns.yaml").read_text(encoding="utf-8")
    found: dict[str, list[str]] = load_yaml(text)
    return found


def _column(cell: str) -> str:
    """What a column is, by its header; empty for one that isn't known."""
    name = cell.strip().casefold()
    return next((column for column, names in _columns().items() if name in names), "")
