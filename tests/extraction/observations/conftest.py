"""Reads figures from sentences, without a pipeline; observations as one line each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
import spacy

from kg_build.extraction.observations import find_observations
from kg_build.model import Article, EntityType, Mention, MentionForm, Observation, OffsetMap, Part, PartKind, Span

ZONE = 1_000_000
"""The id that stands for the story's own zone."""


@pytest.fixture(scope="session")
def blank() -> spacy.language.Language:
    return spacy.blank("zh")


@pytest.fixture
def make_article() -> Callable[..., Article]:
    def make(text: str, published: date | None = None, title: str = "") -> Article:
        parts = []
        at = 0
        for line in text.split("\n"):
            parts.append(Part(PartKind.BODY, Span(at, at + len(line))))
            at += len(line) + 1
        return Article("a.txt", 1, title, text, tuple(parts), OffsetMap(()), published=published)

    return make


@pytest.fixture
def make_mentions() -> Callable[..., tuple[Mention, ...]]:
    def make(text: str, names: dict[str, str]) -> tuple[Mention, ...]:
        """Mentions of every place where a name stands; ``names`` gives their types."""
        found = []
        for name, type_ in names.items():
            at = text.find(name)
            while at >= 0:
                found.append((Span(at, at + len(name)), EntityType(type_), name))
                at = text.find(name, at + 1)
        found.sort(key=lambda item: (item[0].start, -len(item[0])))
        return tuple(Mention(i, span, t, name, MentionForm.NAME, "test", 1.0) for i, (span, t, name) in enumerate(found))

    return make


@pytest.fixture
def read(
    blank: spacy.language.Language, make_article: Callable[..., Article], make_mentions: Callable[..., tuple[Mention, ...]]
) -> Callable[..., list[Observation]]:
    def read_text(
        text: str, published: date | None = None, names: dict[str, str] | None = None, title: str = ""
    ) -> list[Observation]:
        mentions = make_mentions(text, names or {})
        return list(find_observations(make_article(text, published, title), blank(text), mentions, lambda _: ZONE))

    return read_text


@pytest.fixture(scope="session")
def line() -> Callable[[Observation], str]:
    def show(o: Observation) -> str:
        """indicator|value|unit|+growth%|!flags, what is missing left out."""
        cells = [o.indicator]
        if o.value is not None:
            cells += [_plain(o.value), str(o.unit)]
        if o.growth is not None:
            cells.append(f"{'+' if o.growth >= 0 else ''}{_plain(o.growth)}%")
        cells += [f"!{flag}" for flag, on in (("share", o.is_share), ("target", o.is_target), ("rank", o.rank is not None)) if on]
        return "|".join(cells)

    return show


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")
