"""Tables as CSV (RFC 4180), safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterable
from typing import IO

from kg_build.exchange.tables.rows import Value
from kg_build.exchange.tables.spec import Table

_DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")
"""What makes a spreadsheet read a text as a formula, full-width forms included (OWASP, "CSV Injection")."""


def write_csv(table: Table, rows: Iterable[tuple[Value, ...]], stream: IO[bytes], *, bom: bool = False) -> None:
    """Write a table with a line of column names. With ``bom`` Excel takes the file for the UTF-8 that it is."""
    if bom:
        stream.write(BOM_UTF8)
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    try:
        writer = csv.writer(text)
        writer.writerow([column.name for column in table.columns])
        writer.writerows([cell(value) for value in row] for row in rows)
        text.flush()
    finally:
        text.detach()


def cell(value: Value) -> str:
    """A value as CSV has it; a text that a spreadsheet would run gets an apostrophe before it, numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return f"{value:f}" if hasattr(value, "as_tuple") else str(value)
    return f"'{value}" if value.startswith(_DANGEROUS) else value
