"""Sentences and clauses as the figure grammar sees them: folded, with times and parentheses blanked out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kg_build.extraction.observations.lexicon import words
from kg_build.model import Article, PartKind, Span
from kg_build.quantities import Anchor, Kind, Period, Quantity, find_periods, find_quantities, fold

BLANK = "\u3000"
"""Stands for a code point that is no part of any name (a time, a remark in parentheses)."""

_SENTENCE = re.compile(r"[^。!?\n]*[。!?]?[”’」』]?\n?")
SIGNS = {"+": 1, "↑": 1, "▲": 1, "-": -1, "—": -1, "↓": -1, "▼": -1}
"""Marks before a percentage in a table, and the way it goes (folded text)."""
_TOLD_INSIDE = re.compile(rf"\((?:其中|含|包括|同比|比上年|[{re.escape(''.join(SIGNS))}]\d)")
_PARENTHESIS = re.compile(r"\([^()]{0,60}\)")
_SLOGAN = re.compile(r"[“《][^“”《》。;!?]{1,24}[”》]")
_COMPARED = re.compile("(?:延续|保持|好于|优于|不及|承接)(?:了|着)?$")
"""Before a time that something else is like, not that of the figures."""
_AIMS = ("目标", "任务", "计划", "预期", "投资计划", "投资目标")
_BREAK = re.compile(r"[,;:]|——|…(?!…*\d)")
"""Dots that lead to a figure in a table (总值……426亿元) are none."""
_SIGNED_ROW = re.compile(rf"\d[^,。;]{{0,8}}[{re.escape(''.join(SIGNS))}]\d{{1,3}}(?:\.\d+)?%")
_ROW = re.compile(r"^[^\d,。;]{2,16}\d[\d.]*[^\d,。;]{1,6}(?:[(+↑▲↓▼—-]|$)")
LEAST_ROWS = 3
"""Signed lines that make a page hold a table, whose other lines are rows too."""
_READ = {PartKind.BODY, PartKind.HEADING}


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch between two breaks; all positions count in the article's text."""

    span: Span
    figures: tuple[Quantity, ...]
    periods: tuple[Period, ...]
    fresh: bool
    """Whether it opens a part of the sentence after a semicolon (or the sentence itself)."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its clauses."""

    span: Span
    clauses: tuple[Clause, ...]
    opens_paragraph: bool


@dataclass(frozen=True, slots=True)
class Page:
    """An article's text, folded and masked, with its sentences."""

    text: str
    """Folded."""
    masked: str
    """``text`` with times and parentheses blanked out."""
    sentences: tuple[Sentence, ...]

    def words(self, start: int, end: int) -> str:
        """The masked text of a range without the blanks."""
        return self.masked[start:end].replace(BLANK, "").replace(" ", "")


def read_page(article: Article, anchor: Anchor) -> Page:
    """Split the body and headings of an article into sentences and clauses with their figures and times."""
    text = fold(article.text)
    spans = _read_spans(article, text) if article.parts else [Span(0, len(text))]
    marks = list(text)
    drafts: list[tuple[Span, bool, list[Quantity], list[Period]]] = []
    for span in spans:
        opens = True
        for match in _SENTENCE.finditer(text, span.start, span.end):
            if not match[0].strip():
                continue
            begin = match.start()
            quantities = [_shift(q, begin) for q in find_quantities(match[0])]
            periods = [_shift_period(p, begin) for p in find_periods(match[0], anchor)]
            quantities = [q for q in quantities if not any(p.span.overlaps(q.core) for p in periods)]
            periods = [p for p in periods if p.explicit_year or not text.startswith(_AIMS, p.span.end)]
            periods = [p for p in periods if not _COMPARED.search(text, begin, p.span.start)]
            quoted = [Span(begin + m.start(), begin + m.end()) for m in _SLOGAN.finditer(match[0])]
            quantities = [q for q in quantities if not any(quote.contains(q.core) for quote in quoted)]
            for found in _PARENTHESIS.finditer(match[0]):
                if _TOLD_INSIDE.match(found[0]):
                    continue
                hidden = Span(begin + found.start(), begin + found.end())
                quantities = [q for q in quantities if not hidden.overlaps(q.core)]
                periods = [p for p in periods if not hidden.overlaps(p.span)]
                marks[hidden.start : hidden.end] = BLANK * len(hidden)
            for period in periods:
                marks[period.span.start : period.span.end] = BLANK * len(period.span)
            drafts.append((Span(begin, match.end()), opens, quantities, periods))
            opens = text[begin : match.end()].endswith("\n")
    masked = "".join(marks)
    sentences = tuple(
        Sentence(span, tuple(_clauses(masked, span, quantities, periods)), opens) for span, opens, quantities, periods in drafts
    )
    return Page(text, masked, sentences)


