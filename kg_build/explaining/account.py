"""What an article's sentences gave."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from spacy.tokens import Doc
from spacy.tokens import Span as Tokens

from kg_build.extraction import NearMiss, Trace
from kg_build.model import Article, Extraction, Mention, Observation, Span, Statement
from kg_build.resolution import settled

MOST = 8
"""Near misses told of a sentence."""


@dataclass(frozen=True, slots=True)
class Said:
    """A statement or figure, in words."""

    what: str
    how: str
    """Confidence and strength; empty for a figure."""
    rule: str
    confidence: float
    quote: str


@dataclass(frozen=True, slots=True)
class SentenceAccount:
    """What one sentence gave."""

    number: int
    """Its place in the article, from 1."""
    span: Span
    """In ``Article.text``."""
    tokens: Tokens
    mentions: tuple[Mention, ...]
    """Those within it, in the order of the extraction."""
    said: tuple[Said, ...]
    """What a build takes."""
    overruled: tuple[Said, ...]
    """What a rule says and the scorer of pairs finds too unlikely."""
    near: tuple[NearMiss, ...]
    """Rules that nearly fired, the nearest first; empty where nobody asked."""

    @property
    def text(self) -> str:
        """The sentence without white space around it."""
        return str(self.tokens.text.strip())


@dataclass(frozen=True, slots=True)
class Account:
    """What an article gave."""

    article: Article
    extraction: Extraction
    doc: Doc
    sentences: tuple[SentenceAccount, ...]
    """Those asked for."""


def give_account(extraction: Extraction, doc: Doc, *, trace: Trace | None = None, containing: str | None = None) -> Account:
    """Put what was read of an article in the order of its sentences.

    Args:
        extraction: What the rules found.
        doc: The annotated text.
        trace: The near misses, if they were collected while the article was read.
        containing: Only sentences that contain these words.
    """
    taken = settled(extraction)
    stays = {*map(_bare, taken.statements), *map(_bare, taken.observations)}
    gone_statements = [s for s in extraction.statements if _bare(s) not in stays]
    gone_figures = [o for o in extraction.observations if _bare(o) not in stays]
    found: list[SentenceAccount] = []
    number = 0
    for sentence in doc.sents:
        text = sentence.text.strip()
        if not text:
            continue
        number += 1
        if containing is not None and containing not in text:
            continue
        here = Span(sentence.start_char, sentence.end_char)
        found.append(
            SentenceAccount(
                number,
                here,
                sentence,
                tuple(m for m in extraction.mentions if len(m.span) and here.contains(m.span)),
                _said(extraction, taken.statements, taken.observations, here),
                _said(extraction, gone_statements, gone_figures, here),
                trace.within(here, MOST) if trace is not None else (),
            )
        )
    return Account(extraction.article, extraction, doc, tuple(found))


def _bare(told: Statement | Observation) -> Statement | Observation:
    """It without how sure it is, which settling changes of what stays."""
    return replace(told, confidence=0.0, signs=())


def _said(
    extraction: Extraction, statements: Collection[Statement], figures: Collection[Observation], here: Span
) -> tuple[Said, ...]:
    """What was said in words that end in a sentence: some begin in an earlier one."""
    text = extraction.article.text
    found: list[Said] = []
    for s in statements:
        if here.start < s.evidence.end <= here.end:
            title = f" “{s.title}”" if s.title else ""
            what = f"{_name(extraction, s.subject)} {s.predicate} {_name(extraction, s.object)}{title}"
            quote = text[s.evidence.start : s.evidence.end]
            found.append(Said(what, f"{s.confidence:.2f} {s.strength}", s.rule, s.confidence, quote))
    for o in figures:
        if here.start < o.evidence.end <= here.end:
            growth = f" {o.growth:+}%" if o.growth is not None else ""
            period = f" [{o.period_start or ''}..{o.period_end or ''}]" if o.period_start or o.period_end else ""
            target = " target" if o.is_target else ""
            what = f"{_name(extraction, o.of)}: {o.indicator} = {o.value} {o.unit or ''}{growth}{period}{target}"
            found.append(Said(what, "", o.rule, o.confidence, text[o.evidence.start : o.evidence.end]))
    return tuple(found)


def _name(extraction: Extraction, end: object) -> str:
    if isinstance(end, int):
        return extraction.mentions[end].name or "(the story's zone)"
    return str(end)
