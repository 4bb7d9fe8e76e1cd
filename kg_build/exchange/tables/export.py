"""Writing the tables and the network of a store."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from kg_build.errors import ZonekgError
from kg_build.exchange.filters import ALL, Selection, union_of
from kg_build.exchange.tables.csvfiles import write_csv
from kg_build.exchange.tables.rows import Rows
from kg_build.exchange.tables.spec import Table, find, tables

if TYPE_CHECKING:
    from pathlib import Path

    import pyoxigraph as ox

    from kg_build.store import Reader

FOLDERS = {"csv": "csv", "parquet": "parquet", "neo4j": "csv"}
"""Formats of several files, with the files' suffix."""
FILES = {"xlsx": "xlsx", "graphml": "graphml"}
"""Formats of one file, with its suffix."""


def export_folder(reader: Reader, folder: Path, format: str, selection: Selection = ALL, *, bom: bool = False) -> None:  # noqa: A002
    """Write all tables as ``csv`` or ``parquet``, or the two files of ``neo4j``, into a folder that exists.

    Memory doesn't grow with the graph. Raises `ZonekgError` for an unknown format, or a library that isn't installed.
    """
    with union_of(reader, selection) as union:
        if format == "neo4j":
            from kg_build.exchange.tables import neo4j  # noqa: PLC0415
            from kg_build.exchange.tables.network import Network  # noqa: PLC0415

            for name, write in ((neo4j.NODES, neo4j.write_nodes), (neo4j.RELATIONSHIPS, neo4j.write_relationships)):
                with (folder / name).open("wb") as stream:
                    write(Network(union), stream)
            return
        for table in _chosen(selection):
            with (folder / f"{table.name}.{format}").open("wb") as stream:
                _write(union, table, stream, format, bom=bom)


def export_table(
    reader: Reader,
    stream: IO[bytes],
    format: str,  # noqa: A002
    name: str,
    selection: Selection = ALL,
    *,
    bom: bool = False,
) -> None:
    """Write one table as ``csv`` or ``parquet``. Raises `ZonekgError` as `export_folder` does, and for an unknown table."""
    table = find(name)
    with union_of(reader, selection) as union:
        _write(union, table, stream, format, bom=bom)


def export_file(reader: Reader, stream: IO[bytes], format: str, selection: Selection = ALL) -> None:  # noqa: A002
    """Write all tables as a workbook (``xlsx``), or the network as ``graphml``."""
    with union_of(reader, selection) as union:
        if format == "xlsx":
            from kg_build.exchange.tables.workbook import write_workbook  # noqa: PLC0415

            rows = Rows(union)
            write_workbook(((table, rows.of(table)) for table in _chosen(selection)), stream)
        elif format == "graphml":
            from kg_build.exchange.tables.graphml import write_graphml  # noqa: PLC0415
            from kg_build.exchange.tables.network import Network  # noqa: PLC0415

            write_graphml(Network(union), stream)
        else:
            raise ZonekgError(f"no format is called {format!r}")


def _chosen(selection: Selection) -> list[Table]:
    return [table for table in tables() if selection.claims or table.name != "claims"]


def _write(union: ox.Store, table: Table, stream: IO[bytes], format: str, *, bom: bool) -> None:  # noqa: A002
    rows = Rows(union).of(table)
    if format == "csv":
        write_csv(table, rows, stream, bom=bom)
    elif format == "parquet":
        from kg_build.exchange.tables.parquet import write_parquet  # noqa: PLC0415

        write_parquet(table, rows, stream)
    else:
        raise ZonekgError(f"no table can be written as {format!r}")
