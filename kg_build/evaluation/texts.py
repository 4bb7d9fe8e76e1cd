"""The sentences of the articles, to show errors in: where a claim's words stand, and where names and amounts do.

The store keeps each source's text as positions count it, with its line breaks and columns. It is read again as a build
reads it, so that a sentence is shown whole and in order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, groupby, pairwise

from kg_build.evaluation.claims import Claim
from kg_build.evaluation.figures import close
from kg_build.model import Article, SourceDocument, Span
from kg_build.quantities import find_quantities
from kg_build.reading import read_articles
from kg_build.resolution.names import normal

REACH = 120
"""Characters that are shown on either side of what is marked: a page may have no full stop at all."""
LIMIT = 2
"""Sentences that are shown for something missing."""
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]*[”’」』）)]*|[。！？!?；;]+")

Finder = Callable[[str], list[Span]]
"""Finds something in a sentence."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words of an article with the ranges to mark: the words of a claim, and names and amounts in them."""

    text: str
    quote: tuple[Span, ...] = ()
    names: tuple[Span, ...] = ()

    def pieces(self) -> list[tuple[str, bool, bool]]:
        """The text cut where marks begin and end, with whether each piece is in a quote and in a name."""
        edges = {0, len(self.text)} | {end for span in (*self.quote, *self.names) for end in (span.start, span.end)}
        cut = [
            (self.text[a:b], any(s.contains(Span(a, b)) for s in self.quote), any(s.contains(Span(a, b)) for s in self.names))
            for a, b in pairwise(sorted(edges))
        ]
        return [("".join(words for words, *_ in run), *marks) for marks, run in groupby(cut, key=lambda piece: piece[1:])]

    def brief(self, reach: int) -> str:
        """One line with the names, else the quote, in brackets, and so many characters on either side of each."""
        found = ""
        marks = Sentence(self.text, (), self.names or self.quote).pieces()
        for number, (words, _, marked) in enumerate(marks):
            if marked:
                found += f"[{words}]"
                continue
            head = words[:reach] if number else ""
            tail = words[-reach:] if number + 1 < len(marks) else ""
            found += words if len(words) <= len(head + tail) else f"{head}…{tail}"
        return found

    def cut(self, reach: int) -> Sentence:
        """Only so many characters before the first mark and behind the last, with … for what goes."""
        marks = self.quote + self.names or (Span(0, 0),)
        low = max(0, min(mark.start for mark in marks) - reach)
        high = min(len(self.text), max(mark.end for mark in marks) + reach)
        before, after = "…" if low else "", "…" if high < len(self.text) else ""
        shift = len(before) - low
        quote, names = (tuple(Span(s.start + shift, s.end + shift) for s in spans) for spans in (self.quote, self.names))
        return Sentence(before + self.text[low:high] + after, quote, names)


class Pages:
    """The articles of one file (of a table all rows), read again from the texts that a store keeps."""

    def __init__(self, texts: Iterable[tuple[str, int | None, str]]) -> None:
        self._articles: list[Article] = []
        for source_file, row, text in texts:
            self._articles += read_articles(SourceDocument(source_file, text, "text/plain", row=row)).articles
        self._sentences = [(article, tuple(_sentences(article))) for article in self._articles]

    def around(self, claim: Claim, find: Sequence[Finder] = ()) -> Sentence | None:
        """The sentence of a claim's words, these marked, and in them what is looked for.

        Without a text that has the words at their place only the words; None where the store has neither.
        """
        for article, sentences in self._sentences:
            span = _place(article, claim)
            touched = [s for s in sentences if span is not None and s.overlaps(span)]
            if span is not None and touched:
                start, end = min(span.start, touched[0].start), max(span.end, touched[-1].end)
                quote = Span(span.start - start, span.end - start)
                return _marked(Sentence(article.text[start:end].replace("\n", " "), (quote,)), find).cut(REACH)
        words = " ".join(claim.quote.split())
        return _marked(Sentence(words, (Span(0, len(words)),)), find) if words else None

    def with_all(self, find: Sequence[Finder]) -> tuple[Sentence, ...]:
        """Sentences in which all that is looked for stands, it being marked; the nearest that have it together, else.

        The first of ``find`` matters most: where it stands nowhere, nothing else is looked for but by itself.
        """
        found: list[tuple[int, frozenset[int], Sentence]] = []
        for article, sentences in self._sentences:
            for span in sentences:
                text = article.text[span.start : span.end]
                met = frozenset(i for i, finder in enumerate(find) if finder(text))
                if met:
                    found.append((len(found), met, Sentence(text)))
        chosen = [one for one in found if len(one[1]) == len(find)][:LIMIT] or _together(found)
        return tuple(_marked(sentence, find).cut(REACH) for _, _, sentence in chosen)


def names(forms: Iterable[str]) -> Finder:
    """Finds names as they are compared: without what print adds to them, the longest first."""
    wanted = sorted({folded for form in forms if (folded := normal(form))}, key=lambda form: (-len(form), form))

    def find(text: str) -> list[Span]:
        places = [(char, index) for index, original in enumerate(text) for char in normal(original)]
        folded = "".join(char for char, _ in places)
        found: list[Span] = []
        for form in wanted:
            start = folded.find(form)
            while start >= 0:
                span = Span(places[start][1], places[start + len(form) - 1][1] + 1)
                if not any(span.overlaps(other) for other in found):
                    found.append(span)
                start = folded.find(form, start + len(form))
        return sorted(found)

    return find


def amounts(value: float | None, unit: str) -> Finder:
    """Finds an amount, in whatever words: 620000000 元 as 6.2亿元. A fall is written without its sign."""

    def find(text: str) -> list[Span]:
        return [
            q.core
            for q in find_quantities(text)
            if (close(float(q.value), value) or (unit == "%" and close(-float(q.value), value))) and (not unit or q.unit == unit)
        ]

    return find


def _sentences(article: Article) -> Iterable[Span]:
    for match in _SENTENCE.finditer(article.text):
        if words := match[0].strip():
            start = match.start() + match[0].index(words[0])
            yield Span(start, start + len(words))


def _place(article: Article, claim: Claim) -> Span | None:
    """Where a claim's words stand in the article; None where others do (rows of a table are counted each by itself)."""
    found = [
        Span(piece.start + max(place.start, piece.source) - piece.source, piece.start + high - piece.source)
        for place in claim.places
        for piece in article.offsets.pieces
        if max(place.start, piece.source) < (high := min(place.end, piece.source + piece.length))
    ]
    if not found:
        return None
    span = Span(min(s.start for s in found), max(s.end for s in found))
    words = article.text[span.start : span.end]
    return span if not claim.quote or "".join(words.split()) == "".join(claim.quote.split()) else None


def _marked(sentence: Sentence, find: Sequence[Finder]) -> Sentence:
    spans = {span for finder in find for span in finder(sentence.text)}
    return replace(sentence, names=tuple(sorted(spans)))


def _together(found: list[tuple[int, frozenset[int], Sentence]]) -> list[tuple[int, frozenset[int], Sentence]]:
    """Of sentences with a part of what is looked for the two nearest that have the most of it; one where that has as much."""
    if not found:
        return []
    one = max(found, key=lambda s: (0 in s[1], len(s[1]), -s[0]))
    pairs = [(a, b) for a, b in combinations(found, 2) if (a[1] | b[1]) > one[1]]
    return list(max(pairs, key=lambda p: (0 in p[0][1] | p[1][1], len(p[0][1] | p[1][1]), p[0][0] - p[1][0]), default=(one,)))
