"""What the pipeline's scorer of pairs finds likely, each with its odds; resolution weighs it against what the rules say."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from spacy.language import Language

from kg_build.extraction.compact import compact
from kg_build.language import ALONE, FIGURE, INDICATOR, Encoded, Scored, Thing, apart, score_pairs
from kg_build.language.sentences import sentence_starts
from kg_build.model import Article, Mention, MentionForm, Span, Statement
from kg_build.quantities import Kind, Quantity, find_quantities

RULE = "pairs"
TOGETHER = 160
"""Two neighbouring sentences up to this long are quoted together."""
SUM, STATUS = "totalInvestment", "status"
SORTS = frozenset({"level", "share", "rank"})
"""What a figure can be of a thing."""
SURE = 0.7
"""Odds from which a figure is somebody's, whatever the grammar of figures makes of it."""
AROUND = frozenset({"Zone", "Park", "Place"})
"""What a whole story may be about: a sentence that only names it shows nothing of what else the story says."""
CLAUSE_MARKS = frozenset("，,；;。：:！？\n")
ELSEWHERE = 0.6
"""How much of the odds is left for words in another clause than their figure, or beyond another figure."""
WORDS = -2.0
"""Log-odds from which words may be what a figure measures."""
BELIEF = -1.0
"""Log-odds at which a name is as good as not: the names have passed a sieve, so what is left is better than its score."""

_Seen = Mention | Quantity | Scored


@dataclass(frozen=True, slots=True)
class LikelyFigures:
    """What is likely of figures, by their place (number and unit)."""

    owners: Mapping[Span, tuple[int, str]] = field(default_factory=dict)
    """The mention whose level, share or rank a figure surely is, and which of these."""
    names: Mapping[Span, tuple[Span, float]] = field(default_factory=dict)
    """The words that name what it measures, and their odds."""

    @property
    def named(self) -> tuple[tuple[Span, float], ...]:
        """The figures that have such words, with the odds of these, in the order of the text."""
        return tuple((figure, odds) for figure, (_, odds) in sorted(self.names.items()))

    def name(self, text: str, figure: Span) -> tuple[str, float]:
        """The words without white space, and their odds; empty and nothing where there are none.

        The odds are less where the words stand in another clause, or another figure between.
        """
        span, odds = self.names.get(figure, (figure, 0.0))
        between = text[min(span.end, figure.end) : max(span.start, figure.start)]
        if odds == 0.0:
            return "", 0.0
        if any(character in CLAUSE_MARKS or character.isdigit() for character in between):
            odds *= ELSEWHERE
        return "".join(text[span.start : span.end].split()), odds


def find_likely(
    nlp: Language, article: Article, encoded: Encoded | None, mentions: Sequence[Mention]
) -> tuple[tuple[Statement, ...], LikelyFigures]:
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
        return (), LikelyFigures()
    seen = sorted(_things(article, encoded, mentions), key=lambda row: row[0])
    quote = _Quotes(article.text)
    found: list[Statement] = []
    names: dict[Span, tuple[Span, float]] = {}
    for first, second, name, score in score_pairs(nlp, encoded, [thing for thing, _ in seen]):
        (one, subject), (other, target) = seen[first], seen[second]
        odds = round(_odds(score) * min(_belief(encoded, one), _belief(encoded, other)), 3)
        if isinstance(subject, Quantity) and isinstance(target, Scored):
            place = Span(one.start, one.end)
            if place not in names or odds > names[place][1]:
                names[place] = Span(other.start, other.end), odds
        elif isinstance(subject, Mention) and name in ALONE:
            found.append(Statement(subject.id, STATUS, name, quote(one, one), RULE, odds))
        elif isinstance(subject, Mention) and isinstance(target, Mention):
            found.append(Statement(subject.id, name, target.id, quote(one, other), RULE, odds))
        elif isinstance(subject, Mention) and isinstance(target, Quantity) and (name != SUM or target.kind is Kind.MONEY):
            currency = target.unit if target.is_foreign else None
            place = Span(other.start, other.end)
            found.append(Statement(subject.id, name, target.value, place, RULE, odds, currency=currency))
    return tuple(found), LikelyFigures(_owners(found), names)


def _things(article: Article, encoded: Encoded, mentions: Sequence[Mention]) -> Iterator[tuple[Thing, _Seen]]:
    for m in mentions:
        if m.form is not MentionForm.IMPLICIT:
            yield Thing(m.span.start, m.span.end, m.type.value, m.form is MentionForm.GENERIC), m
    read = compact(article, ())
    for found in find_quantities(read.article.text):
        q = replace(found, span=read.to_article(found.span), core=read.to_article(found.core))
        yield Thing(q.core.start, q.core.end, FIGURE, general=False), q
    for s in apart(encoded.spans, INDICATOR, WORDS):
        yield Thing(s.start, s.end, INDICATOR, general=False), s


def _odds(score: float) -> float:
    return 1 / (1 + math.exp(-score))


def _belief(encoded: Encoded, thing: Thing) -> float:
    """How surely a mention is one, by the encoder."""
    if thing.type in (FIGURE, INDICATOR):
        return 1.0
    score = encoded.scores.get((thing.start, thing.end, thing.type))
    return _odds((-8.0 if score is None else score) - BELIEF)


def _owners(likely: Sequence[Statement]) -> dict[Span, tuple[int, str]]:
    """Of figures that are surely somebody's, the mention that they are likeliest of."""
    best: dict[Span, Statement] = {}
    for statement in likely:
        if statement.predicate not in SORTS or statement.confidence < SURE:
            continue
        other = best.get(statement.evidence)
        if other is None or statement.confidence > other.confidence:
            best[statement.evidence] = statement
    return {span: (statement.subject, statement.predicate) for span, statement in best.items()}


class _Quotes:
    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = sentence_starts(text)

    def __call__(self, one: Thing, other: Thing) -> Span:
        """Both sentences where they are one or neighbours; else that of the one that is no `AROUND`, or the first one's."""
        first, last = sorted((self._sentence(one), self._sentence(other)))
        if last - first > 1 or (first < last and len(self._range(first, last)) > TOGETHER):
            first = last = self._sentence(other if one.type in AROUND and other.type not in AROUND else one)
        span = self._range(first, last)
        words = self._text[span.start : span.end]
        return Span(span.start + len(words) - len(words.lstrip()), span.start + len(words.rstrip()))

    def _sentence(self, thing: Thing) -> int:
        return bisect_right(self._starts, thing.start) - 1

    def _range(self, first: int, last: int) -> Span:
        return Span(self._starts[first], self._starts[last + 1] if last + 1 < len(self._starts) else len(self._text))
