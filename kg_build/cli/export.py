"""``zonekg export``."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from kg_build.cli.options import settings, store_option
from kg_build.errors import InputError

if TYPE_CHECKING:
    from kg_build.exchange import Selection
    from kg_build.store import Reader

SUFFIXES = {
    ".ttl": "turtle", ".trig": "trig", ".nq": "nquads", ".nt": "ntriples", ".jsonld": "jsonld", ".rdf": "rdfxml",
    ".owl": "rdfxml", ".csv": "csv", ".parquet": "parquet", ".xlsx": "xlsx", ".graphml": "graphml",
}  # fmt: skip
RDF = ("turtle", "trig", "nquads", "ntriples", "jsonld", "rdfxml")
FOLDERS = ("csv", "parquet", "neo4j")
"""Formats of several files."""
NAMES = (*RDF, *FOLDERS, "xlsx", "graphml")
DAY = click.DateTime(["%Y-%m-%d"])


@click.command("export")
@store_option
@click.option("--format", "format_", type=click.Choice(NAMES), help="[default: by the ending of FILE, else turtle]")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="File or folder  [default: standard output]"
)
@click.option("--gzip", "gzipped", is_flag=True, help="Pack the file; a FILE that ends in .gz is packed anyway.")
@click.option("--zone", "zones", multiple=True, metavar="NAME", help="Only what belongs to a zone (may be repeated).")
@click.option(
    "--class", "classes", multiple=True, metavar="NAME", help="Only things of a class, as Enterprise (may be repeated)."
)
@click.option("--since", type=DAY, metavar="DATE", help="Only what articles of this day or later say.")
@click.option("--until", type=DAY, metavar="DATE", help="Only what articles of this day or earlier say.")
@click.option("--min-confidence", type=click.FloatRange(0, 1), metavar="X", help="Leave out what is said with less confidence.")
@click.option("--claims/--no-claims", default=None, help="With or without the claims  [default: with; for Protégé without]")
@click.option("--for-protege", is_flag=True, help="One OWL 2 DL file with the ontology and the data.")
@click.option("--table", metavar="NAME", help="Of csv and parquet, only this table.")
@click.option("--bom", is_flag=True, help="Begin CSV files with a byte-order mark, as Excel wants it.")
def command(
    store: Path | None,
    format_: str | None,
    output: Path | None,
    gzipped: bool,
    zones: tuple[str, ...],
    classes: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    min_confidence: float | None,
    claims: bool | None,
    for_protege: bool,
    table: str | None,
    bom: bool,
) -> None:
    """Write the graph, or a part of it: as RDF, as tables, as a network of nodes and edges.

    Turtle, N-Triples and RDF/XML have one graph, TriG, N-Quads and JSON-LD all of them. CSV, Parquet and Neo4j files go into a
    folder, a file a table; xlsx has a sheet a table.

    \b
    zonekg export -o zones.ttl
    zonekg export -o zones.nq.gz
    zonekg export --zone 青岚经济技术开发区 --since 2024-01-01 -o qinglan.trig
    zonekg export --for-protege --zone 青岚经济技术开发区 -o qinglan.owl
    zonekg export -o zones.xlsx
    zonekg export --format csv --table figures --bom -o figures.csv
    """
    chosen = settings(store=store)
    output = None if output == Path("-") else output
    from kg_build.exchange import Selection
    from kg_build.store import open_for_reading

    ending = Path(output.stem).suffix if output and output.suffix == ".gz" else output.suffix if output else ""
    if ending and not format_ and ending not in SUFFIXES:
        raise click.UsageError(f"{output}: no format has the ending {ending}; name one with --format")
    format_ = format_ or SUFFIXES.get(ending, "rdfxml" if for_protege else "turtle")
    _check(format_, output, for_protege=for_protege, table=table, bom=bom)
    selection = Selection(
        zones=zones,
        classes=classes,
        since=since.date() if since else None,
        until=until.date() if until else None,
        min_confidence=None if min_confidence is None else Decimal(str(min_confidence)),
        claims=not for_protege if claims is None else claims,
        texts=chosen.texts,
    )
    with open_for_reading(chosen.store) as reader:
        if format_ in FOLDERS and not table:
            from kg_build.exchange.output import new_folder
            from kg_build.exchange.tables.export import export_folder

            with new_folder(output or Path()) as folder:
                export_folder(reader, folder, format_, selection, bom=bom)
            return
        with _target(output, packing=gzipped or (output is not None and output.suffix == ".gz")) as stream:
            _write(reader, stream, format_, selection, for_protege=for_protege, table=table, bom=bom)


def _check(format_: str, output: Path | None, *, for_protege: bool, table: str | None, bom: bool) -> None:
    if for_protege and format_ not in {"rdfxml", "turtle", "ntriples"}:
        raise click.UsageError(f"--for-protege writes RDF/XML, Turtle or N-Triples, not {format_}")
    if table and format_ not in {"csv", "parquet"}:
        raise click.UsageError(f"--table is for csv and parquet, not {format_}")
    if bom and format_ != "csv":
        raise click.UsageError(f"--bom is for csv, not {format_}")
    if format_ in FOLDERS and not table and (output is None or output.is_file()):
        raise click.UsageError(
            f"{format_} goes into a folder: name one with -o" + ("" if format_ == "neo4j" else ", or a --table")
        )


def _write(
    reader: Reader,
    stream: IO[bytes],
    format_: str,
    selection: Selection,
    *,
    for_protege: bool,
    table: str | None,
    bom: bool,
) -> None:
    from kg_build.exchange import export
    from kg_build.exchange.protege import MANY, export_for_protege
    from kg_build.exchange.tables.export import export_file, export_table

    if for_protege:
        count = export_for_protege(reader, stream, format_, selection)
        if count > MANY:
            click.echo(f"zonekg: {count} statements are many for Protégé; choose zones with --zone", err=True)
    elif table:
        export_table(reader, stream, format_, table, selection, bom=bom)
    elif format_ in RDF:
        export(reader, stream, format_, selection)
    else:
        export_file(reader, stream, format_, selection)


@contextlib.contextmanager
def _target(output: Path | None, *, packing: bool) -> Iterator[IO[bytes]]:
    """Standard output, or a file that appears when it is complete; packed where that is asked for."""
    from kg_build.exchange.output import new_file, packed

    with contextlib.ExitStack() as stack:
        if output is None:
            stream: IO[bytes] = sys.stdout.buffer
        elif output.is_dir():
            raise InputError(output, "a folder, not a file")
        else:
            stream = stack.enter_context(new_file(output))
        yield stack.enter_context(packed(stream)) if packing else stream
    if output is None:
        sys.stdout.buffer.flush()
