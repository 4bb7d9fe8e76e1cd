"""Names that the pipeline's encoder saw, and its word on those that the rules found.

The encoder gives every span a score for every type, so it can judge a rule's candidate that it would not have proposed itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from kg_build.extraction.mentions.found import Found
from kg_build.extraction.mentions.page import Page
from kg_build.extraction.mentions.tables import table
from kg_build.language.encoder import GENERIC
from kg_build.model import EntityType, Mention, MentionForm, both

RULE = "encoder"
NOWHERE = -9.0
"""Score of a span that the encoder has forgotten, being as good as impossible."""
_TYPES = {kind.value: kind for kind in EntityType}


@dataclass(frozen=True)
class Seen:
    """What the encoder says about a text."""

    names: tuple[tuple[int, int, str], ...] = ()
    """(start, end, label) of names that stand together; a general word has the label ``Generic`` beside its type."""

    scores: Mapping[tuple[int, int, str], float] = field(default_factory=dict)
    """Log-odds of spans; one that isn't there is as good as impossible."""

    def found(self, page: Page) -> Iterator[Found]:
        """The names that score enough for their type (``seen.yaml``), as candidates; none in a byline or over a line break."""
        enough = table("seen")["enough"]
        general = {(start, end) for start, end, label in self.names if label == GENERIC}
        for start, end, label in self.names:
            kind = _TYPES.get(label)
            words = page.text[start:end]
            if kind is None or "\n" in words or not words.strip():
                continue
            if self.scores.get((start, end, label), 0.0) < enough[label]:
                continue
            form = MentionForm.GENERIC if (start, end) in general or words in _general() else MentionForm.NAME
            yield Found(start, end, kind, RULE, _odds(self.scores.get((start, end, label), 0.0)), form)

    def settle(self, candidates: Iterable[Found]) -> Iterator[Found]:
        """Candidates of the rules and of the encoder, without those that the other side is surer are none (``seen.yaml``).

        A rule's candidate stays if its score isn't below the least of its type, unless a name that the encoder is sure of
        crosses it. A name of the encoder's own gives way to a rule's candidate that it crosses, or that has its range with
        another type, unless the encoder is sure.
        """
        rules = table("seen")
        least, free = rules["least"], frozenset(rules["unjudged"])
        own: list[Found] = []
        kept: list[Found] = []
        for found in candidates:
            score = self._score(found)
            if found.rule == RULE:
                own.append(found)
            elif found.rule in free or score >= least[found.type.value]:
                kept.append(found)
        sure = _by_position(found for found in own if self._score(found) >= rules["sure"])
        kept = [found for found in kept if not any(_conflict(found, other) for other in _near(found, sure))]
        ruled = _by_position(kept)
        yield from kept
        yield from (found for found in own if not any(_conflict(found, other) for other in _near(found, ruled)))

    def judge(self, mentions: Iterable[Mention]) -> tuple[Mention, ...]:
        """The mentions, those of rules with what the encoder thinks of them in their confidence."""
        own = {RULE, *table("seen")["unjudged"]}
        return tuple(
            m
            if m.rule in own
            else replace(
                m, confidence=both(m.confidence, _odds(self.scores.get((m.span.start, m.span.end, m.type.value), NOWHERE)))
            )
            for m in mentions
        )

    def _score(self, found: Found) -> float:
        return self.scores.get((found.start, found.end, found.type.value), NOWHERE)


def _odds(score: float) -> float:
    return round(1 / (1 + math.exp(-score)), 3)


def _by_position(names: Iterable[Found]) -> dict[int, list[Found]]:
    at: dict[int, list[Found]] = {}
    for found in names:
        for position in range(found.start, found.end):
            at.setdefault(position, []).append(found)
    return at


def _near(found: Found, at: Mapping[int, list[Found]]) -> Iterable[Found]:
    return {id(other): other for position in range(found.start, found.end) for other in at.get(position, ())}.values()


def _conflict(one: Found, other: Found) -> bool:
    """Whether two that share a character can't both be names: each reaches out of the other, or one range has two types."""
    if (one.start, one.end) == (other.start, other.end):
        return one.type is not other.type and {one.type.value, other.type.value} not in _both()
    return (one.start < other.start and one.end < other.end) or (other.start < one.start and other.end < one.end)


@cache
def _both() -> tuple[set[str], ...]:
    return tuple(set(pair) for pair in table("seen")["both"])


@cache
def _general() -> frozenset[str]:
    """Words that are no name by themselves (产业园, 该项目)."""
    return frozenset(word for kind in table("heads")["classes"] for word in kind.get("generic", ()))
