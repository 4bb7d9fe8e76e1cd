"""What XML can't hold of an answer: Oxigraph writes it nevertheless, and no reader takes it.

- Control characters and the two non-characters of the Basic Multilingual Plane are no characters of XML 1.0 (section 2.2):
  an answer with one in it is refused.
- RDF/XML writes a property as an element's name, which not every IRI has an ending for (RDF 1.1 XML Syntax, section 8). The
  engine writes an empty name then. ``<`` stands for nothing but the beginning of a tag there, so it can be looked for.
- A carriage return is read as a line feed (section 2.11) unless it is written as a reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from endpoint.execution import Chunks

NAMELESS = b"<oxprefix: "
_NO_CHARACTERS = bytes(code for code in range(0x20) if code not in b"\t\n\r")
_LONG = (NAMELESS, "\ufffe".encode(), "\uffff".encode())
FORMS = ("xml", "rdfxml")


class UnsayableError(Exception):
    """XML can't hold the answer."""

    def __init__(self, form: str) -> None:
        super().__init__(form)
        self.form = form


class XmlChunks:
    """The chunks of an answer in XML as they come, up to one that isn't: `UnsayableError`."""

    def __init__(self, chunks: Chunks, form: str) -> None:
        self._chunks = chunks
        self._form = form
        self._end = b""

    def __iter__(self) -> XmlChunks:
        return self

    def __next__(self) -> bytes:
        chunk = next(self._chunks)
        seen = self._end + chunk
        if len(chunk.translate(None, _NO_CHARACTERS)) != len(chunk) or any(piece in seen for piece in _LONG):
            self.close()
            raise UnsayableError(self._form)
        self._end = seen[-len(NAMELESS) :]
        return chunk.replace(b"\r", b"&#13;")

    def close(self) -> None:
        """Give up the query."""
        self._chunks.close()
