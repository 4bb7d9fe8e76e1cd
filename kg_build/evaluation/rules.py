"""How often each rule is right, and whether it is as sure as it deserves to be.

A statement that two rules make, or one in two places, counts once for each rule. What gold doesn't judge (an executive's
post, a statement with no claim) counts for none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import exp, lgamma, log

from kg_build.evaluation.claims import Claim
from kg_build.evaluation.judgements import Judgement, Verdict
from kg_build.evaluation.said import Statement

WIDTH = 10
"""Bands of confidence to the whole."""
LEAST = 0.05
"""How much surer than right is worth telling."""
CHANCE = 0.05
"""How seldom so few would be right if the confidence were deserved."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many statements were right, wrong, and neither (`Verdict.ALLOWED`), and how sure their rules were."""

    right: int = 0
    wrong: int = 0
    allowed: int = 0
    sureness: float = 0.0
    """The confidences of the right and the wrong ones, added up."""

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.right + other.right, self.wrong + other.wrong, self.allowed + other.allowed, self.sureness + other.sureness
        )

    @property
    def judged(self) -> int:
        """The right and the wrong ones."""
        return self.right + self.wrong

    @property
    def precision(self) -> float:
        """Of those that are right or wrong the right ones."""
        return self.right / self.judged if self.judged else 0.0

    @property
    def confidence(self) -> float:
        """The mean confidence."""
        return self.sureness / self.judged if self.judged else 0.0

    @property
    def excess(self) -> float:
        """How much surer than right; negative for too modest."""
        return self.confidence - self.precision if self.judged else 0.0

    @property
    def is_over(self) -> bool:
        """Whether it is surer than right by more than `LEAST`, and by more than chance explains (`CHANCE`)."""
        return self.excess > LEAST and so_few(self.right, self.judged, self.confidence) < CHANCE


@dataclass(slots=True)
class RuleTallies:
    """Tallies by rule, the most wrong first, and by band of confidence; each rule's by row, too."""

    rules: dict[str, Tally] = field(default_factory=dict)
    rows: dict[str, dict[str, Tally]] = field(default_factory=dict)
    bands: dict[float, Tally] = field(default_factory=dict)
    """By the lower end of the band, which has the width of a tenth."""


def rule_tallies(judgements: Iterable[Judgement], claims: Mapping[str, Mapping[Statement, tuple[Claim, ...]]]) -> RuleTallies:
    """Tally what was said; ``claims`` are by article, then by statement."""
    rows: dict[str, dict[str, Tally]] = defaultdict(lambda: defaultdict(Tally))
    bands: dict[float, Tally] = defaultdict(Tally)
    for judgement in judgements:
        if judgement.is_part or judgement.verdict is Verdict.MISSING:
            continue
        of_article = claims.get(judgement.article, {})
        sure: dict[str, float] = {}
        for claim in (claim for statement in judgement.said for claim in of_article.get(statement, ())):
            sure[claim.rule] = max(claim.confidence, sure.get(claim.rule, 0.0))
        for rule, confidence in sure.items():
            one = _one(judgement.verdict, confidence)
            rows[rule][judgement.row] += one
            bands[min(int(confidence * WIDTH + 1e-9), WIDTH - 1) / WIDTH] += one
    total = {rule: sum(of_rule.values(), Tally()) for rule, of_rule in rows.items()}
    order = sorted(total, key=lambda rule: (-total[rule].wrong, -total[rule].judged, rule))
    return RuleTallies(
        {rule: total[rule] for rule in order},
        {rule: dict(sorted(rows[rule].items())) for rule in order},
        dict(sorted(bands.items())),
    )


def _one(verdict: Verdict, confidence: float) -> Tally:
    if verdict is Verdict.ALLOWED:
        return Tally(allowed=1)
    return Tally(int(verdict is Verdict.RIGHT), int(verdict is Verdict.WRONG), 0, confidence)


def so_few(right: int, of: int, share: float) -> float:
    """How likely no more than so many are right, each being right with the same odds (binomial distribution)."""
    if share >= 1:
        return 0.0 if right < of else 1.0
    if share <= 0:
        return 1.0
    ways = lgamma(of + 1)
    logs = (ways - lgamma(k + 1) - lgamma(of - k + 1) + k * log(share) + (of - k) * log(1 - share) for k in range(right + 1))
    return min(1.0, sum(exp(value) for value in logs))
