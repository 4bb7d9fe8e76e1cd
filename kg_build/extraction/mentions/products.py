"""Product fields that running text says a firm or zone is in: 主攻X, 做X的, X企业, and rows before 主导产业."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from kg_build.extraction.mentions.found import Found
from kg_build.extraction.mentions.industries import is_vague
from kg_build.extraction.mentions.lexicon import covered
from kg_build.extraction.mentions.page import Page
from kg_build.extraction.mentions.tables import table
from kg_build.extraction.mentions.words import everyday
from kg_build.model import EntityType

MARKS = frozenset("“”()0123456789%《》")


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(table("products")[name])


def products(page: Page) -> Iterator[Found]:
    """Fields told by a frame alone, whatever words they are of."""
    rules = table("products")
    confidence = rules["confidence"]
    for name in ("leads", "makers", "based", "makes", "turned_out"):
        for match in _pattern(name).finditer(page.text):
            group = next(g for g, words in match.groupdict().items() if words)
            for start, end in _items(page, *match.span(group)):
                if name != "makes" or not covered(page.text[start:end], everyday()):
                    yield Found(start, end, EntityType.INDUSTRY, f"product-{name}", confidence[name])
    for match in _pattern("list_frame").finditer(page.text):
        items = page.items(match.start(), rules["longest"] + 4)
        if len(items) < 2 or not all(end - start <= rules["longest"] for start, end in items):
            continue
        for start, end in items:
            if is_product(page.text[start:end]):
                yield Found(start, end, EntityType.INDUSTRY, "product-row", confidence["row"])


def _items(page: Page, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The members of a row of fields (A、B和C), each without what goes before and after the product."""
    for match in re.finditer("[^、和与]+", page.text[start:end]):
        low, high = bare_product(page.text, start + match.start(), start + match.end())
        if is_product(page.text[low:high]):
            yield low, high


def bare_product(text: str, start: int, end: int) -> tuple[int, int]:
    """The range without scale and attributes before the product (年产10万吨, 大型) and words of work after it."""
    if quantity := _pattern("scale").match(text, start, end):
        start = quantity.end()
    while (front := _pattern("front").match(text, start, end)) and end - front.end() >= 2:
        start = front.end()
    if (back := _pattern("back").search(text[start:end])) and back.start() >= 2:
        end = start + back.start()
    return start, end


def is_product(name: str) -> bool:
    """Whether words can be a product field by what they don't hold."""
    rules = table("products")
    return (
        2 <= len(name) <= rules["longest"]
        and not is_vague(name)
        and not any(c in MARKS for c in name)
        and not any(word in name for word in rules["no_product"])
    )


def is_made(tail: str) -> bool:
    """Whether the end of a project's name says that something is made there (线, 车间, 装置)."""
    return _pattern("made").search(tail) is not None
