"""Parks that are projects: planned, signed or being built, or an item of a list of projects."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from kg_build.extraction.mentions.found import Found
from kg_build.extraction.mentions.page import Page
from kg_build.extraction.mentions.tables import table
from kg_build.model import EntityType, MentionForm

LONGEST_ITEM = 34


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(table("parks")[name])


def settle_parks(page: Page, names: Iterable[Found]) -> Iterator[Found]:
    """The names, each park in its right type or types."""
    names = list(names)
    projects = {(f.start, f.end) for f in names if f.type is EntityType.PROJECT}
    for found in names:
        if found.type is not EntityType.PARK or found.form is not MentionForm.NAME or found.expansion is not None:
            yield found
        elif (found.start, found.end) in projects:
            if _pattern("stands").search(_clause(page, found)):
                yield found
        elif _is_planned(page, found):
            yield replace(found, type=EntityType.PROJECT, rule="park-planned", confidence=table("parks")["confidence"])
        else:
            yield found


def _clause(page: Page, found: Found) -> str:
    stop = re.compile("[,。;!?\n]").search(page.text, found.end, found.end + 60)
    return page.text[page.clause_start(found.start) : stop.start() if stop else found.end + 60]


def _is_planned(page: Page, found: Found) -> bool:
    text, first = page.text, found.start
    if text[first - 1 : first] in ("、", "和", "及") and first:
        items = page.items(first - 1, LONGEST_ITEM)
        first = items[0][0] if items else first
    before = text[max(0, first - 16) : first]
    if _pattern("lasting").search(text[found.start : found.end]):
        return False
    if _pattern("planned").search(before):
        return True
    if _pattern("begun").match(text, found.end) and not _pattern("inside").search(before):
        return True
    return bool(_pattern("building").search(before) and _pattern("built_of").match(text, found.end))
