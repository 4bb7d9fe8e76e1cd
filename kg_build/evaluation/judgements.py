"""What an evaluation finds: the counts of each row, and each statement judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kg_build.evaluation.figures import Figure
from kg_build.evaluation.gold import GoldEntity, GoldRelation
from kg_build.evaluation.said import Statement
from kg_build.model import LINKS, EntityType

CORE = ("Zone", "Enterprise", "Project", "Official", "Industry")
PROPERTIES = (*LINKS, "officialOf", "status", "totalInvestment", "author")
FIGURES = "observations"
"""The row of figures; the rows of their parts begin with it."""
SUMS = ("ENTITIES core", "ENTITIES all", "RELATIONS all")


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one row; the measures follow from them."""

    right: int = 0
    said: int = 0
    gold: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.said + other.said, self.gold + other.gold)

    @property
    def precision(self) -> float:
        """Of what is said, how much is right."""
        return self.right / self.said if self.said else 0.0

    @property
    def recall(self) -> float:
        """Of what gold has, how much is said."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f(self) -> float:
        """The harmonic mean of both."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


class Verdict(StrEnum):
    """What becomes of a statement."""

    RIGHT = "right"
    WRONG = "wrong"
    """Said, not in gold."""
    MISSING = "missing"
    """In gold, not said."""
    ALLOWED = "allowed"
    """Said, not in gold, and yet no error: a place farther up, a field that is said to lead."""


class Cause(StrEnum):
    """What an error follows from, as far as can be told."""

    AGAIN = "second node"
    OTHER_CLASS = "other class"
    END = "its entity"
    """An end that wasn't found, or that gold doesn't have: the entity is the error."""
    TITLE = "title"
    OTHER_PROPERTY = "other property"
    OTHER_END = "other object"
    """Another object for the same subject."""
    OWNER = "owner"
    """The figure of another."""
    INDICATOR = "indicator"
    PART = "part of a figure"
    """Its growth, its period, or whether it is a target."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A statement and what became of it."""

    article: str
    row: str
    """The row that it counts in."""
    verdict: Verdict
    words: tuple[str, ...]
    """An entity's name; subject, object and title; whose figure, of what, and how much."""
    said: tuple[Statement, ...] = ()
    """The store's statements that it is made of; none for what is missing."""
    gold: GoldEntity | GoldRelation | Figure | None = None
    """The annotation's, for what is missing."""
    cause: Cause | None = None
    detail: str = ""
    """The cause in words."""

    @property
    def is_error(self) -> bool:
        """Whether it lowers a score."""
        return self.verdict in (Verdict.WRONG, Verdict.MISSING)

    @property
    def is_part(self) -> bool:
        """Whether it is about a part of a figure that is right, and so no statement by itself."""
        return self.row.startswith(f"{FIGURES}, ")

    def __str__(self) -> str:
        sign = {Verdict.WRONG: "+", Verdict.MISSING: "-"}.get(self.verdict, "=")
        kind = self.row.removeprefix("entity ").removeprefix("relation ").replace(FIGURES, "figure")
        detail = f"({self.detail})" if self.detail else ""
        return " ".join(word for word in (self.article, sign, kind, *self.words, detail) if word)


@dataclass(slots=True)
class Evaluation:
    """Rows by name, rows by article, and every statement judged."""

    rows: dict[str, Score] = field(default_factory=dict)
    articles: dict[str, dict[str, Score]] = field(default_factory=dict)
    judgements: list[Judgement] = field(default_factory=list)
    lacking: tuple[str, ...] = ()
    """Articles of the gold whose files the store doesn't have."""

    def add(self, row: str, score: Score) -> None:
        """Add to a row."""
        self.rows[row] = self.rows.get(row, Score()) + score

    def add_article(self, article: str, one: Evaluation) -> None:
        """Add what was found in one article."""
        rows = self.articles.setdefault(article, {})
        for row, score in one.rows.items():
            self.add(row, score)
            rows[row] = rows.get(row, Score()) + score
        self.judgements += one.judgements

    def add_sums(self) -> None:
        """Add the rows that sum up others."""
        for rows in (self.rows, *self.articles.values()):
            rows.update(_sums(rows))

    @property
    def errors(self) -> list[str]:
        """The errors as lines; ``+`` is said and not in gold, ``-`` is in gold and not said."""
        lacking = [f"{article}: the store has no article of this file" for article in self.lacking]
        return lacking + [str(judgement) for judgement in self.judgements if judgement.is_error]


def _sums(rows: Mapping[str, Score]) -> dict[str, Score]:
    entities = {kind.value: rows.get(f"entity {kind.value}", Score()) for kind in EntityType}
    sums = (
        (entities[kind] for kind in CORE),
        entities.values(),
        (rows.get(f"relation {name}", Score()) for name in PROPERTIES),
    )
    return {name: sum(of, Score()) for name, of in zip(SUMS, sums, strict=True)}
