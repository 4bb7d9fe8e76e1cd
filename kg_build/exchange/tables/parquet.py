"""Tables as Parquet, for pandas, DuckDB, Spark; needs ``zonekg[parquet]``."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import IO, Any

from kg_build.errors import ZonekgError
from kg_build.exchange.tables.rows import Value
from kg_build.exchange.tables.spec import Kind, Table

_GROUP = 20_000
"""Rows in memory at a time."""


def write_parquet(table: Table, rows: Iterable[tuple[Value, ...]], stream: IO[bytes]) -> None:
    """Write a table; numbers are double, dates date32. Raises `ZonekgError` where pyarrow is missing."""
    try:
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError:
        raise ZonekgError("Parquet needs pyarrow: pip install 'zonekg[parquet]'") from None
    types: dict[Kind, Any] = {
        "text": pa.string(), "iri": pa.string(), "count": pa.int64(), "integer": pa.int64(), "number": pa.float64(),
        "boolean": pa.bool_(), "date": pa.date32(),
    }  # fmt: skip
    schema = pa.schema([(column.name, types[column.kind]) for column in table.columns])
    numbers = [column.kind == "number" for column in table.columns]
    rows = iter(rows)
    with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        while group := list(islice(rows, _GROUP)):
            columns = [
                [float(value) for value in values]
                if number and None not in values
                else _floats(values)
                if number
                else list(values)
                for values, number in zip(zip(*group, strict=True), numbers, strict=True)
            ]
            writer.write_table(
                pa.Table.from_arrays([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)
            )


def _floats(values: Iterable[Any]) -> list[float | None]:
    return [None if value is None else float(value) for value in values]
