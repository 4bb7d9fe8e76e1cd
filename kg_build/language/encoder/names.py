"""From scored spans to names that stand together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kg_build.language.encoder.encode import Scored


def choose(spans: Iterable[Scored], nested: Mapping[str, frozenset[str]], least: float = 0.0) -> tuple[Scored, ...]:
    """The spans that stay, best score first taken: none crosses another, and one lies inside another only where it may.

    Args:
        spans: Candidates with their scores.
        nested: For each label the labels that may stand inside it (or cover the same range).
        least: Spans below this score are left out.

    Returns:
        The names in text order, outer before inner.
    """
    taken: list[Scored] = []
    at: dict[int, list[Scored]] = {}
    for span in sorted((s for s in spans if s.score > least), key=lambda s: (-s.score, s)):
        near = {other for position in range(span.start, span.end) for other in at.get(position, ())}
        if all(_stands_with(span, other, nested) for other in near):
            taken.append(span)
            for position in range(span.start, span.end):
                at.setdefault(position, []).append(span)
    return tuple(sorted(taken, key=lambda s: (s.start, -s.end, s.label)))


def apart(spans: Iterable[Scored], label: str, least: float) -> tuple[Scored, ...]:
    """The spans of one label that score above ``least``, best first taken, none of which overlaps another; in text order."""
    return choose((span for span in spans if span.label == label), {}, least)


def _stands_with(one: Scored, other: Scored, nested: Mapping[str, frozenset[str]]) -> bool:
    """Whether two spans that overlap may both stay."""
    inside = other.start <= one.start and one.end <= other.end
    around = one.start <= other.start and other.end <= one.end
    return (inside and one.label in nested.get(other.label, frozenset())) or (
        around and other.label in nested.get(one.label, frozenset())
    )
