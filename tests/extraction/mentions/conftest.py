"""Articles made from plain text for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg_build.model import Article, Contributor, OffsetMap, Part, PartKind, Span


def make_article(text: str, contributors: tuple[Contributor, ...] = (), kinds: dict[int, PartKind] | None = None) -> Article:
    """An article whose lines are body parts (``kinds``: other kinds by line number from 0)."""
    parts, start = [], 0
    for number, line in enumerate(text.split("\n")):
        parts.append(Part((kinds or {}).get(number, PartKind.BODY), Span(start, start + len(line))))
        start += len(line) + 1
    return Article("own.txt", 1, text[:10], text, tuple(parts), OffsetMap(()), contributors)


@pytest.fixture(name="article_of")
def article_of_fixture() -> Callable[..., Article]:
    """`make_article`."""
    return make_article
