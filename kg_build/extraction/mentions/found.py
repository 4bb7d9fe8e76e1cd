"""What the recognisers hand to one another before mentions get their ids."""

from __future__ import annotations

from dataclasses import dataclass

from kg_build.model import EntityType, MentionForm


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A candidate mention: a half-open range of ``Article.text``, with what made it."""

    start: int
    end: int
    type: EntityType
    rule: str
    confidence: float
    form: MentionForm = MentionForm.NAME
    expansion: str | None = None

    def __len__(self) -> int:
        return self.end - self.start

    def contains(self, other: Found) -> bool:
        """Whether the other range lies within this one (equal ranges do)."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Found) -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end
