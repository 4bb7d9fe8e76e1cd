"""What the reader did with a file: everything that was taken out of the running text, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kg_build.model import Article, Span


class TakenAs(StrEnum):
    """What a stretch of the source was taken for."""

    CAPTION = "caption"
    BYLINE = "byline"
    MASTHEAD = "masthead"
    DATE_LINE = "date line"
    NAVIGATION = "navigation"
    EDITOR = "editors' line"
    PAGE_NUMBER = "page number"
    END_MARK = "end mark"
    DUPLICATE = "duplicate paragraph"
    UNREAD = "unread"

    @property
    def in_text(self) -> bool:
        """Whether the words stand in the article's text as well (as a part of their own)."""
        return self in {TakenAs.CAPTION, TakenAs.BYLINE}


@dataclass(frozen=True, slots=True)
class Taken:
    """One stretch of `SourceDocument.text` that is no running text."""

    kind: TakenAs
    span: Span
    """Range in the source text, code points."""
    text: str
    """The source's own characters of that range."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one source document."""

    source_file: str
    row: int | None
    encoding: str | None
    articles: tuple[tuple[int, str], ...]
    """Number and title of each story."""
    taken: tuple[Taken, ...]
    """In source order."""
    warnings: tuple[str, ...] = ()

    def of(self, kind: TakenAs) -> tuple[Taken, ...]:
        """What was taken as the given kind, in source order."""
        return tuple(one for one in self.taken if one.kind is kind)

    def to_text(self) -> str:
        """Lines for a terminal: the file, its stories, then what was taken out, one line each."""
        where = self.source_file if self.row is None else f"{self.source_file} row {self.row}"
        lines = [f"{where} ({self.encoding or 'extracted text'})"]
        lines += [f"  article {number}: {title}" for number, title in self.articles]
        lines += [f"  {one.kind.value} {one.span.start}-{one.span.end}: {_shorten(one.text)}" for one in self.taken]
        lines += [f"  warning: {text}" for text in self.warnings]
        return "\n".join(lines)

    def to_json(self) -> dict[str, object]:
        """The same as plain values for ``json.dumps``."""
        return {
            "source_file": self.source_file,
            "row": self.row,
            "encoding": self.encoding,
            "articles": [{"number": number, "title": title} for number, title in self.articles],
            "taken": [
                {"kind": one.kind.value, "start": one.span.start, "end": one.span.end, "text": one.text} for one in self.taken
            ],
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True, slots=True)
class ReadResult:
    """The stories of one source document and the report on it."""

    articles: tuple[Article, ...]
    report: FileReport


def _shorten(text: str, limit: int = 60) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else f"{flat[: limit - 1]}…"
