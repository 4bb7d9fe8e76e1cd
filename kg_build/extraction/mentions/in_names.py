"""What stands inside a project's or park's name: the company that runs it and the field that it is in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import cache

from kg_build.extraction.mentions.firms import leading_brand, may_be_brand
from kg_build.extraction.mentions.found import Found
from kg_build.extraction.mentions.industries import field_at_end, is_field_part, is_vague
from kg_build.extraction.mentions.own_names import usable
from kg_build.extraction.mentions.page import Page
from kg_build.extraction.mentions.places import is_place_or_country
from kg_build.extraction.mentions.products import bare_product, is_made, is_product
from kg_build.extraction.mentions.tables import table
from kg_build.extraction.mentions.words import everyday
from kg_build.model import EntityType


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    rules = table("in_names")
    return re.compile(rules["tail"]), re.compile(rules["scale"]), re.compile(rules["work"])


def in_names(page: Page, outer: Iterable[Found], companies: Iterable[Found], stems: Collection[str] = ()) -> Iterator[Found]:
    """Fields and unknown brands inside the names of projects and parks.

    ``stems``: places that only the text's own zones tell; they are no brands.
    """
    text = page.text
    ends: dict[int, int] = {}
    companies = list(companies)
    for company in companies:
        ends[company.start] = max(company.end, ends.get(company.start, 0))
    names = {text[company.start : company.end] for company in companies}
    for found in outer:
        match = _patterns()[0].search(text[found.start : found.end])
        end = found.start + match.start() if match else found.end
        known = ends.get(found.start, found.start)
        if known == found.start and found.type is EntityType.PROJECT:
            shared = brand_of(text[found.start : end], names)
            known = found.start + shared if shared else leading_brand(text, found.start, end)
            brand = text[found.start : known]
            if brand and brand not in stems and usable(brand):
                yield Found(found.start, known, EntityType.ENTERPRISE, "brand-in-name", table("in_names")["confidence"]["brand"])
        if known <= end and known < found.end:
            yield from _fields(text, found, known, end)


def without_brands(page: Page, found: Iterable[Found], companies: Iterable[Found]) -> Iterator[Found]:
    """The candidates, fields of industry without the brand of a company that the text names (远禾|汽车线束 beside 远禾电子)."""
    names = {page.text[company.start : company.end] for company in companies}
    for one in found:
        cut = brand_of(page.text[one.start : one.end], names) if one.type is EntityType.INDUSTRY else 0
        yield replace(one, start=one.start + cut) if cut else one


def brand_of(words: str, companies: Collection[str]) -> int:
    """Length of the coined brand that words begin with and that a company's name begins with, too; 0 where there is none."""
    if words in companies:
        return 0
    for length in (4, 3, 2):
        brand = words[:length]
        shared = len(words) - length >= 2 and may_be_brand(brand) and usable(brand) and not is_field_part(brand)
        if shared and any(name.startswith(brand) and len(name) > length for name in companies):
            return length
    return 0


def _fields(text: str, found: Found, known: int, end: int) -> Iterator[Found]:
    """The field of a project or park whose name goes on at ``known`` (after its company) and closes from ``end`` on."""
    _, scale, work = _patterns()
    confidence = table("in_names")["confidence"]
    is_project = found.type is EntityType.PROJECT
    begin = known
    if quantity := scale.match(text, begin, end):
        begin = quantity.end()
    if begin >= end:
        return
    field = field_at_end(text, begin, end)
    if end - field < 2 and (worked := work.search(text[begin:end])) and worked.start() >= 2:
        end = begin + worked.start()
        field = field_at_end(text, begin, end)
    low, high = bare_product(text, begin, end)
    name = text[low:high]
    if end - field >= 2 and not is_vague(text[field:end]):
        # 石油 + 树脂: an everyday word before the field belongs to what is made.
        whole = (
            is_project
            and low < field
            and high == end
            and is_product(name)
            and (text[low:field] in everyday() or known > found.start)
        )
        yield Found(low if whole else field, end, EntityType.INDUSTRY, "field-in-name", confidence["field"])
    elif not is_project or not is_product(name) or is_place_or_country(name[:2]) or is_place_or_country(name[:3]):
        return
    elif known > found.start and _product(text[begin:end], text[end : found.end]):
        yield Found(low, high, EntityType.INDUSTRY, "field-residue", confidence["residue"])
    elif is_made(text[found.start : found.end]) and (quantity or is_made(text[high : found.end])):
        yield Found(low, high, EntityType.INDUSTRY, "field-made", confidence["residue"])


def _product(stem: str, tail: str) -> bool:
    """Whether what is left between a company and the end of a project's name can be what is made there."""
    rules = table("in_names")
    words = [*table("industries")["no_trade"], *rules["no_product"]]
    return (
        2 <= len(stem) <= rules["longest_product"]
        and not any(w in stem for w in words)
        and not any(w in tail for w in rules["works"])
    )
