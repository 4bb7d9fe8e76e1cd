"""A story's blocks to an `Article`: one line a part, with the place of every character in the source."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from kg_build.model import Article, Contributor, OffsetMap, Part, PartKind, Piece, Span
from kg_build.reading.layout.lines import Block, Credit, Kind, squeeze
from kg_build.reading.layout.patterns import SPACE, load_patterns
from kg_build.reading.layout.stories import Story, head_parts

_SPACES = re.compile(f"{SPACE}+")
_MARK = re.compile(r"[。！？!?；;，,、：:…]")
_PARTS = {
    Kind.HEADING: PartKind.HEADING,
    Kind.SUBTITLE: PartKind.SUBTITLE,
    Kind.BODY: PartKind.BODY,
    Kind.BYLINE: PartKind.BYLINE,
    Kind.CAPTION: PartKind.CAPTION,
}
_UNSPACED = (("\u2e80", "\ua4cf"), ("\uf900", "\ufaff"), ("\uff00", "\uffef"), ("\U00020000", "\U0003ffff"))
MAX_TITLE = 30
MIN_TITLE = 6


def is_spaced(char: str) -> bool:
    """Whether a character belongs to a script that parts its words by spaces (Latin letters, figures)."""
    return char.isalnum() and not any(low <= char <= high for low, high in _UNSPACED)


def keeps_space(before: str, after: str) -> bool:
    """Whether white space between two characters is a space between Latin words or figures, and stays."""
    return is_spaced(after) and (is_spaced(before) or before in ",.;:!?)%&")


@dataclass(slots=True)
class Writer:
    """Collects parts; every character is copied from the source or a space or line break put in."""

    source: str
    text: list[str] = field(default_factory=list)
    length: int = 0
    parts: list[Part] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)

    def add(self, kind: PartKind, ranges: tuple[Span, ...]) -> None:
        """Write a part from source ranges in reading order."""
        if self.parts:
            self._put("\n")
        start = self.length
        last = ""
        for span in ranges:
            raw = self.source[span.start : span.end]
            position = 0
            for gap in _SPACES.finditer(raw):
                last = self._copy(last, raw[position : gap.start()], span.start + position)
                position = gap.end()
            last = self._copy(last, raw[position:], span.start + position)
        self.parts.append(Part(kind, Span(start, self.length)))

    def _copy(self, last: str, words: str, source: int) -> str:
        """Copy a run without white space; a space first where two Latin words would run together."""
        if not words:
            return last
        if last and keeps_space(last, words[0]):
            if self.source[source - 1] == " ":
                self.pieces.append(Piece(self.length, source - 1, 1))
            self._put(" ")
        before = self.pieces[-1] if self.pieces else None
        if before and before.start + before.length == self.length and before.source + before.length == source:
            self.pieces[-1] = Piece(before.start, before.source, before.length + len(words))
        else:
            self.pieces.append(Piece(self.length, source, len(words)))
        self._put(words)
        return words[-1]

    def _put(self, words: str) -> None:
        self.text.append(words)
        self.length += len(words)


def assemble(
    story: Story, source: str, *, source_file: str, number: int, given_title: str | None = None
) -> tuple[Article, list[Block]]:
    """Make the article of a story and tell which blocks it is made of.

    ``given_title`` is a title known from a tag or a column; without white space.
    """
    headline, head = head_parts(story)
    writer = Writer(source)
    blocks = [*head, *story.body, *story.captions]
    titles = {block.ranges for block in headline if block.kind is Kind.HEADING}
    people: list[Credit] = []
    for block in blocks:
        is_title = block.kind is Kind.HEADING and block.ranges in titles
        writer.add(PartKind.TITLE if is_title else _PARTS[block.kind], block.ranges)
        people += block.credits
    text = "".join(writer.text)
    title = given_title or "".join(block.dense for block in headline) or _first_words(story) or squeeze(text)[:MAX_TITLE]
    article = Article(
        source_file=source_file,
        number=number,
        title=title,
        text=text,
        parts=tuple(writer.parts),
        offsets=OffsetMap(tuple(writer.pieces)),
        contributors=_contributors(people, writer.pieces),
    )
    return article, blocks


def _contributors(people: list[Credit], pieces: list[Piece]) -> tuple[Contributor, ...]:
    by_source = sorted(pieces, key=lambda piece: piece.source)
    starts = [piece.source for piece in by_source]

    def place(position: int) -> int | None:
        index = bisect_right(starts, position) - 1
        if index < 0 or position >= by_source[index].source + by_source[index].length:
            return None
        return by_source[index].start + position - by_source[index].source

    found: dict[tuple[str, str, int], Contributor] = {}
    for credit in people:
        start, end = place(credit.span.start), place(credit.span.end - 1)
        if start is not None and end is not None and end >= start:
            found.setdefault((credit.name, credit.role, start), Contributor(credit.name, credit.role, Span(start, end + 1)))
    return tuple(sorted(found.values(), key=lambda one: (one.span.start, one.role)))


def _first_words(story: Story) -> str:
    """A title for a story without one: its first words after the dateline, up to a mark, 30 characters at most."""
    first = next(iter(story.paragraphs), None)
    if first is None:
        return ""
    dense = first.dense
    if match := load_patterns().dateline.match(dense):
        dense = dense[match.end() :] or dense
    dense = dense[: MAX_TITLE + 1]
    cut = next((mark.start() for mark in _MARK.finditer(dense) if mark.start() >= MIN_TITLE), MAX_TITLE)
    return dense[: min(cut, MAX_TITLE)]
