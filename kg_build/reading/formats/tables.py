"""Tables: one article a row, from CSV, TSV and JSON Lines."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping

from kg_build.errors import InputError
from kg_build.model import SourceDocument
from kg_build.reading.formats import Warn, require_text
from kg_build.reading.formats.decoding import UndecodableError, decode
from kg_build.reading.layout.dates import parse_date
from kg_build.reading.layout.lines import squeeze
from kg_build.reading.layout.patterns import load_patterns

_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half of a pair, which JSON can hold (``"\\ud83d"``) and no other text can."""


def read_csv(source_file: str, data: bytes, warn: Warn) -> Iterator[SourceDocument]:
    """A document for each row of a CSV file; the delimiter is the one of its header among comma, semicolon and tab."""
    return _read_rows(source_file, data, warn, None)


def read_tsv(source_file: str, data: bytes, warn: Warn) -> Iterator[SourceDocument]:
    """A document for each row of a tab-separated file."""
    return _read_rows(source_file, data, warn, "\t")


def read_jsonl(source_file: str, data: bytes, warn: Warn) -> Iterator[SourceDocument]:
    """A document for each line of a JSON Lines file; rows are counted as lines."""
    text, encoding = _decode(source_file, data)
    good = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            warn(f"{source_file} row {number}: not JSON: {error}")
            continue
        if not isinstance(value, dict):
            warn(f"{source_file} row {number}: not an object but {type(value).__name__}")
            continue
        cells = {str(key): "" if cell is None else str(cell) for key, cell in value.items() if not isinstance(cell, dict | list)}
        if document := _row(source_file, number, cells, "application/x-ndjson", encoding, warn):
            good += 1
            yield document
    if not good:
        raise InputError(source_file, "no row with a text")


def _decode(source_file: str, data: bytes) -> tuple[str, str]:
    try:
        text, encoding = decode(data)
    except UndecodableError as error:
        raise InputError(source_file, str(error)) from error
    require_text(source_file, text)
    return text, encoding


def _read_rows(source_file: str, data: bytes, warn: Warn, delimiter: str | None) -> Iterator[SourceDocument]:
    text, encoding = _decode(source_file, data)
    first = text.lstrip().partition("\n")[0]
    if delimiter is None:
        delimiter = max(",;\t", key=lambda mark: (_fields_known(first.split(mark)), mark == ","))
    if not _fields_known(first.split(delimiter)):
        raise InputError(source_file, "no column named text (or 正文, 内容) in the first row")
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    rows = csv.reader(io.StringIO(text.lstrip(), newline=""), delimiter=delimiter)
    try:
        header = next(rows)
    except csv.Error as error:
        raise InputError(source_file, f"not a table: {error}") from error
    good = 0
    number = 0
    media_type = "text/tab-separated-values" if delimiter == "\t" else "text/csv"
    while True:
        number += 1
        try:
            cells = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            warn(f"{source_file} row {number}: {error}")
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header):
            warn(f"{source_file} row {number}: {len(cells)} cells, but the header has {len(header)}; the row is left out")
            continue
        if document := _row(source_file, number, dict(zip(header, cells, strict=False)), media_type, encoding, warn):
            good += 1
            yield document
    if not good:
        raise InputError(source_file, "no row with a text")


def _fields_known(header: list[str]) -> int:
    columns = load_patterns().columns
    fields = {columns.get(cell.strip().strip('"').lower()) for cell in header}
    return len(fields - {None}) if "text" in fields else 0


def _row(
    source_file: str, number: int, cells: Mapping[str, str], media_type: str, encoding: str, warn: Warn
) -> SourceDocument | None:
    """The document of a row; None, with a warning, where it has no text."""
    columns = load_patterns().columns
    values: dict[str, str] = {}
    for header, cell in cells.items():
        field = columns.get(header.strip().lower())
        if field and cell.strip():
            if _SURROGATE.search(cell):
                warn(f"{source_file} row {number}: half a surrogate pair in {field}, read as U+FFFD")
            values.setdefault(field, _SURROGATE.sub("\ufffd", cell.strip().replace("\x00", "")))
    text = values.get("text", "")
    if not text.strip():
        warn(f"{source_file} row {number}: no text; the row is left out")
        return None
    day = None
    if given := values.get("date"):
        day = parse_date(given)
        if day is None:
            warn(f"{source_file} row {number}: not a date: {given[:40]}")
    # Title and author stand in the article's text as well, so the extracted text begins with them.
    title, author = values.get("title"), values.get("author")
    title = " ".join(title.split()) if title else None
    author = " ".join(author.split()) if author else None
    head = squeeze(text[:400])
    front = [line for line in (title, author) if line and squeeze(line) not in head]
    return SourceDocument(
        source_file,
        "\n\n".join([*front, text]),
        media_type,
        encoding,
        title=title,
        published=day,
        url=values.get("url"),
        author=author,
        publisher=values.get("publisher"),
        row=number,
    )
