"""Files to articles: find, decode, extract, and read a newspaper page's layout.

`find_sources` names the files, `read_documents` gives the documents of one (a table has one a row), `read_articles` the
stories of a document with the report on what was taken out of the running text.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import date as Date  # noqa: N812 - the argument below is called date

from kg_build.errors import InputError
from kg_build.model import SourceDocument
from kg_build.reading.formats import reader_of
from kg_build.reading.layout.page import read_page
from kg_build.reading.report import FileReport, ReadResult, Taken, TakenAs
from kg_build.reading.sources import Found, find_sources, read_bytes

__all__ = [
    "FileReport",
    "Found",
    "ReadResult",
    "Taken",
    "TakenAs",
    "find_sources",
    "read_articles",
    "read_documents",
]
_LOG = logging.getLogger(__name__)


def read_documents(
    found: Found, max_size: int = 20_000_000, *, warn: Callable[[str], None] | None = None
) -> Iterator[SourceDocument]:
    """The documents of a file: one, or one a row of a table.

    Args:
        found: What `find_sources` found.
        max_size: Largest file that is read, in bytes (the setting ``max_file_size``).
        warn: Takes one line for each row that can't be read (the others go on); they are logged by default.

    Raises:
        InputError: The file is missing, empty, too large, binary, damaged or without text.
    """
    data = read_bytes(found, max_size)
    try:
        yield from reader_of(found.path.suffix.lower(), data)(found.source_file, data, warn or _LOG.warning)
    except InputError as error:
        # Readers know the relative name only; the user is told the path that was given.
        raise InputError(found.path, error.reason) from error


def read_articles(document: SourceDocument, *, date: Date | None = None) -> ReadResult:
    """The stories of a document, cleaned, with the report on what was taken out.

    Args:
        document: What `read_documents` gave.
        date: The day of print where neither page, column nor file name tells one.
    """
    return read_page(document, given_date=date)
