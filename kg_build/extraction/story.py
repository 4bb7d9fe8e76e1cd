"""Where a zone's story begins: at the article's beginning, and at each heading that names another zone.

An implicit mention stands for "the zone whose story this is"; which zone that is, resolution decides.
"""

from __future__ import annotations

from bisect import bisect_right

from kg_build.model import Article, EntityType, Mention, MentionForm, PartKind, Span

RULE = "story.zone"
CONFIDENCE = 0.8


def implicit_mentions(article: Article, mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """Empty mentions of type Zone, with ids that go on after those of ``mentions``; the first one at position 0."""
    starts = [0]
    for part in article.parts_of(PartKind.HEADING):
        zones = [m for m in mentions if m.type is EntityType.ZONE and m.form is MentionForm.NAME and part.span.contains(m.span)]
        if zones and part.span.start > 0:
            starts.append(part.span.start)
    return tuple(
        Mention(len(mentions) + i, Span(start, start), EntityType.ZONE, "", MentionForm.IMPLICIT, RULE, CONFIDENCE)
        for i, start in enumerate(starts)
    )


class Stories:
    """The implicit mention that holds at a position."""

    def __init__(self, mentions: tuple[Mention, ...]) -> None:
        found = sorted((m for m in mentions if m.form is MentionForm.IMPLICIT), key=lambda m: m.span.start)
        self._starts = [m.span.start for m in found]
        self._ids = [m.id for m in found]

    def at(self, position: int) -> int:
        """The id of the implicit mention in whose story the position lies."""
        return self._ids[max(0, bisect_right(self._starts, position) - 1)]
