"""Streams that put right what the serialiser leaves open: the order of prefixes and line breaks in XML."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Callable

_PREFIX_LINES = re.compile(rb"(?:@prefix [^\n]*\n)*")
_XML_ROOT = re.compile(rb"(<rdf:RDF)((?: [^ >]+)*)(>)")


class OrderedStream:
    """Holds the beginning of a document back until its prefixes are complete, then writes them in order.

    The serialiser takes prefixes from a hash table, so their order would change from run to run. Call `finish` at the end.
    """

    def __init__(self, stream: IO[bytes], rdf_format: ox.RdfFormat) -> None:
        self._stream = stream
        self._xml = rdf_format == ox.RdfFormat.RDF_XML
        self._order: Callable[[bytes], bytes | None] | None = {
            ox.RdfFormat.TURTLE: _ordered_turtle,
            ox.RdfFormat.TRIG: _ordered_turtle,
            ox.RdfFormat.RDF_XML: _ordered_xml,
        }.get(rdf_format)
        self._held = b""

    def write(self, data: bytes) -> int:
        """Take the next bytes."""
        if self._order is None:
            self._pass_on(bytes(data))
            return len(data)
        self._held += data
        ordered = self._order(self._held)
        if ordered is not None:
            self._pass_on(ordered)
            self._order, self._held = None, b""
        return len(data)

    def flush(self) -> None:
        """Nothing is held back but a header."""
        self._stream.flush()

    def finish(self) -> None:
        """Write what is held back still (a document of a header alone)."""
        if self._order is not None and self._held:
            ordered = self._order(self._held + b"\n")
            self._pass_on(self._held if ordered is None else ordered[:-1])
        self._order, self._held = None, b""

    def _pass_on(self, data: bytes) -> None:
        # An XML parser reads a bare carriage return as a line feed: write it as a reference.
        self._stream.write(data.replace(b"\r", b"&#13;") if self._xml else data)


def _ordered_turtle(data: bytes) -> bytes | None:
    end = _PREFIX_LINES.match(data).end()  # type: ignore[union-attr]
    rest = data[end:]
    if b"@prefix ".startswith(rest[:8]) or rest.startswith(b"@prefix "):
        return None
    return b"".join(sorted(data[:end].splitlines(keepends=True))) + rest


def _ordered_xml(data: bytes) -> bytes | None:
    root = _XML_ROOT.search(data)
    if root is None:
        return None
    names = b"".join(b" " + name for name in sorted(root[2].split()))
    return data[: root.start()] + root[1] + names + root[3] + data[root.end() :]
