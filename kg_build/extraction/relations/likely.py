"""Statements that the pipeline's scorer of pairs finds likely, each with its odds; resolution weighs them against the rules'."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence

from spacy.language import Language

from kg_build.language import FIGURE, Encoded, Thing, score_pairs
from kg_build.language.sentences import sentence_starts
from kg_build.model import Article, Mention, MentionForm, Span, Statement
from kg_build.quantities import Kind, Quantity, find_quantities

RULE = "pairs"
TOGETHER = 160
"""Two neighbouring sentences up to this long are quoted together."""
SUM, LEVEL = "totalInvestment", "level"
SURE = 0.6
"""Odds from which a figure is somebody's level, whatever the grammar of figures makes of it."""


def find_likely(nlp: Language, article: Article, encoded: Encoded | None, mentions: Sequence[Mention]) -> tuple[Statement, ...]:
    """All that is likely enough to be remembered, the odds as confidence (0 to 1); nothing without a scorer.

    A statement between two mentions quotes their sentences. One about a figure has its value as object, quotes the figure alone,
    and has as property ``level``, ``growth``, ``share``, ``rank`` or ``totalInvestment``.

    Args:
        nlp: The pipeline.
        article: The article.
        encoded: What the pipeline's encoder made of it.
        mentions: All mentions; implicit ones have no words to look at.
    """
    if encoded is None:
        return ()
    seen: list[tuple[Thing, Mention | Quantity]] = [
        (Thing(m.span.start, m.span.end, m.type.value, m.form is MentionForm.GENERIC), m)
        for m in mentions
        if m.form is not MentionForm.IMPLICIT
    ]
    seen += [(Thing(q.core.start, q.core.end, FIGURE, general=False), q) for q in find_quantities(article.text)]
    seen.sort(key=lambda row: row[0])
    quote = _Quotes(article.text)
    found = []
    for first, second, name, score in score_pairs(nlp, encoded, [thing for thing, _ in seen]):
        (one, subject), (other, target) = seen[first], seen[second]
        if not isinstance(subject, Mention) or (name == SUM and isinstance(target, Quantity) and target.kind is not Kind.MONEY):
            continue
        is_figure = isinstance(target, Quantity)
        found.append(
            Statement(
                subject=subject.id,
                predicate=name,
                object=target.value if isinstance(target, Quantity) else target.id,
                evidence=Span(other.start, other.end) if is_figure else quote(one, other),
                rule=RULE,
                confidence=round(1 / (1 + math.exp(-score)), 3),
                currency=target.unit if isinstance(target, Quantity) and target.is_foreign else None,
            )
        )
    return tuple(found)


def owners(likely: Sequence[Statement]) -> dict[Span, int]:
    """Of figures that are surely somebody's level, the mention that they are likeliest of, by their place."""
    best: dict[Span, Statement] = {}
    for statement in likely:
        if statement.predicate != LEVEL or statement.confidence < SURE:
            continue
        other = best.get(statement.evidence)
        if other is None or statement.confidence > other.confidence:
            best[statement.evidence] = statement
    return {span: statement.subject for span, statement in best.items()}


class _Quotes:
    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = sentence_starts(text)

    def __call__(self, one: Thing, other: Thing) -> Span:
        """The sentence of both, or both sentences where they are neighbours, else the first one's sentence."""
        first, last = sorted((self._sentence(one), self._sentence(other)))
        if last - first > 1 or (first < last and len(self._range(first, last)) > TOGETHER):
            first = last = self._sentence(one)
        span = self._range(first, last)
        words = self._text[span.start : span.end]
        return Span(span.start + len(words) - len(words.lstrip()), span.start + len(words.rstrip()))

    def _sentence(self, thing: Thing) -> int:
        return bisect_right(self._starts, thing.start) - 1

    def _range(self, first: int, last: int) -> Span:
        return Span(self._starts[first], self._starts[last + 1] if last + 1 < len(self._starts) else len(self._text))
