"""Things being built that bear no 项目 in their name: lines, plants, centres, second phases, told by what is done to them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache

from kg_build.extraction.mentions.found import Found
from kg_build.extraction.mentions.heads import shared_vague, trim
from kg_build.extraction.mentions.industries import is_field
from kg_build.extraction.mentions.lexicon import Lexicon, covered
from kg_build.extraction.mentions.page import Atom, Page
from kg_build.extraction.mentions.tables import table
from kg_build.model import EntityType

ROW = frozenset("、和与及")
"""What stands between the items of a row."""


@cache
def _heads() -> Lexicon[None]:
    return Lexicon(dict.fromkeys(table("works")["heads"]))


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(table("works")[name])


@cache
def _vague() -> frozenset[str]:
    return shared_vague() | frozenset(table("works")["vague"])


def works(page: Page, known: Collection[Found], atoms: Mapping[int, Atom]) -> Iterator[Found]:
    """Projects by a head word and a word for building right before or after; in a row the items tell for one another.

    ``known``: names found so far; a body or a company that ends where a name ends is left alone. ``atoms`` as in
    `Page.left_edge`.
    """
    rules = table("works")
    text = page.text
    taken = {f.end for f in known if f.type in (EntityType.INSTITUTION, EntityType.ENTERPRISE, EntityType.PROJECT)}
    projects = {f.end for f in known if f.type is EntityType.PROJECT}
    named: dict[int, tuple[int, bool]] = {}
    for begin, end, _ in _heads().longest(text):
        last = end
        if phase := _pattern("phase").match(text, end):
            last = phase.end()
        if last in taken:
            continue
        edge = trim(text, page.left_edge(begin, rules["longest"], atoms=atoms), begin)
        lead = _pattern("lead").match(text, edge, begin)
        edge = lead.end() if lead else edge
        if not _is_name(text[edge:begin]):
            continue
        lead_in = text[max(0, edge - 14) : edge]
        inside = re.search(table("parks")["inside"], lead_in)  # 9个项目在甲产业园开工
        said = (_pattern("after").match(text, last) and not inside) or _pattern("before").search(lead_in)
        named[last] = (edge, bool(said or lead))
    told_starts = {start for start, told in named.values() if told}
    for end, (start, told) in sorted(named.items()):
        after = text[end : end + 1] in ROW and end + 1 in told_starts
        before = start > 0 and text[start - 1] in ROW and (start - 1 in projects or named.get(start - 1, (0, False))[1])
        if told or before or after:
            yield Found(start, end, EntityType.PROJECT, "work-told", rules["confidence"]["told"])


def _is_name(stem: str) -> bool:
    rules = table("works")
    return (
        len(stem) >= 2
        and not covered(stem, _vague())
        and not any(word in stem for word in rules["not_in"])
        and not stem.endswith(tuple(rules["not_end"]))
        and not (is_field(stem) and len(stem) < 3)
    )
