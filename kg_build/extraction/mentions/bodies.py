"""Party and government bodies: 市政府, 经开区管委会, and the second of a coordinated pair (…党工委、管委会)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
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


def in_slogan(text: str, start: int, end: int) -> bool:
    """Whether what stands there is a body that is only invoked (在市委、市政府的坚强领导下)."""
    if not text[start:end].endswith(tuple(table("bodies")["heads"])):
        return False
    return bool(_pattern("invoked").match(text, end) or _pattern("invoked_before").search(text[max(0, start - 8) : start]))


def park_bodies(page: Page, names: Sequence[Found]) -> Iterator[Found]:
    """The organs of parks (某产业园管委会), which are bodies of their own also inside a post's title.

    A general word for the park (园区管委会) means the park named last before it that ends in this word; the organ of a second
    post (…党工委书记、管委会主任) is the same park's. ``names``: what was found so far, the parks among it.
    """
    parks = sorted(f for f in names if f.type is EntityType.PARK and f.form is MentionForm.NAME)
    owners = {f.end: f for f in names if f.form is MentionForm.NAME and f.type in (EntityType.PARK, EntityType.ZONE)}
    after = -1
    owner = ""
    for organ in _pattern("organ").finditer(page.text):
        start, end = organ.span()
        named = owners.get(start)
        general = _pattern("general_park").search(page.text[max(0, start - 4) : start])
        if named is not None:
            begin, owner = named.start, _plain(page, named) if named.type is EntityType.PARK else ""
        elif general is not None:
            begin, owner = start - len(general[0]), _named_before(page, parks, start, general[0])
        else:
            begin, owner = start, owner if start == after else ""
        if owner:
            name = owner + organ[0]
            expansion = None if "".join(page.text[begin:end].split()) == name else name
            yield Found(
                begin, end, EntityType.INSTITUTION, "body-park", table("bodies")["confidence"]["named"], expansion=expansion
            )
        post = _pattern("organ_post").match(page.text, end)
        after = post.end() if post is not None else -1


def _named_before(page: Page, parks: Sequence[Found], position: int, word: str) -> str:
    """The park named last before a general word, if its name ends in the word."""
    before = [f for f in parks if f.end <= position - len(word)]
    name = _plain(page, before[-1]) if before else ""
    return name if name.endswith(word) else ""


def _plain(page: Page, found: Found) -> str:
    return "".join(page.text[found.start : found.end].split())
