"""Physical lines of a page, and what can be told from their shape."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kg_build.model import Role, Span
from kg_build.reading.layout.patterns import SPACE

_LINE = re.compile(r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_BREAK = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile(f"{SPACE}+")
_EDGE = re.compile(f"^{SPACE}+|{SPACE}+$")
_CLOSING = "”’」』)）》】\"'"
_FINAL = frozenset("。！？!?…；;：:")
_PAIRS = {"“": "”", "‘": "’", "（": "）", "(": ")", "《": "》", "【": "】", "「": "」"}


class Kind(StrEnum):
    """What a block of a page is."""

    TEXT = "text"
    HEADING = "heading"
    SUBTITLE = "subtitle"
    BODY = "body"
    BYLINE = "byline"
    CAPTION = "caption"
    MASTHEAD = "masthead"
    DATE = "date"
    NAVIGATION = "navigation"
    EDITOR = "editor"
    PAGE_NUMBER = "page number"
    END_MARK = "end mark"
    DUPLICATE = "duplicate"


RUNNING = frozenset({Kind.TEXT, Kind.HEADING, Kind.SUBTITLE, Kind.BODY, Kind.BYLINE})


@dataclass(frozen=True, slots=True)
class Credit:
    """A person named in a byline, dateline or caption; ``span`` counts in the source and may hold white space."""

    name: str
    role: Role
    span: Span


@dataclass(frozen=True, slots=True)
class Block:
    """One line, or several that belong together, in reading order."""

    kind: Kind
    ranges: tuple[Span, ...]
    """Where it stands in the source, without outer white space."""
    dense: str
    """Its characters without white space."""
    gap: int = 0
    """Empty lines before it."""
    indent: int = 0
    """White space before it on its line."""
    credits: tuple[Credit, ...] = ()
    closes: bool = False
    """Ends a story: a trailing author's name, an end mark."""
    dateline: bool = False
    """Opens a story: 某某日报讯."""
    publisher: str | None = None
    extent: float = 0.0
    """Columns that its line takes with the white space in and before it, in full-width characters."""

    @property
    def start(self) -> int:
        """Where its first character stands in the source."""
        return self.ranges[0].start

    @property
    def is_open(self) -> bool:
        """Whether it stops before its sentence does."""
        return not ends_sentence(self.dense)


def squeeze(text: str) -> str:
    """The text without white space."""
    return _SPACES.sub("", text)


def split_lines(text: str) -> list[Block]:
    """The lines of a text that hold anything, as blocks of kind TEXT."""
    blocks: list[Block] = []
    end_of_last = 0
    for match in _LINE.finditer(text):
        raw = match.group()
        stripped = _EDGE.sub("", raw)
        if not stripped:
            continue
        lead = raw.index(stripped[0])
        start = match.start() + lead
        breaks = len(_BREAK.findall(text, end_of_last, match.start()))
        gap = max(0, breaks - 1 if blocks else 0)
        place = (Span(start, start + len(stripped)),)
        blocks.append(Block(Kind.TEXT, place, squeeze(stripped), gap, lead, extent=width(raw[: lead + len(stripped)])))
        end_of_last = match.end()
    return blocks


def ends_sentence(dense: str) -> bool:
    """Whether a line without its white space ends where a sentence (or a clause before ； or ：) does."""
    core = dense[-8:].rstrip(_CLOSING)
    if not core:
        return True
    if core[-1] in _FINAL or dense.endswith("——"):
        return True
    return core[-1] == "." and core[-2:-1].isascii() and core[-2:-1].isalpha()


def unbalanced(dense: str) -> bool:
    """Whether a quotation or bracket opens in the line and doesn't close, or closes without having been opened."""
    return any(dense.count(left) != dense.count(right) for left, right in _PAIRS.items())


def width(dense: str) -> float:
    """Columns that a line takes, in full-width characters."""
    return sum(0.5 if char < "\u2000" else 1.0 for char in dense)


@dataclass(frozen=True, slots=True)
class PageShape:
    """How a page's lines are set."""

    wrapped: float | None
    """Width (full-width characters) at which lines were broken; None where a line is a paragraph."""
    indents: bool
    """Whether an indent tells a paragraph's first line from the others."""
    pairs: frozenset[str]
    """Neighbouring characters met inside lines at least once."""

    def full(self, dense: str) -> bool:
        """Whether a line reaches the right edge."""
        return self.wrapped is not None and width(dense) >= self.wrapped - 2


def measure(blocks: Sequence[Block]) -> PageShape:
    """Find out how the lines of a page are set."""
    texts = [block for block in blocks if block.kind is Kind.TEXT]
    widths = [width(block.dense) for block in texts]
    wrapped: float | None = None
    if len(widths) >= 5:
        common = Counter(round(one) for one in widths if one >= 8)
        near = {size: sum(common[size + step] for step in (-2, -1, 0, 1)) for size in common}
        best = max(near, key=lambda size: (near[size], size), default=0)
        fits = sum(one <= best + 2 for one in widths)
        if best and best <= 60 and near[best] >= 0.5 * len(widths) and fits >= 0.95 * len(widths):
            wrapped = max(one for one in widths if one <= best + 1)
    long = [block for block in texts if len(block.dense) >= 8]
    indented = sum(block.indent > 0 for block in long)
    return PageShape(wrapped, bool(long) and 0.05 < indented / len(long) < 0.95, _pairs(block.dense for block in texts))


def _pairs(texts: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    for text in texts:
        found.update(map(str.__add__, text, text[1:]))
    return frozenset(found)
