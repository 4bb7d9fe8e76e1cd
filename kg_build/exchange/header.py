"""A stream that puts right what the serialiser of RDF/XML leaves open: the order of prefixes, and line breaks."""

from __future__ import annotations

import re
from typing import IO

_ROOT = re.compile(rb"(<rdf:RDF)((?: [^ >]+)*)(>)")


class OrderedXml:
    """Holds the beginning of a document back until its prefixes are complete, then writes them in order.

    The serialiser takes prefixes from a hash table, so their order would change from run to run. Call `finish` at the end.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._held: bytes | None = b""

    def write(self, data: bytes) -> int:
        """Take the next bytes."""
        if self._held is None:
            self._pass_on(bytes(data))
            return len(data)
        self._held += data
        if (root := _ROOT.search(self._held)) is not None:
            names = b"".join(b" " + name for name in sorted(root[2].split()))
            self._pass_on(self._held[: root.start()] + root[1] + names + root[3] + self._held[root.end() :])
            self._held = None
        return len(data)

    def flush(self) -> None:
        """Nothing is held back but a header."""
        self._stream.flush()

    def finish(self) -> None:
        """Write what is held back still (no document)."""
        if self._held:
            self._pass_on(self._held)
        self._held = None

    def _pass_on(self, data: bytes) -> None:
        # An XML parser reads a bare carriage return as a line feed: write it as a reference.
        self._stream.write(data.replace(b"\r", b"&#13;"))
