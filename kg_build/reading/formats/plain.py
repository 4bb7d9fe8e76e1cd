"""Plain text files."""

from __future__ import annotations

from collections.abc import Iterator

from kg_build.errors import InputError
from kg_build.model import SourceDocument
from kg_build.reading.formats import Warn, require_text
from kg_build.reading.formats.decoding import UndecodableError, decode


def read(source_file: str, data: bytes, warn: Warn) -> Iterator[SourceDocument]:  # noqa: ARG001 - one signature for all formats
    """The one document of a plain text file."""
    try:
        text, encoding = decode(data)
    except UndecodableError as error:
        raise InputError(source_file, str(error)) from error
    require_text(source_file, text)
    yield SourceDocument(source_file, text, "text/plain", encoding)
