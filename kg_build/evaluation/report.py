"""An evaluation with what a person needs to act on it: rules, causes, and each error in its sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg_build.evaluation.claims import Claim, claims_of
from kg_build.evaluation.figures import Figure
from kg_build.evaluation.gold import Gold, GoldEntity, GoldRelation
from kg_build.evaluation.judgements import Evaluation, Judgement, Score, Verdict
from kg_build.evaluation.rules import RuleTallies, rule_tallies
from kg_build.evaluation.said import Said, Statement, said_of
from kg_build.evaluation.scores import evaluate
from kg_build.evaluation.texts import Finder, Pages, Sentence, amounts, names

OTHER = "other"
"""The cause of what nothing beside it tells the cause of."""
Texts = Callable[[str], Iterable[tuple[str, int | None, str]]]
"""From a file's name without its ending to the texts that the store has of such files: file, row of a table, text."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where something was read, or could have been: a claim in its sentence, or a sentence with no claim."""

    sentence: Sentence | None
    """None where the store has no text to show."""
    rule: str = ""
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Error:
    """Something wrong or missing, with where that comes from."""

    judgement: Judgement
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What `zonekg evaluate` tells."""

    evaluation: Evaluation
    tallies: RuleTallies
    errors: tuple[Error, ...]
    floors: Mapping[str, float] = field(default_factory=dict)
    """The least F that rows must have."""

    @property
    def rows(self) -> dict[str, Score]:
        """The rows in which anything was said or is in gold."""
        return {name: row for name, row in self.evaluation.rows.items() if row.said or row.gold}

    @property
    def fallen(self) -> dict[str, float]:
        """The F of the rows that are below their floor; 0 for a row that there isn't."""
        rows = self.evaluation.rows
        return {name: rows.get(name, Score()).f for name, least in self.floors.items() if rows.get(name, Score()).f < least}

    @property
    def causes(self) -> dict[str, dict[str, int]]:
        """How many errors of each row follow from what (`Cause`, or `OTHER`); the parts of figures left out."""
        found: dict[str, Counter[str]] = {}
        for error in self.errors:
            one = error.judgement
            if not one.is_part:
                found.setdefault(one.row, Counter())[one.cause.value if one.cause else OTHER] += 1
        return {row: dict(sorted(counts.items())) for row, counts in found.items()}


def make_report(
    database: ox.Store, golds: Iterable[Gold], texts: Texts | None = None, floors: Mapping[str, float] | None = None
) -> Report:
    """Evaluate a store and find the evidence of each error.

    Args:
        database: The store.
        golds: The annotations; those of one file must follow each other to be read once.
        texts: The texts that may be shown; None to show neither texts nor quotes.
        floors: The least F of rows.
    """
    golds = tuple(golds)
    evaluation = evaluate(database, golds)
    claims = {stem: claims_of(database, stem) for stem in dict.fromkeys(gold.article for gold in golds)}
    finders: dict[str, list[_Finder]] = {}
    errors = []
    for judgement in evaluation.judgements:
        if judgement.is_error:
            stem = judgement.article
            if stem not in finders:
                pages = Pages(texts(stem)) if texts is not None else None
                said = said_of(database, stem)
                finders[stem] = [_Finder(gold, said, claims[stem], pages) for gold in golds if gold.article == stem]
            errors.append(Error(judgement, _first(finder.evidence(judgement) for finder in finders[stem])))
    return Report(evaluation, rule_tallies(evaluation.judgements, claims), tuple(errors), floors or {})


def _first(found: Iterable[tuple[Evidence, ...]]) -> tuple[Evidence, ...]:
    return next((evidence for evidence in found if evidence), ())


class _Finder:
    """Finds the evidence of one article's errors."""

    def __init__(self, gold: Gold, said: Said, claims: Mapping[Statement, tuple[Claim, ...]], pages: Pages | None) -> None:
        self._gold, self._said, self._claims, self._pages = gold, said, claims, pages

    def evidence(self, judgement: Judgement) -> tuple[Evidence, ...]:
        """The claims behind what is wrong; for what is missing the sentences that could have said it."""
        found: dict[Evidence, None] = {}
        for statement in judgement.said:
            for claim in self._claims.get(statement, ()):
                sentence = self._pages.around(claim, self._of_said(statement)) if self._pages is not None else None
                found[Evidence(sentence, claim.rule, claim.confidence)] = None
        if judgement.verdict is Verdict.MISSING and self._pages is not None and not found:
            found = {Evidence(sentence): None for sentence in self._pages.with_all(self._of_gold(judgement.gold))}
        return tuple(found)

    def _of_said(self, statement: Statement) -> list[Finder]:
        subject, _, value, title = statement
        figure = self._said.observations.get(subject)
        if figure is not None:
            return [*_amounts(figure), names([figure.indicator]), names(self._said.names.get(figure.of, ()))]
        if isinstance(value, float):
            return [names(self._said.names.get(subject, ())), amounts(value, "元")]
        forms = (self._said.names.get(subject, ()), self._said.names.get(value, ()), (title,))
        return [names(form) for form in forms if any(form)]

    def _of_gold(self, item: GoldEntity | GoldRelation | Figure | None) -> list[Finder]:
        match item:
            case GoldEntity():
                return [names(item.names)]
            case GoldRelation():
                ends = [names(self._forms(end)) for end in (item.subject, str(item.object)) if end in self._gold.entities]
                value = [amounts(item.object, "元")] if isinstance(item.object, float) else []
                return [*ends, *value, *([names([item.title])] if item.title else [])]
            case Figure():
                return [*_amounts(item), names([item.indicator]), names(self._forms(item.of))]
            case _:
                return []

    def _forms(self, identity: str) -> tuple[str, ...]:
        entity = self._gold.entities.get(identity)
        return (*entity.names, *entity.generic) if entity else ()


def _amounts(figure: Figure) -> list[Finder]:
    found = [] if figure.value is None else [amounts(figure.value, figure.unit)]
    return found if figure.growth is None else [*found, amounts(figure.growth, "%")]
