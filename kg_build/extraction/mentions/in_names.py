"""What stands inside a project's or park's name: the company that runs it and the field that it is in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache

from kg_build.extraction.mentions.found import Found
from kg_build.extraction.mentions.industries import field_at_end, is_field, is_vague
from kg_build.extraction.mentions.own_names import usable
from kg_build.extraction.mentions.page import Page
from kg_build.extraction.mentions.places import place_words
from kg_build.extraction.mentions.tables import table
from kg_build.model import EntityType


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    rules = table("in_names")
    return re.compile(rules["tail"]), re.compile(rules["scale"]), re.compile(rules["work"])


def in_names(page: Page, outer: Iterable[Found], companies: Iterable[Found], stems: Collection[str] = ()) -> Iterator[Found]:
    """Fields and unknown brands inside the names of projects and parks.

    ``stems``: places that only the text's own zones tell; they are no brands.
    """
    tail, scale, work = _patterns()
    rules = table("in_names")
    confidence = rules["confidence"]
    ends: dict[int, int] = {}
    for company in companies:
        ends[company.start] = max(company.end, ends.get(company.start, 0))
    for found in outer:
        text = page.text
        end = found.end
        match = tail.search(text[found.start : found.end])
        if match:
            end = found.start + match.start()
        start = found.start
        known = ends.get(start, start)
        if known > end or found.end == known:
            continue
        begin = known
        if quantity := scale.match(text, begin, end):
            begin = quantity.end()
        if begin >= end:
            continue
        field = field_at_end(text, begin, end)
        if end - field < 2 and (worked := work.search(text[begin:end])) and worked.start() >= 2:
            end = begin + worked.start()
            field = field_at_end(text, begin, end)
        stem = text[field:end]
        if len(stem) >= 2 and not is_vague(stem):
            yield Found(field, end, EntityType.INDUSTRY, "field-in-name", confidence["field"])
        elif known > start and found.type is EntityType.PROJECT and _product(text[begin:end], text[end : found.end]):
            yield Found(begin, end, EntityType.INDUSTRY, "field-residue", confidence["residue"])
        brand_end = field if len(stem) >= 2 else end
        if known == start and found.type is EntityType.PROJECT and field < end:
            brand = re.sub(scale.pattern + "$", "", text[start:brand_end])
            name = _without_place(brand)
            if 2 <= len(name) <= 4 and usable(name) and name not in stems and _brand(name):
                yield Found(start, start + len(brand), EntityType.ENTERPRISE, "brand-in-name", confidence["brand"])


def _product(stem: str, tail: str) -> bool:
    """Whether what is left between a company and the end of a project's name can be what is made there."""
    rules = table("in_names")
    words = [*table("industries")["no_trade"], *rules["no_product"]]
    return (
        2 <= len(stem) <= rules["longest_product"]
        and not any(w in stem for w in words)
        and not any(w in tail for w in rules["works"])
    )


def _without_place(name: str) -> str:
    for length in range(min(6, len(name) - 1), 1, -1):
        if name[:length] in place_words():
            return name[length:]
    return name


def _brand(name: str) -> bool:
    rules = table("in_names")
    return not is_field(name) and not any(word in name for word in rules["no_brand"])
