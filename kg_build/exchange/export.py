"""Writing the graph: the same content gives the same bytes, whatever the order in which it was built."""

from __future__ import annotations

from itertools import islice
from typing import IO, TYPE_CHECKING, TypeVar, cast

import pyoxigraph as ox

from kg_build.errors import ZonekgError
from kg_build.exchange.filters import ALL, Selection, selected
from kg_build.exchange.formats import FORMATS
from kg_build.exchange.header import OrderedXml
from kg_build.exchange.jsonld import write_jsonld
from kg_build.exchange.rdfxml import sayable_in_xml
from kg_build.exchange.sorting import LineStream, sorted_lines
from kg_build.exchange.turtle import TurtleWriter
from ontology.terms import PREFIXES, RDF

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg_build.store.snapshots import HasDatabases

S = TypeVar("S", ox.Quad, ox.Triple)

BATCH = 10_000
# These stand in no line of N-Quads: the serialiser escapes control characters.
_SEPARATOR = b"\x00"
_FIRST = b" \x01 "
_TYPE = f" <{RDF.type}> ".encode()


def export(reader: HasDatabases, stream: IO[bytes], format: str, selection: Selection = ALL) -> None:  # noqa: A002
    """Write the graph of a store into a binary stream.

    Args:
        reader: The store.
        stream: Where to; only ``write`` is used.
        format: A name of `FORMATS`: ``turtle``, ``ntriples`` and ``rdfxml`` give the union of all graphs, each triple
            once; ``trig``, ``nquads`` and ``jsonld`` keep the graphs.
        selection: What of it; all by default.

    N-Quads and N-Triples are sorted by line, the others by graph and subject, a subject's classes first. Memory doesn't grow
    with the graph; sorting needs room for it in the folder of temporary files.

    Raises `ZonekgError` for an unknown format, zone or class, and for what a format can't say.
    """
    chosen = FORMATS.get(format)
    if chosen is None:
        raise ZonekgError(f"no format is called {format!r} (known: {', '.join(FORMATS)})")
    with selected(reader.database, selection) as quads:
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
    keyed = (_graph(quad) + _SEPARATOR + _types_first(line) for line, quad in _lines(quads, ox.RdfFormat.N_QUADS))
    ordered = (_as_it_was(line.partition(_SEPARATOR)[2]) for line in sorted_lines(keyed))
    serialise(_parse(ordered, ox.RdfFormat.N_QUADS), stream, rdf_format)


def write_triples(triples: Iterable[ox.Triple], stream: IO[bytes], rdf_format: ox.RdfFormat) -> None:
    """Write triples sorted and each once, in a format without graphs."""
    lines = (line for line, _ in _lines(triples, ox.RdfFormat.N_TRIPLES))
    if rdf_format == ox.RdfFormat.N_TRIPLES:
        for line in sorted_lines(lines):
            stream.write(line)
        return
    sorted_ = map(_as_it_was, sorted_lines(map(_types_first, lines)))
    ordered: Iterator[ox.Triple] = (quad.triple for quad in _parse(sorted_, ox.RdfFormat.N_TRIPLES))
    serialise(ordered, stream, rdf_format)


def serialise(statements: Iterator[ox.Quad] | Iterator[ox.Triple], stream: IO[bytes], rdf_format: ox.RdfFormat) -> None:
    """Write statements in the order given, with the prefixes of `PREFIXES` where the format has them.

    Statements of one graph and subject that follow each other are grouped.
    """
    if rdf_format in {ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG}:
        TurtleWriter(stream.write, graphs=rdf_format == ox.RdfFormat.TRIG).document(statements)
    elif rdf_format == ox.RdfFormat.JSON_LD:
        write_jsonld(statements, stream.write)
    elif rdf_format == ox.RdfFormat.RDF_XML:
        ordered = OrderedXml(stream)
        triples = sayable_in_xml(cast("Iterator[ox.Triple]", statements))
        ox.serialize(triples, cast("IO[bytes]", ordered), rdf_format, prefixes=PREFIXES)
        ordered.finish()
    else:
        ox.serialize(statements, stream, rdf_format)


def _lines(statements: Iterable[S], rdf_format: ox.RdfFormat) -> Iterator[tuple[bytes, S]]:
    """Each statement with its line of N-Quads or N-Triples."""
    statements = iter(statements)
    while batch := list(islice(statements, BATCH)):
        data = cast("bytes", ox.serialize(batch, format=rdf_format))
        yield from zip(data.splitlines(keepends=True), batch, strict=True)


def _types_first(line: bytes) -> bytes:
    """A line that sorts before the others of its subject where it tells a class."""
    return line.replace(_TYPE, _FIRST, 1)


def _as_it_was(line: bytes) -> bytes:
    return line.replace(_FIRST, _TYPE, 1)


def _graph(quad: ox.Quad) -> bytes:
    return b"" if isinstance(quad.graph_name, ox.DefaultGraph) else str(quad.graph_name).encode()


def _parse(lines: Iterator[bytes], rdf_format: ox.RdfFormat) -> Iterator[ox.Quad]:
    return ox.parse(cast("IO[bytes]", LineStream(lines)), rdf_format, lenient=True)
