"""RDF/XML writes a property as an element's name, which not every IRI has an ending for (RDF 1.1 XML Syntax, section 8).

Oxigraph writes an empty name then, and so no XML. It is looked for in what it writes: ``<`` stands for nothing but the
beginning of a tag there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from endpoint.execution import Chunks

NAMELESS = b"<oxprefix: "


class UnsayableError(Exception):
    """A property of the answer has no name in RDF/XML."""


class Sayable:
    """The chunks of an answer in RDF/XML as they come, up to one that isn't: `UnsayableError`."""

    def __init__(self, chunks: Chunks) -> None:
        self._chunks = chunks
        self._end = b""

    def __iter__(self) -> Sayable:
        return self

    def __next__(self) -> bytes:
        chunk = next(self._chunks)
        if NAMELESS in chunk or NAMELESS in self._end + chunk[: len(NAMELESS)]:
            self.close()
            raise UnsayableError
        self._end = (self._end + chunk[-len(NAMELESS) :])[-len(NAMELESS) :]
        return chunk

    def close(self) -> None:
        """Give up the query."""
        self._chunks.close()