def _read_spans(article: Article, text: str) -> list[Span]:
    """Body and headings, and the rows of a table wherever it was set: short lines with a signed rate, or among such lines."""
    lines = [(part, text[part.span.start : part.span.end]) for part in article.parts]
    is_table = sum(bool(_SIGNED_ROW.search(line)) for _, line in lines) >= LEAST_ROWS
    return [
        part.span
        for part, line in lines
        if part.kind in _READ or _SIGNED_ROW.search(line) or (is_table and part.kind is not PartKind.BYLINE and _ROW.match(line))
    ]


def _shift(quantity: Quantity, by: int) -> Quantity:
    span, core = quantity.span, quantity.core
    return replace(quantity, span=Span(span.start + by, span.end + by), core=Span(core.start + by, core.end + by))


def _shift_period(period: Period, by: int) -> Period:
    return replace(period, span=Span(period.span.start + by, period.span.end + by))


def _clauses(text: str, span: Span, quantities: list[Quantity], periods: list[Period]) -> Iterator[Clause]:
    usable = [q for q in quantities if q.kind is not Kind.DURATION]
    cuts = [
        (m.start(), m.end(), m[0] == ";")
        for m in _BREAK.finditer(text, span.start, span.end)
        if not _within(m.start(), quantities)
    ]
    cuts += [(at, at + 1, False) for at in _pauses(text, span, usable)]
    cuts += [(q.span.end, q.span.end, True) for q in usable if _closes_row(text, q)]
    start, fresh = span.start, True
    for cut_start, cut_end, semicolon in [*sorted(cuts), (span.end, span.end, False)]:
        here = Span(start, max(start, cut_start))
        if len(here):
            figures = tuple(q for q in usable if here.contains(q.core))
            yield Clause(here, figures, tuple(p for p in periods if here.contains(p.span)), fresh)
            fresh = False
        fresh = fresh or semicolon
        start = cut_end


def _within(position: int, quantities: list[Quantity]) -> bool:
    return any(q.span.start <= position < q.span.end for q in quantities)


def _pauses(text: str, span: Span, quantities: list[Quantity]) -> Iterator[int]:
    """Enumeration commas that close a statement with a figure (签约34个、总投资84亿元), not those within a list."""
    breaks = {m.start() for m in _BREAK.finditer(text, span.start, span.end)}
    for at in (m.start() for m in re.finditer("、", text[span.start : span.end])):
        position = span.start + at
        since = max((b for b in breaks if b < position), default=span.start)
        until = min((b for b in breaks if b > position), default=span.end)
        before = [q for q in quantities if since <= q.span.start and q.span.end <= position]
        behind = [q for q in quantities if position < q.span.start and q.span.end <= until]
        if not before or not behind:
            continue
        change = text[position + 1 : behind[0].span.start].rstrip("了达")
        if behind[0].kind is Kind.PERCENT and before[-1].kind is Kind.PERCENT and _is_change(change):
            continue  # 分别增长12%、下降5%
        if behind[0].span.start > position + 1 or text[before[-1].span.end : position].strip():
            breaks.add(position)
            yield position


def _closes_row(text: str, figure: Quantity) -> bool:
    """Whether a signed percentage ends a row of a table whose rows run on (产值9亿元+8%税收2亿元-3%)."""
    signed = figure.kind is Kind.PERCENT and text[max(0, figure.span.start - 1) : figure.span.start] in SIGNS
    return signed and bool(re.match("[一-鿿)]", text[figure.span.end : figure.span.end + 1]))


def _is_change(text: str) -> bool:
    return bool(re.fullmatch(words("rise", "fall", "rise-short", "fall-short"), text))
