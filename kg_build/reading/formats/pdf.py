"""PDF files with a text layer (pdfminer.six)."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

from kg_build.errors import InputError
from kg_build.model import SourceDocument
from kg_build.reading.formats import Warn, require_text


def read(source_file: str, data: bytes, warn: Warn) -> Iterator[SourceDocument]:  # noqa: ARG001 - one signature for all formats
    """The one document of a PDF file: the text of its pages, columns in pdfminer's reading order."""
    from pdfminer.high_level import extract_text
    from pdfminer.layout import LAParams

    if b"%PDF-" not in data[:1024]:
        raise InputError(source_file, "not a PDF file")
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        text = extract_text(io.BytesIO(data), laparams=LAParams())
    except Exception as error:  # a damaged file makes pdfminer raise errors of any kind
        raise InputError(source_file, f"broken PDF ({type(error).__name__})") from error
    if not text.strip():
        raise InputError(source_file, "a PDF without a text layer (scanned?)")
    require_text(source_file, text)
    yield SourceDocument(source_file, text.replace("\x00", ""), "application/pdf")
