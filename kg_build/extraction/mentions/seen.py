"""Names that the pipeline's encoder saw, and its word on those that the rules found.

The encoder gives every span a score for every type, so it can judge a rule's candidate that it would not have proposed itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kg_build.extraction.mentions.found import Found
from kg_build.extraction.mentions.page import Page
from kg_build.extraction.mentions.tables import table
from kg_build.language.encoder import GENERIC
from kg_build.model import EntityType, MentionForm

RULE = "encoder"
_TYPES = {kind.value: kind for kind in EntityType}


@dataclass(frozen=True)
class Seen:
    """What the encoder says about a text."""

    names: tuple[tuple[int, int, str], ...] = ()
    """(start, end, label) of names that stand together; a general word has the label ``Generic`` beside its type."""

    scores: Mapping[tuple[int, int, str], float] = field(default_factory=dict)
    """Log-odds of spans; one that isn't there is as good as impossible."""

    def found(self, page: Page) -> Iterator[Found]:
        """The names as candidates; none in a byline or over a line break."""
        general = {(start, end) for start, end, label in self.names if label == GENERIC}
        for start, end, label in self.names:
            kind = _TYPES.get(label)
            if kind is None or "\n" in page.text[start:end] or not page.text[start:end].strip():
                continue
            form = MentionForm.GENERIC if (start, end) in general else MentionForm.NAME
            yield Found(start, end, kind, RULE, self._odds(start, end, label), form)

    def _odds(self, start: int, end: int, label: str) -> float:
        return round(1 / (1 + math.exp(-self.scores.get((start, end, label), 0.0))), 3)

    def settle(self, candidates: Iterable[Found]) -> Iterator[Found]:
        """Candidates of the rules and of the encoder, without those that the encoder is sure are none.

        A rule's candidate with the range and type of a name stays, as sure as the surer of the two. Any other stays only if its
        score isn't below the least of its type (``seen.yaml``) and it crosses no name.
        """
        rules = table("seen")
        least, free = rules["least"], frozenset(rules["unjudged"])
        exact = set(self.names)
        at: dict[int, set[tuple[int, int]]] = {}
        for start, end, label in self.names:
            if label in _TYPES:
                for position in range(start, end):
                    at.setdefault(position, set()).add((start, end))
        for found in candidates:
            key = (found.start, found.end, found.type.value)
            if found.rule == RULE or found.rule in free or key in exact:
                yield found
            elif self.scores.get(key, -math.inf) >= least[found.type.value]:
                near = {name for position in range(found.start, found.end) for name in at.get(position, ())}
                if not any(_crosses(found, *name) for name in near):
                    yield found


def _crosses(found: Found, start: int, end: int) -> bool:
    """Whether a candidate and a name that share a character each reach out of the other."""
    return (start < found.start and end < found.end) or (found.start < start and found.end < end)
