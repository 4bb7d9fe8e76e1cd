"""Writing the graph: the same content gives the same bytes, whatever the order in which it was built."""

from __future__ import annotations

from decimal import Decimal
from itertools import islice
from typing import IO, TYPE_CHECKING, TypeVar, cast

import pyoxigraph as ox

from kg_build.errors import ZonekgError
from kg_build.exchange.filters import ConfidenceFilter, without_texts
from kg_build.exchange.formats import FORMATS, PREFIXES
from kg_build.exchange.header import OrderedStream
from kg_build.exchange.rdfxml import sayable_in_xml
from kg_build.exchange.sorting import LineStream, sorted_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg_build.store import Reader

S = TypeVar("S", ox.Quad, ox.Triple)

BATCH = 10_000
_SEPARATOR = b"\x00"  # Stands in no N-Quads line: the serialiser escapes control characters.


def export(
    reader: Reader,
    stream: IO[bytes],
    format: str,  # noqa: A002
    *,
    min_confidence: Decimal | float | None = None,
    texts: bool = True,
) -> None:
    """Write the graph of a store into a binary stream.

    Args:
        reader: The store.
        stream: Where to; only ``write`` is used.
        format: A name of `FORMATS`: ``turtle``, ``ntriples`` and ``rdfxml`` give the union of all graphs, each triple
            once; ``trig``, ``nquads`` and ``jsonld`` keep the graphs.
        min_confidence: Leaves out claims below it and the statements that only such claims support (0 to 1).
        texts: False leaves out the quotes.

    N-Quads and N-Triples are sorted by line, the others by graph and subject. Memory doesn't grow with the graph (but
    see `ConfidenceFilter`); sorting needs room for it in the folder of temporary files.

    Raises `ZonekgError` for an unknown format, and in RDF/XML for what RDF/XML can't say.
    """
    chosen = FORMATS.get(format)
    if chosen is None:
        raise ZonekgError(f"no format is called {format!r} (known: {', '.join(FORMATS)})")
    quads: Iterable[ox.Quad] = reader.database
    if min_confidence is not None:
        quads = ConfidenceFilter(reader.database, Decimal(str(min_confidence)))(quads)
    if not texts:
        quads = without_texts(quads)
    if chosen.keeps_graphs:
        write_quads(quads, stream, chosen.rdf_format)
    else:
        write_triples((quad.triple for quad in quads), stream, chosen.rdf_format)


def write_quads(quads: Iterable[ox.Quad], stream: IO[bytes], rdf_format: ox.RdfFormat) -> None:
    """Write quads sorted, in a format that keeps graphs."""
    if rdf_format == ox.RdfFormat.N_QUADS:
        for line in sorted_lines(line for line, _ in _lines(quads, rdf_format)):
            stream.write(line)
        return
    keyed = (_graph(quad) + _SEPARATOR + line for line, quad in _lines(quads, ox.RdfFormat.N_QUADS))
    ordered = (line.partition(_SEPARATOR)[2] for line in sorted_lines(keyed))
    serialise(_parse(ordered, ox.RdfFormat.N_QUADS), stream, rdf_format)


def write_triples(triples: Iterable[ox.Triple], stream: IO[bytes], rdf_format: ox.RdfFormat) -> None:
    """Write triples sorted and each once, in a format without graphs."""
    lines = sorted_lines(line for line, _ in _lines(triples, ox.RdfFormat.N_TRIPLES))
    if rdf_format == ox.RdfFormat.N_TRIPLES:
        for line in lines:
            stream.write(line)
        return
    ordered: Iterator[ox.Triple] = (quad.triple for quad in _parse(lines, ox.RdfFormat.N_TRIPLES))
    serialise(ordered, stream, rdf_format)


def serialise(statements: Iterator[ox.Quad] | Iterator[ox.Triple], stream: IO[bytes], rdf_format: ox.RdfFormat) -> None:
    """Write statements in the order given, with the prefixes of `PREFIXES` in order.

    Statements of one graph and subject that follow each other are grouped.
    """
    if rdf_format == ox.RdfFormat.RDF_XML:
        statements = sayable_in_xml(cast("Iterator[ox.Triple]", statements))
    ordered = OrderedStream(stream, rdf_format)
    ox.serialize(statements, cast("IO[bytes]", ordered), rdf_format, prefixes=PREFIXES)
    ordered.finish()


def _lines(statements: Iterable[S], rdf_format: ox.RdfFormat) -> Iterator[tuple[bytes, S]]:
    """Each statement with its line of N-Quads or N-Triples."""
    statements = iter(statements)
    while batch := list(islice(statements, BATCH)):
        data = cast("bytes", ox.serialize(batch, format=rdf_format))
        yield from zip(data.splitlines(keepends=True), batch, strict=True)


def _graph(quad: ox.Quad) -> bytes:
    return b"" if isinstance(quad.graph_name, ox.DefaultGraph) else str(quad.graph_name).encode()


def _parse(lines: Iterator[bytes], rdf_format: ox.RdfFormat) -> Iterator[ox.Quad]:
    return ox.parse(cast("IO[bytes]", LineStream(lines)), rdf_format, lenient=True)
