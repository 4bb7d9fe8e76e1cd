"""Conferred titles: a level and a noun after a granting word (获批国家级绿色工厂), never one only aimed at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from kg_build.extraction.mentions.found import Found
from kg_build.extraction.mentions.page import Page
from kg_build.extraction.mentions.places import place_words
from kg_build.extraction.mentions.tables import table
from kg_build.model import EntityType

LONGEST_CLAUSE = 80
"""Characters before a granting word that are searched for words of aiming."""


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    rules = table("honours")
    heads = "|".join(re.escape(h) for h in sorted(rules["heads"], key=len, reverse=True))
    longest = rules["maximum"]
    # Bounded, and no comma inside: long lines cost no more than their length.
    place = r"(?P<place>[一-龥]{2,7}?(?:省|市|自治区|自治州|地区))"
    title = rf"(?:{rules['level']}|{place})[^,。;:!?、\n]{{0,{longest}}}?(?:{heads})(?:企业|单位|称号|园区|基地)?"
    grants = "|".join(re.escape(g) for g in sorted(rules["grants"], key=len, reverse=True))
    aims = "|".join(re.escape(a) for a in rules["aims"])
    fixed = "|".join(re.escape(f) for f in sorted(rules["fixed"], key=len, reverse=True))
    bare = "|".join(re.escape(b) for b in sorted(rules["bare"], key=len, reverse=True))
    return tuple(map(re.compile, (title, grants, aims, fixed, bare)))


def honours(page: Page) -> Iterator[Found]:
    """Titles that the text says were given."""
    rules = table("honours")
    _, grants, aims, fixed, _ = _patterns()
    text = page.text
    for match in fixed.finditer(text):
        yield Found(match.start(), match.end(), EntityType.HONOUR, "honour-list", rules["confidence"]["fixed"])
    for match in re.compile(rules["counted"]).finditer(text):
        if not aims.search(text[page.clause_start(match.start()) : match.start()]):
            yield Found(
                match.start("title"), match.end("title"), EntityType.HONOUR, "honour-counted", rules["confidence"]["listed"]
            )
    for granted in grants.finditer(text):
        before = text[max(page.clause_start(granted.start()), granted.start() - LONGEST_CLAUSE) : granted.start()]
        if not aims.search(before) and (granted.group() not in rules["weak_grants"] or _strong(before)):
            yield from _granted(text, granted.end())


def _granted(text: str, position: int) -> Iterator[Found]:
    """The titles of the list that begins after a granting word."""
    rules = table("honours")
    title, _, aims, _, bare = _patterns()
    stop = re.compile(r"[。;!?\n]").search(text, position, position + 120)
    limit = stop.start() if stop else min(len(text), position + 120)
    first = True
    while hit := _near(title, text, position, limit) or (first and _near(bare, text, position, limit)) or None:
        between = text[position : hit.start()]
        if aims.search(between) if first else not re.fullmatch(rules["between"], between):
            return
        end = hit.end() + (text[hit.end() : hit.end() + 1] == "”")
        yield Found(hit.start(), end, EntityType.HONOUR, "honour-granted", rules["confidence"]["granted"])
        position, first = end, False
        while further := re.compile(rules["further"]).match(text, position, limit):
            low, position = further.start("item"), further.end()
            yield Found(low, position, EntityType.HONOUR, "honour-listed", rules["confidence"]["listed"])


def _near(pattern: re.Pattern[str], text: str, position: int, limit: int) -> re.Match[str] | None:
    """The first match that begins at most ``gap`` characters on."""
    for start in range(position, min(position + table("honours")["gap"], limit) + 1):
        match = pattern.match(text, start, limit)
        if match and (not (place := match.groupdict().get("place")) or place in place_words()):
            return match
    return None


def _strong(before: str) -> bool:
    return bool(re.search(table("honours")["subject"], before))
