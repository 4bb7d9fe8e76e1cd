"""``zonekg export``."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import IO

import click

from kg_build.cli.options import settings, store_option
from kg_build.errors import InputError

NAMES = ("turtle", "trig", "nquads", "ntriples", "jsonld", "rdfxml")
SUFFIXES = {".ttl": "turtle", ".trig": "trig", ".nq": "nquads", ".nt": "ntriples", ".jsonld": "jsonld", ".rdf": "rdfxml"}


@click.command("export")
@store_option
@click.option("--format", "format_", type=click.Choice(NAMES), help="[default: by the ending of FILE, else turtle]")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="[default: standard output]"
)
@click.option("--min-confidence", type=click.FloatRange(0, 1), metavar="X", help="Leave out what is said with less confidence.")
def command(store: Path | None, format_: str | None, output: Path | None, min_confidence: float | None) -> None:
    """Write the graph: Turtle, N-Triples and RDF/XML as one graph, TriG, N-Quads and JSON-LD with the graphs.

    \b
    zonekg export -o zones.ttl
    zonekg export --format nquads | gzip > zones.nq.gz
    """
    chosen = settings(store=store)
    from kg_build.exchange import export
    from kg_build.store import open_for_reading

    name = format_ or SUFFIXES.get(output.suffix if output else "", "turtle")
    with open_for_reading(chosen.store) as reader, _target(output) as stream:
        low = None if min_confidence is None else Decimal(str(min_confidence))
        export(reader, stream, name, min_confidence=low, texts=chosen.texts)


@contextlib.contextmanager
def _target(output: Path | None) -> Iterator[IO[bytes]]:
    """Standard output, or a file that appears when it is complete."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        with tempfile.NamedTemporaryFile(dir=output.parent, prefix=f".{output.name}.", delete=False) as stream:
            try:
                yield stream
                stream.flush()
                Path(stream.name).chmod(0o666 & ~_umask())
                Path(stream.name).replace(output)
            except BaseException:
                Path(stream.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise InputError(output, f"can't be written: {error.strerror}") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
