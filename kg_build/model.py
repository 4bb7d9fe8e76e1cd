"""What travels between the stages.

reading → `Article` → language → spaCy ``Doc`` → extraction → `Extraction` → resolution → `ResolvedArticle` → graph.

Every class is frozen: a stage makes new values and never changes what an earlier stage handed over. All positions are
half-open ranges of Unicode code points. Two texts are counted: an article's own `Article.text` (what the reader cleaned
and what the language pipeline sees) and the file's decoded or extracted text (`SourceDocument.text`), which is what the
graph's selectors count; `Article.to_source` leads from the first to the second.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

LOWEST = 0.001
"""No confidence counts as lower than this when two are put together, or as higher than 1 less this."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range ``[start, end)`` of code points."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a range: {self.start}..{self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def contains(self, other: Span) -> bool:
        """Whether the other range lies within this one (equal ranges do)."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one code point."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Piece:
    """``length`` code points of the cleaned text from ``start``, copied unchanged from ``source`` on in the source."""

    start: int
    source: int
    length: int


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Where each code point of a cleaned text stood in its source.

    Pieces are ascending and disjoint in ``start`` and need not be in ``source``: columns may have been put in order.
    Code points that no piece covers (a line break that the reader put in) have no place in the source.
    """

    pieces: tuple[Piece, ...]

    def to_source(self, span: Span) -> tuple[Span, ...]:
        """The source ranges of a range of cleaned text, in the reading order of the cleaned text.

        Ranges are joined where only dropped characters (white space, a line break inside a word) lie between them; a
        column break, after which the source goes on before or far behind, keeps two ranges. Empty when nothing of the
        range comes from the source.
        """
        found: list[Span] = []
        first = max(0, bisect_right(self.pieces, span.start, key=lambda p: p.start) - 1)
        for piece in self.pieces[first:]:
            if piece.start >= span.end:
                break
            low, high = max(span.start, piece.start), min(span.end, piece.start + piece.length)
            if low >= high:
                continue
            here = Span(piece.source + low - piece.start, piece.source + high - piece.start)
            if found and 0 <= here.start - found[-1].end <= JOIN_DISTANCE:
                found[-1] = Span(found[-1].start, here.end)
            else:
                found.append(here)
        return tuple(found)


JOIN_DISTANCE = 8
"""Code points that may have been dropped between two pieces that still count as one place (line break and indent)."""


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """One file (or one row of a table), decoded or with its text extracted."""

    source_file: str
    """Path relative to the PATH that was given, with ``/``; for stdin ``-``."""
    text: str
    """What positions count: byte-order mark gone, CRLF two code points; for HTML, PDF and tables the extracted text."""
    media_type: str
    encoding: str | None = None
    title: str | None = None
    published: date | None = None
    url: str | None = None
    author: str | None = None
    publisher: str | None = None
    row: int | None = None
    """1-based row of a table or line of a ``.jsonl`` file; None for a whole file."""


class PartKind(StrEnum):
    """What a stretch of an article's text is."""

    TITLE = "title"
    SUBTITLE = "subtitle"
    HEADING = "heading"
    BODY = "body"
    CAPTION = "caption"
    BYLINE = "byline"


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph, heading, caption or byline of ``Article.text`` (without its closing line break)."""

    kind: PartKind
    span: Span


class Role(StrEnum):
    """In which role a name stands in a byline or under a picture."""

    REPORTER = "reporter"
    CORRESPONDENT = "correspondent"
    AUTHOR = "author"
    PHOTOGRAPHER = "photographer"


@dataclass(frozen=True, slots=True)
class Contributor:
    """Somebody named in a byline or credit; ``span`` counts in ``Article.text``."""

    name: str
    role: Role
    span: Span


@dataclass(frozen=True, slots=True)
class Article:
    """One story, cleaned: white space inside Chinese text and hard line breaks gone, columns in order.

    ``text`` holds the parts in reading order, one line each (title, subtitle and byline first or where they stood, then
    body and headings, captions last), so that splitting ``text`` at line breaks gives exactly the parts.
    """

    source_file: str
    number: int
    """1-based order of the story within its file."""
    title: str
    """Without white space; the first words of the body where the page gives none."""
    text: str
    parts: tuple[Part, ...]
    offsets: OffsetMap
    contributors: tuple[Contributor, ...] = ()
    published: date | None = None
    published_from: str | None = None
    """``page``, ``file name``, ``column``, ``option``: where the date came from."""
    publisher: str | None = None
    url: str | None = None

    def to_source(self, span: Span) -> tuple[Span, ...]:
        """The places in the source text of a range of ``text``."""
        return self.offsets.to_source(span)

    def part_at(self, position: int) -> Part | None:
        """The part in which a position lies."""
        index = bisect_right(self.parts, position, key=lambda p: p.span.start) - 1
        if index >= 0 and position <= self.parts[index].span.end:
            return self.parts[index]
        return None

    def parts_of(self, *kinds: PartKind) -> Iterator[Part]:
        """The parts of the given kinds, in order."""
        return (part for part in self.parts if part.kind in kinds)


class EntityType(StrEnum):
    """The ontology's classes that a mention can have (local names)."""

    ZONE = "Zone"
    PARK = "Park"
    ENTERPRISE = "Enterprise"
    INSTITUTION = "Institution"
    PROJECT = "Project"
    PERSON = "Person"
    OFFICIAL = "Official"
    INDUSTRY = "Industry"
    PLACE = "Place"
    HONOUR = "Honour"


LINKS = (
    "locatedIn",
    "undertakenBy",
    "investsIn",
    "foundedBy",
    "subsidiaryOf",
    "cooperatesWith",
    "leadIndustry",
    "developsIndustry",
    "inIndustry",
    "honouredAs",
)
"""Properties that lead from one entity straight to another (local names); offices have a post between."""
SYMMETRIC = ("cooperatesWith",)
"""Of these the ones that hold both ways."""


class MentionForm(StrEnum):
    """How a mention refers."""

    NAME = "name"
    """A full or short name: 三门峡经济开发区, 华辰."""
    GENERIC = "generic"
    """A form that means its entity only in context: 该区, 经开区, 该公司, 该项目, 全市."""
    IMPLICIT = "implicit"
    """No words at all (an empty range): the zone whose story this is, a dropped subject."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in ``Article.text`` that names or points to an entity."""

    id: int
    """Index in `Extraction.mentions`."""
    span: Span
    type: EntityType
    name: str
    """The words of the span without white space; for an `IMPLICIT` mention empty."""
    form: MentionForm
    rule: str
    confidence: float
    expansion: str | None = None
    """The name in full where the text around makes it certain: 华辰碳纤维 → 华辰碳纤维项目 (…等14个项目)."""


def log_odds(confidence: float) -> float:
    """Of a confidence, which is taken for no surer than `LOWEST` allows."""
    value = min(max(confidence, LOWEST), 1 - LOWEST)
    return math.log(value / (1 - value))


def from_log_odds(value: float) -> float:
    """A confidence, to three decimals."""
    return round(1 / (1 + math.exp(-value)), 3)


def both(one: float, other: float) -> float:
    """One confidence from two: the mean of their log-odds."""
    return from_log_odds((log_odds(one) + log_odds(other)) / 2)


Signs = tuple[tuple[str, float], ...]
"""What tells how sure something is: names, and for each a confidence (0 to 1); what isn't known is left out."""


class Strength(StrEnum):
    """Whether a statement gives way to another one of the same property."""

    STATED = "stated"
    """The words say it."""
    ASSUMED = "assumed"
    """A default of the discourse (told in a zone's own story); dropped where the same subject has a stated one."""


@dataclass(frozen=True, slots=True)
class Statement:
    """``subject predicate object`` between mentions, or with a value, as one place of an article says it."""

    subject: int
    """A mention's id."""
    predicate: str
    """Local name of the ontology's property (``locatedIn``); ``officialOf`` also stands for the post behind it."""
    object: int | str | Decimal
    """A mention's id; the local name of a status (``signed``); an amount in yuan."""
    evidence: Span
    """The words that say it: the sentence, or the clause, of ``Article.text``."""
    rule: str
    confidence: float
    strength: Strength = Strength.STATED
    title: str | None = None
    """officialOf: the post's title (党工委书记)."""
    former: bool = False
    """officialOf: the post is said to be no longer held."""
    currency: str | None = None
    """totalInvestment in another currency than yuan: ISO 4217."""
    signs: Signs = ()
    """How sure each of those that were heard is; resolution notes it (`kg_build.resolution.settling`)."""


@dataclass(frozen=True, slots=True)
class Observation:
    """A figure about a zone, park, enterprise, institution or place, in the base unit (GUIDE: 元, 亩, 平方米, 吨, 人, %, 名)."""

    of: int
    """A mention's id."""
    indicator: str
    """Noun phrase as in the text, without verbs."""
    value: Decimal | None
    unit: str | None
    evidence: Span
    rule: str
    confidence: float
    growth: Decimal | None = None
    """Percent, negative for a fall."""
    is_share: bool = False
    rank: int | None = None
    period_start: date | None = None
    period_end: date | None = None
    period_text: str | None = None
    is_target: bool = False
    signs: Signs = ()
    """As a statement's."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What the rules found in one article."""

    article: Article
    mentions: tuple[Mention, ...]
    statements: tuple[Statement, ...]
    observations: tuple[Observation, ...]
    likely: tuple[Statement, ...] = ()
    """What the scorer of pairs thinks possible, its odds as confidence; resolution weighs it against ``statements``."""
    named: tuple[tuple[Span, float], ...] = ()
    """Where figures stand of which the scorer sees what they measure, and the odds of the likeliest words for it."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing of the graph. ``iri`` is final once resolution across articles is through."""

    iri: str
    type: EntityType
    name: str
    """Canonical name."""
    subclass: str | None = None
    """Local name of a more exact class: ``HighTechZone``."""
    code: str | None = None
    """GB/T 2260 code of a place, statistical code of a zone, as far as the gazetteers know it."""


@dataclass(frozen=True, slots=True)
class EntityUse:
    """One entity in one article: the names it has there and where."""

    entity: Entity
    names: tuple[str, ...]
    """Every non-generic form met in this article, sorted."""
    spans: tuple[Span, ...]
    confidence: float
    rule: str


@dataclass(frozen=True, slots=True)
class ResolvedStatement:
    """A statement between entities (IRIs) with all the places of the article that make it."""

    subject: str
    predicate: str
    object: str | Decimal
    """An IRI, or an amount."""
    is_link: bool
    """Whether ``object`` is an IRI."""
    evidence: tuple[Span, ...]
    rule: str
    confidence: float
    title: str | None = None
    former: bool = False
    currency: str | None = None
    signs: Signs = ()
    """Of the place that makes it with the most confidence."""


@dataclass(frozen=True, slots=True)
class ResolvedObservation:
    """An observation of an entity (IRI); ``iri`` is made of entity, indicator, period and value."""

    iri: str
    of: str
    indicator: str
    figure: Observation


@dataclass(frozen=True, slots=True)
class ResolvedArticle:
    """One article as the graph takes it."""

    article: Article
    iri: str
    entities: tuple[EntityUse, ...]
    authors: tuple[str, ...]
    """IRIs of the people of the byline (photographers not)."""
    statements: tuple[ResolvedStatement, ...]
    observations: tuple[ResolvedObservation, ...]
