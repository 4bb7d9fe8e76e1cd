"""One module a file format: bytes → `SourceDocument`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kg_build.errors import InputError
from kg_build.model import SourceDocument

Warn = Callable[[str], None]
Reader = Callable[[str, bytes, Warn], Iterator[SourceDocument]]
"""(source_file, data, warn) → documents; raises `InputError`."""


def reader_of(suffix: str, data: bytes) -> Reader:
    """The reader of a format, by suffix; by the first bytes where the suffix says nothing (stdin, no suffix)."""
    from kg_build.reading.formats import html, pdf, plain, tables

    readers: dict[str, Reader] = {
        ".txt": plain.read,
        ".text": plain.read,
        ".html": html.read,
        ".htm": html.read,
        ".xhtml": html.read,
        ".pdf": pdf.read,
        ".jsonl": tables.read_jsonl,
        ".ndjson": tables.read_jsonl,
        ".csv": tables.read_csv,
        ".tsv": tables.read_tsv,
    }
    if suffix in readers:
        return readers[suffix]
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"%pdf-"):
        return pdf.read
    if head.startswith((b"<!doctype html", b"<html")):
        return html.read
    return plain.read


SUFFIXES = frozenset({"", ".txt", ".text", ".html", ".htm", ".xhtml", ".pdf", ".jsonl", ".ndjson", ".csv", ".tsv"})
"""What a folder is searched for."""


def require_text(source_file: str, text: str) -> None:
    """Raise `InputError` for a text without a visible character."""
    if not text.strip():
        raise InputError(source_file, "no text in it (empty or white space only)")
