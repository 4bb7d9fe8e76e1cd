"""Rules that nearly fired: what was missing where all but one of a rule's conditions held.

Whoever wants to know gives a `Trace` to the functions that read; without one nothing is collected.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from kg_build.model import Span

UNKNOWN = "?"
"""Stands in `NearMiss.would_say` for an end that nobody knows, since it is what is missing."""


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A rule that would have spoken but for one condition."""

    rule: str
    span: Span
    """The words that fitted, in ``Article.text``."""
    missing: str
    """The condition that failed, and what stands there instead."""
    would_say: str = ""
    """What the rule would have said; ``?`` for an end that isn't known."""
    met: int = 1
    """How many of its conditions held: the more, the nearer."""
    about: str = ""
    """What it is told of where a rule is asked more than once in a sentence: a figure."""
    taken: bool = False
    """Whether it did speak, and another rule's word was taken."""

    @property
    def known(self) -> bool:
        """Whether both ends of what it would have said are known."""
        return UNKNOWN not in self.would_say.split()


class Trace:
    """Collects near misses while an article is read."""

    def __init__(self) -> None:
        self._misses: dict[NearMiss, None] = {}

    def add(self, miss: NearMiss) -> None:
        """Note a rule that nearly fired; the same miss twice is one."""
        self._misses.setdefault(miss)

    @property
    def misses(self) -> tuple[NearMiss, ...]:
        """All that was noted, in the order of the text."""
        return tuple(sorted(self._misses, key=lambda m: (m.span.start, m.span.end, m.rule, m.missing, m.would_say)))

    def within(self, span: Span, most: int, *, without: Collection[str] = ()) -> tuple[NearMiss, ...]:
        """The nearest misses that end within a span, one a rule and figure: by the conditions that held, last what others took.

        Args:
            span: Of a sentence, say.
            most: So many at most.
            without: Rules that aren't told.
        """
        here = [m for m in self._misses if span.start < m.span.end <= span.end and m.rule not in without]
        found: dict[tuple[str, str], NearMiss] = {}
        for miss in sorted(here, key=_farness):
            found.setdefault((miss.rule, miss.about), miss)
        return tuple(found.values())[:most]


def _farness(miss: NearMiss) -> tuple[bool, int, bool, int, int, str, str, str]:
    unknown = not miss.known
    return miss.taken, unknown - miss.met, unknown, len(miss.span), miss.span.start, miss.rule, miss.missing, miss.would_say
