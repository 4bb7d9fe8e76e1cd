"""Places of the public gazetteer in a text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache
from itertools import pairwise

from kg_build import gazetteers
from kg_build.extraction.mentions.found import Found
from kg_build.extraction.mentions.lexicon import Lexicon
from kg_build.extraction.mentions.page import HARD, Page
from kg_build.extraction.mentions.tables import table
from kg_build.extraction.mentions.words import everyday
from kg_build.model import EntityType, MentionForm

LONGEST_CATCHWORD = 16
FULL, SHORT, WORD = "full", "short", "word"


def in_quote(text: str, start: int, end: int) -> bool:
    """Whether a short name is a part of a quoted catchword (“…海文山园…”) and so names nothing."""
    opened = text.rfind("“", max(0, start - LONGEST_CATCHWORD), start)
    closed = text.find("”", end, end + LONGEST_CATCHWORD)
    if opened < 0 or closed < 0 or "”" in text[opened:start] or "“" in text[end:closed]:
        return False
    return closed - opened <= LONGEST_CATCHWORD and not (
        (opened == start - 1 or text[start - 1] in HARD) and (closed == end or text[end] in HARD)
    )


@cache
def place_words() -> dict[str, tuple[str, str]]:
    """Every name of a place of today → (full or short, level); levels are province, prefecture, county.

    A short form that is an everyday word too is ``word``: it names a place only before a zone's or a body's head word.
    """
    words: dict[str, tuple[str, str]] = {}
    for row in gazetteers.places():
        for name in (row.name, *row.aliases):
            if len(name) >= 2:
                words[name] = (FULL, row.level)
    for row in gazetteers.places():
        if len(row.short) >= 2:
            words.setdefault(row.short, (WORD if row.short_is_word else SHORT, row.level))
    return words


@cache
def _far() -> Lexicon[None]:
    return Lexicon(dict.fromkeys([*table("places")["abroad"], *table("places")["regions"]]))


@cache
def place_lexicon() -> Lexicon[tuple[str, str]]:
    """`place_words` as a lexicon."""
    return Lexicon(place_words())


@cache
def _place_or_country() -> frozenset[str]:
    return frozenset(place_words()) | frozenset(table("places")["abroad"]) | frozenset(table("places")["regions"])


def is_place_or_country(word: str) -> bool:
    """Whether a word is a place of the public list or a country."""
    return word in _place_or_country()


def start_of_places(text: str, end: int, edge: int, *, countries: bool = True) -> int:
    """Start of the row of places (and countries) that ends at ``end``, not before ``edge``; ``end`` if there is none."""
    words = _place_or_country() if countries else place_words()
    at = end
    while step := next((n for n in range(9, 1, -1) if at - n >= edge and text[at - n : at] in words), 0):
        at -= step
    return at


def place_ranges(page: Page) -> list[tuple[int, int, str, str]]:
    """(start, end, full or short, level) of every word that can be a place, leftmost-longest."""
    return [(start, end, *what) for start, end, what in place_lexicon().longest(page.text)]


def places(page: Page, stems_of_zones: Collection[str] = ()) -> Iterator[Found]:
    """Places named in the text: full names, short ones of provinces and prefectures, generic 全市 and 全省.

    ``stems_of_zones``: what stands before the head words of the text's zones; with 市, 县 or 区 it is a place as well.
    """
    rules = table("places")
    ranges = place_ranges(page)
    full = {page.text[s:e] for s, e, form, _ in ranges if form == FULL}
    stems = {name[:-1] for name in full}
    not_after = re.compile(rules["not_followed"])
    for (start, middle, form, level), (second, end, other, below) in pairwise(ranges):
        if middle == second and FULL not in (form, other) and level == "province" and below != "province":
            # 江苏东海: a short name beside its province's; a county's is one only so.
            yield Found(start, end, EntityType.PLACE, "place-pair", rules["confidence"][SHORT])
    for start, end, form, level in ranges:
        if not_after.match(page.text, end) or page.text[start:end] in rules["not_places"]:
            continue
        if form != FULL and in_quote(page.text, start, end):
            continue
        known = form == FULL or page.text[start:end] in stems or (form == SHORT and level in rules["short_levels"])
        if known:
            yield Found(
                start,
                end,
                EntityType.PLACE,
                f"place-{FULL if form == FULL else SHORT}",
                rules["confidence"][FULL if form == FULL else SHORT],
            )
    for word in rules["generic"]:
        for match in re.finditer(re.escape(word), page.text):
            if not not_after.match(page.text, match.end()):
                yield Found(
                    match.start(),
                    match.end(),
                    EntityType.PLACE,
                    "place-generic",
                    rules["confidence"]["generic"],
                    MentionForm.GENERIC,
                )
    for stem in sorted(stems_of_zones):
        for match in re.finditer(f"{re.escape(stem)}{rules['unknown_suffix']}", page.text):
            if not not_after.match(page.text, match.end()):
                yield Found(match.start(), match.end(), EntityType.PLACE, "place-of-zone", rules["confidence"]["unknown"])
    yield from _regions(page)


def _regions(page: Page) -> Iterator[Found]:
    """Countries, regions and towns, which the public list of divisions leaves out."""
    rules = table("places")
    not_after = re.compile(rules["not_followed"])
    for start, end, _ in _far().longest(page.text):
        if not not_after.match(page.text, end):
            yield Found(start, end, EntityType.PLACE, "place-abroad", rules["confidence"]["region"])
    for match in re.finditer(rules["town"], page.text):
        if match[1] not in everyday() and not any(c in rules["not_in_town"] for c in match[1]):
            yield Found(match.start(1), match.end(1), EntityType.PLACE, "place-town", rules["confidence"]["unknown"])
    for match in re.finditer(rules["named_region"], page.text):
        yield Found(match.start(1), match.end(1), EntityType.PLACE, "place-region", rules["confidence"]["region"])
