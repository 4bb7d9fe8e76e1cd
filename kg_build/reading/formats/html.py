"""Web pages: main text and metadata by trafilatura."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg_build.errors import InputError
from kg_build.model import SourceDocument
from kg_build.reading.formats import Warn, require_text
from kg_build.reading.formats.decoding import UndecodableError, decode
from kg_build.reading.layout.dates import parse_date
from kg_build.reading.layout.lines import squeeze
from kg_build.reading.layout.patterns import load_patterns

_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_\-]+)", re.IGNORECASE)
_SITE = re.compile(r"\s*[-_|—–·»]+\s*[^-_|—–·»]{2,24}$")


def read(source_file: str, data: bytes, warn: Warn) -> Iterator[SourceDocument]:  # noqa: ARG001 - one signature for all formats
    """The one document of a web page: its title, byline and main text; menus and advertisements left out."""
    from trafilatura import bare_extraction, html2txt
    from trafilatura.settings import Document

    declared = _CHARSET.search(data[:4096])
    try:
        page, encoding = decode(data, declared.group(1).decode("ascii") if declared else None)
    except UndecodableError as error:
        raise InputError(source_file, str(error)) from error
    require_text(source_file, page)
    # A doctype with an encoding declaration makes lxml refuse text that is decoded already.
    page = re.sub(r"^\s*<\?xml[^>]*\?>", "", page)
    found = bare_extraction(
        page,
        include_comments=False,
        favor_recall=True,
        with_metadata=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    found = found if isinstance(found, Document) else None
    text = (found.text if found is not None else None) or html2txt(page) or ""
    if not text.strip():
        raise InputError(source_file, "a web page without readable text")
    title = _own_title(found.title, text) if found is not None and found.title else None
    if title and squeeze(title) not in squeeze(text[: len(title) * 2 + 400]):
        text = f"{title}\n\n{text}"
    publisher = found.sitename if found is not None else None
    yield SourceDocument(
        source_file,
        text,
        "text/html",
        encoding,
        title=title,
        published=parse_date(found.date) if found is not None and found.date else None,
        url=found.url if found is not None else None,
        publisher=publisher if publisher and load_patterns().paper.fullmatch(squeeze(publisher)) else None,
    )


def _own_title(title: str, text: str) -> str:
    """A page's title without the site's name behind it (标题-某某网), unless the text itself has it so."""
    if squeeze(title) in squeeze(text):
        return title
    while (shorter := _SITE.sub("", title)) != title and len(shorter) >= 4:
        title = shorter
    return title
