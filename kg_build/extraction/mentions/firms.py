"""Short names of companies: a brand and a word of trade (朗湾药业), told by the brand or by what stands around them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache

from kg_build.extraction.mentions.found import Found
from kg_build.extraction.mentions.industries import is_field, is_field_part
from kg_build.extraction.mentions.lexicon import Lexicon
from kg_build.extraction.mentions.page import HARD, Page
from kg_build.extraction.mentions.places import is_place_or_country, start_of_places
from kg_build.extraction.mentions.tables import table
from kg_build.extraction.mentions.words import everyday, is_coined
from kg_build.model import EntityType

REACH = 14
"""Characters before the word of trade that can hold the place, the trade's further words and the brand."""


@cache
def _heads() -> Lexicon[None]:
    return Lexicon(dict.fromkeys(table("firms")["heads"]))


@cache
def _sets() -> tuple[frozenset[str], frozenset[str], tuple[str, ...]]:
    rules = table("firms")
    return frozenset(rules["trades"]) | frozenset(rules["heads"]), frozenset(rules["leads"]), tuple(rules["not_followed"])


def short_firms(page: Page, stems: Collection[str] = ()) -> Iterator[Found]:
    """Companies by a coined brand, words of trade and a last one that firms' names end in.

    ``stems``: places that only the text's own zones tell; they are no brands.
    """
    rules = table("firms")
    goods, followers = frozenset(rules["goods"]), tuple(rules["followers"])
    text = page.text
    for start, end, _ in _heads().longest(text):
        if text.startswith(_sets()[2], end) or _is_longer_field(text, start, end):
            continue
        edge = page.left_edge(start, REACH)
        first = brand_start(text, edge, start, stems)
        if first is None or page.framed(first, end) or is_field(text[first:end]):
            continue
        if text[start:end] in goods and not (ends_at(page, end) or text.startswith(followers, end)):
            continue
        yield Found(first, end, EntityType.ENTERPRISE, "firm-coined", rules["confidence"]["coined"])


def may_be_brand(word: str) -> bool:
    """Whether a word of two to four characters is coined and begins and ends as brands do."""
    rules = table("firms")
    return is_coined(word) and word[0] not in rules["never_first"] and not any(c in rules["never"] for c in word)


def ends_at(page: Page, end: int) -> bool:
    """Whether a name's end is open: at a mark, a bracket or a word that no name goes on over."""
    after = page.text[end : end + 1]
    return not after or after in HARD or after in "(”" or end in page.cut_starts


def _is_longer_field(text: str, start: int, end: int) -> bool:
    """Whether the word of trade goes on into a field (智能 of 智能电梯)."""
    return any(is_field(text[start : end + more]) for more in range(2, 5) if end + more <= len(text))


def brand_start(text: str, edge: int, end: int, stems: Collection[str] = ()) -> int | None:
    """Where the company's name begins (a place before the brand is part of it); None where no coined brand stands there.

    ``edge``: the leftmost it can begin; ``end``: the end of what holds the brand.
    """
    trades, leads, _ = _sets()
    rules = table("firms")
    stop = end
    while cut := next((n for n in range(5, 1, -1) if text[stop - n : stop] in trades and stop - n - edge >= 2), 0):
        stop -= cut
    if text[stop - 1 : stop] in rules["never_last"]:
        return None
    for length in (2, 3, 4):
        first = stop - length
        if first < edge:
            return None
        brand = text[first:stop]
        if not may_be_brand(brand) or brand in stems:
            continue
        place = start_of_places(text, first, edge)
        if place == edge or text[place - 1] in HARD or _ends_word(text, edge, place, leads):
            return place
    return None


def leading_brand(text: str, start: int, end: int) -> int:
    """End of the company that a project's name begins with (a place, a coined brand, words of trade); ``start`` if none."""
    rules = table("firms")
    heads = frozenset(rules["heads"])
    at = start
    while step := next((n for n in range(6, 1, -1) if end - at - n >= 2 and is_place_or_country(text[at : at + n])), 0):
        at += step
    for length in (2, 3):
        stop = at + length
        brand = text[at:stop]
        if stop > end or not may_be_brand(brand) or is_field(brand):
            continue
        goes_on = any(text[stop : stop + n] in everyday() or is_field_part(text[stop : stop + n]) for n in (2, 3, 4))
        if stop < end and not (goes_on or text[stop].isascii()):
            continue
        while step := next(
            (
                n
                for n in (5, 4, 3, 2)
                if end - stop - n >= 2 and text[stop : stop + n] in heads and not _is_longer_field(text, stop, stop + n)
            ),
            0,
        ):
            stop += step
        return stop
    return start


def _ends_word(text: str, edge: int, position: int, leads: frozenset[str]) -> bool:
    """Whether what stands before a position is an everyday word or one that leads a name in (去X, 业主X)."""
    before = (text[position - n : position] for n in (1, 2, 3, 4) if position - n >= edge)
    return any(word in leads or word in everyday() for word in before)
