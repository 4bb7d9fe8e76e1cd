"""Party and government bodies: 市政府, 经开区管委会, and the second of a coordinated pair (…党工委、管委会)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from kg_build.extraction.mentions.found import Found
from kg_build.extraction.mentions.lexicon import Lexicon
from kg_build.extraction.mentions.page import Atom, Page
from kg_build.extraction.mentions.tables import table
from kg_build.model import EntityType, MentionForm


@cache
def _heads() -> Lexicon[None]:
    return Lexicon(dict.fromkeys([*table("bodies")["heads"], *table("bodies")["alone"], *table("bodies")["departments"]]))


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(table("bodies")[name])


def bodies(page: Page, owners: Mapping[int, Atom]) -> Iterator[Found]:
    """Bodies named with the zone, place or level word that they belong to; bare ones as generic forms.

    ``owners``: zones and places by their ends.
    """
    rules = table("bodies")
    confidence = rules["confidence"]
    text = page.text
    last: tuple[int, str] = (-1, "")
    for begin, end, _ in _heads().longest(text):
        head = text[begin:end]
        of_committee = head in rules["departments"] and text[begin - 2 : begin] in rules["heads"]
        start = begin - 2 if of_committee else begin
        level = text[start] if text[start] in rules["levels"] else ""
        first, owner = start, ""
        if start in owners:
            first = owners[start].start
            owner = text[first:start]
        elif text[start - 1 : start] in rules["levels"] and start:
            first = start - 1
            if first in owners:
                first = owners[first].start
            owner = text[first:start]
        coordinated = last[0] >= 0 and _pattern("coordinated").fullmatch(text[last[0] : first]) is not None
        previous, last = last, (end, owner or (last[1] if coordinated else ""))
        committee = head not in rules["departments"] and not head.endswith(("局", "院"))
        if committee and _pattern("post").match(text, end):
            continue
        if _pattern("not_followed").match(text, end) or _pattern("not_preceded").search(text[max(0, first - 8) : first]):
            continue
        if head in rules["alone"]:
            yield Found(start, end, EntityType.INSTITUTION, "body-alone", confidence["level"])
        elif owner:
            yield Found(first, end, EntityType.INSTITUTION, "body-named", confidence["named"])
        elif level:
            yield Found(start, end, EntityType.INSTITUTION, "body-level", confidence["level"])
        elif coordinated and previous[1]:
            yield Found(
                start, end, EntityType.INSTITUTION, "body-coordinated", confidence["coordinated"], expansion=previous[1] + head
            )
        elif head in rules["generic_alone"]:
            yield Found(start, end, EntityType.INSTITUTION, "body-generic", confidence["generic"], MentionForm.GENERIC)
