"""All tables as one Excel workbook, a sheet a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any

from kg_build.exchange.tables.rows import Value
from kg_build.exchange.tables.spec import Table

if TYPE_CHECKING:
    import xlsxwriter

MAX_ROWS = 1_048_576
"""Rows of a sheet, its heading included (Excel specifications and limits)."""
MAX_CELL = 32_767
"""Characters of a cell."""
_CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Written as the workbook's date, so that the same graph gives the same bytes."""
_HEAD = ("表 sheet", "工作表名", "行数 rows", "说明 note")


def write_workbook(
    tables: Iterable[tuple[Table, Iterable[tuple[Value, ...]]]], stream: IO[bytes], *, max_rows: int = MAX_ROWS
) -> None:
    """Write the tables; a row is in memory at a time.

    The first sheet lists the others. A table with more rows than a sheet holds goes on in the next one, which the list says.
    Texts are texts, whatever they begin with; one longer than a cell holds is cut, with … at its end.
    """
    import xlsxwriter  # noqa: PLC0415

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(stream, {**options, "default_date_format": "yyyy-mm-dd"})
    book.set_properties({"title": "开发区知识图谱", "created": _CREATED})
    bold = book.add_format({"bold": True})
    contents: list[tuple[str, str, int, str]] = []
    first = book.add_worksheet("目录")
    for table, rows in tables:
        for number, part in enumerate(_parts(rows, max_rows - 1), 1):
            name = table.zh if number == 1 else f"{table.zh} ({number})"
            sheet = book.add_worksheet(name)
            count = _fill(sheet, table, part, bold)
            note = "" if number == 1 else f"接上表 continues {table.zh}" + (f" ({number - 1})" if number > 2 else "")
            contents.append((table.name, name, count, note))
    for row, line in enumerate((_HEAD, *contents)):
        first.write_row(row, 0, line, bold if row == 0 else None)
    first.set_column(0, 3, 20)
    book.close()


def _parts(rows: Iterable[tuple[Value, ...]], size: int) -> Iterator[Iterator[tuple[Value, ...]]]:
    """The rows in parts; at least one part, perhaps with no rows. Each is to be used up before the next."""
    rows = iter(rows)
    yield islice(rows, size)
    for row in rows:
        yield chain((row,), islice(rows, size - 1))


def _fill(sheet: xlsxwriter.worksheet.Worksheet, table: Table, rows: Iterator[tuple[Value, ...]], bold: Any) -> int:
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, len(table.columns) - 1, 18)
    for position, column in enumerate(table.columns):
        sheet.write_string(0, position, f"{column.zh} {column.name}", bold)
    count = 0
    for count, row in enumerate(rows, 1):
        for position, value in enumerate(row):
            _write(sheet, count, position, value)
    sheet.autofilter(0, 0, count, len(table.columns) - 1)
    return count


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, position: int, value: Value) -> None:
    if value is None:
        return
    if isinstance(value, str):
        sheet.write_string(row, position, value if len(value) <= MAX_CELL else value[: MAX_CELL - 1] + "…")
    elif isinstance(value, bool):
        sheet.write_boolean(row, position, value)
    elif isinstance(value, date):
        sheet.write_datetime(row, position, datetime(value.year, value.month, value.day))  # noqa: DTZ001 - a day has no zone
    else:
        sheet.write_number(row, position, float(value))
