"""Development zones: a place and a head word (三门峡 + 经济开发区), or the head alone as a generic form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from kg_build import gazetteers
from kg_build.extraction.mentions.found import Found
from kg_build.extraction.mentions.lexicon import Lexicon
from kg_build.extraction.mentions.page import HARD, Page
from kg_build.extraction.mentions.places import place_words
from kg_build.extraction.mentions.tables import table
from kg_build.model import EntityType, MentionForm

WORD_RULE = "zone-generic-word"
"""Rule of 该区, 全区: forms that no longer name begins with."""


@cache
def _heads() -> Lexicon[None]:
    return Lexicon(dict.fromkeys(table("zones")["heads"]))


@cache
def _listed() -> Lexicon[None]:
    """Zones of the public list, by every form; those that it calls parks are left to the park's rules."""
    return Lexicon(dict.fromkeys(form for row in gazetteers.zones() if not row.is_park for form in row.forms))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    rules = table("zones")
    before = "|".join(map(re.escape, sorted(rules["not_after"], key=len, reverse=True)))
    after = "|".join(map(re.escape, rules["not_followed"]))
    return re.compile(f"(?:{before})$"), re.compile(after)


def _place_before(page: Page, end: int) -> int:
    """Start of the row of place names that ends at ``end`` (安徽 + 马鞍山 + 雨山 before 经济开发区); ``end`` if none."""
    words, at = place_words(), end
    while True:
        for length in range(9, 1, -1):
            word = page.text[max(0, at - length) : at]
            if len(word) == length and word in words:
                at -= length
                break
        else:
            return at


def zones(page: Page) -> Iterator[Found]:
    """Every development zone named in the text, and generic forms of it."""
    rules = table("zones")
    confidence = rules["confidence"]
    before, after = _patterns()
    text = page.text
    for start, end, _ in _listed().longest(text):
        yield Found(start, end, EntityType.ZONE, "zone-listed", confidence["named"])
    for start, end, _ in _heads().longest(text):
        head = text[start:end]
        if after.match(text, end):
            continue
        first = _place_before(page, start)
        if first < start:
            yield Found(first, end, EntityType.ZONE, "zone-named", confidence["named"])
            continue
        edge = page.left_edge(start, rules["maximum"])
        stem = text[edge:start]
        if before.search(text[max(0, start - 8) : start]):
            continue
        unknown = rules["unknown_minimum"] <= len(stem) <= rules["unknown_maximum"] and not stem.startswith(("该", "全", "我"))
        repeated = text.count(stem + head) > 1 or text.count(stem) > text.count(stem + head)
        if _place_first(stem):
            yield Found(edge, end, EntityType.ZONE, "zone-named", confidence["named"])
            continue
        led = edge in page.cuts and text[page.cuts[edge] : edge] in rules["locative"]
        sure = (repeated or led or len(head) >= rules["long_head"]) and head not in rules["place_only"]
        if unknown and sure and _is_name(stem):
            yield Found(edge, end, EntityType.ZONE, "zone-unknown-place", confidence["unknown"])
        elif head in rules["generic_heads"]:
            yield Found(start, end, EntityType.ZONE, "zone-generic", confidence["generic"], MentionForm.GENERIC)
    for word in rules["generic_words"]:
        for match in re.finditer(re.escape(word), text):
            yield Found(match.start(), match.end(), EntityType.ZONE, WORD_RULE, confidence["generic"], MentionForm.GENERIC)


def _place_first(stem: str) -> bool:
    """Whether a stem is a place and a short name after it (宁波 + 杭州湾)."""
    rest = stem
    while places := [n for n in range(len(rest) - 1, 1, -1) if rest[:n] in place_words()]:
        rest = rest[places[0] :]
    return rest != stem and 1 < len(rest) <= table("zones")["short_rest"] and _is_name(stem)


def _is_name(stem: str) -> bool:
    """Whether what stands before a zone's head can be its name: whole words since a mark or a cut, no figures."""
    clean = not any(c in HARD or c.isdigit() or c in "()“”" for c in stem)
    return clean and not any(word in stem for word in table("zones")["not_in_stem"])


def zone_stems(page: Page, names: Iterable[Found]) -> frozenset[str]:
    """What stands before the head word in the names of zones whose place the public list doesn't know."""
    stems = set()
    for found in names:
        if found.rule == "zone-unknown-place":
            name = page.text[found.start : found.end]
            head = max((h for h in table("zones")["heads"] if name.endswith(h)), key=len)
            stems.add(name[: -len(head)])
    return frozenset(stem for stem in stems if len(stem) >= 2)
