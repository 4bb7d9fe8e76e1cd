"""Lists whose tail says what the items are: A、B等14个项目; A、B、C获评…; A、B等企业."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from kg_build.extraction.mentions.found import Found
from kg_build.extraction.mentions.heads import shared_vague, trim
from kg_build.extraction.mentions.industries import is_field
from kg_build.extraction.mentions.lexicon import covered
from kg_build.extraction.mentions.own_names import cut_words
from kg_build.extraction.mentions.page import Atom, Page
from kg_build.extraction.mentions.tables import table
from kg_build.model import EntityType

LONGEST_ITEM = {EntityType.ENTERPRISE: 24, EntityType.PROJECT: 34, EntityType.PARK: 16, EntityType.PLACE: 6}


@cache
def _tails() -> tuple[tuple[dict[str, Any], re.Pattern[str]], ...]:
    return tuple((rule, re.compile(rule["tail"])) for rule in table("lists")["lists"])


def listed(page: Page, known: Collection[Found], types: Collection[EntityType], atoms: Mapping[int, Atom]) -> Iterator[Found]:
    """The items of lists whose tail says that they are of the given types.

    ``known``: names found so far; an item that one of another type closes is left alone. ``atoms`` as in `Page.left_edge`.
    """
    ends: dict[int, list[Found]] = defaultdict(list)
    for found in known:
        ends[found.end].append(found)
    for rule, tail in _tails():
        type_ = EntityType(rule["type"])
        if type_ not in types:
            continue
        for match in tail.finditer(page.text):
            if match.start() == 0:
                continue
            items = page.items(match.start(), LONGEST_ITEM[type_], atoms=atoms)
            if len(items) < 2 and not rule["single"]:
                continue
            noun = _noun(match)
            if type_ is EntityType.PROJECT and _are_kinds(match, [page.text[s:e] for s, e in items]):
                continue
            for first, end in items:
                start = trim(page.text, first, end)
                if any(f.type.value not in rule["over"] or f.start < start for f in ends[end]):
                    continue
                name = page.text[start:end]
                if fits(name, type_):
                    full = name if noun is None or name.endswith(noun) else name + noun
                    yield Found(start, end, type_, rule["id"], rule["confidence"], expansion=full if full != name else None)


def _are_kinds(match: re.Match[str], items: Sequence[str]) -> bool:
    """Whether a list names kinds of projects: 光伏发电、风力发电等项目; 低空经济、卫星应用等一批新兴产业项目."""
    kind = match.groupdict().get("kind") or ""
    return (any if kind.endswith(("产业", "行业", "领域")) else all)(is_field(item) for item in items)


def _noun(match: re.Match[str]) -> str | None:
    """What makes an item's name full: the list's noun with its own modifier (源网荷储一体化 + 项目) where that says more."""
    groups = match.groupdict()
    noun = groups.get("noun")
    middle = groups.get("counted") or groups.get("kind") or ""
    says = 3 <= len(middle) <= 10 and not any(c in middle for c in "的、“”") and not covered(middle, shared_vague())
    return middle + noun if noun and says and not is_field(middle) else noun


def fits(name: str, type_: EntityType) -> bool:
    """Whether an item can be a name of the type, by what it may not hold."""
    rules = table("lists")
    stop = rules["no_item"] if type_ is EntityType.ENTERPRISE else rules["no_project_item"]
    if not 2 <= len(name) <= LONGEST_ITEM[type_] or any(word in name for word in stop):
        return False
    if name.isdigit():
        return len(name) == 3
    if type_ is EntityType.ENTERPRISE and name.endswith(tuple(rules["no_end"])):
        return False
    if is_field(name):
        return type_ in (EntityType.PARK, EntityType.PROJECT)
    if type_ in (EntityType.PARK, EntityType.PLACE):
        return True
    return not covered(name, shared_vague()) and name not in cut_words()


def led(page: Page, known: Collection[Found]) -> Iterator[Found]:
    """A company's name right after a word that announces one (头部企业X, 龙头企业X、Y)."""
    taken = {position for f in known for position in range(f.start, f.end)}
    for rule in table("lists")["leads"]:
        for match in re.compile(rule["lead"]).finditer(page.text):
            start = match.end()
            for _ in range(12):
                end = page.right_edge(start, LONGEST_ITEM[EntityType.ENTERPRISE])
                if (
                    end - start < 2
                    or not taken.isdisjoint(range(start, end))
                    or not fits(page.text[start:end], EntityType.ENTERPRISE)
                ):
                    break
                if len(page.text[start:end]) > rule["maximum"]:
                    break
                yield Found(start, end, EntityType.ENTERPRISE, rule["id"], rule["confidence"])
                if page.text[end : end + 1] != "、":
                    break
                start = end + 1


def coordinated(page: Page, known: Collection[Found], atoms: Mapping[int, Atom]) -> Iterator[Found]:
    """The first items of a row that shares its last word (上马A、B和C项目): each is a project by itself."""
    rule = table("lists")["coordinated"]
    lead = re.compile(rule["lead"])
    ends = {f.end for f in known}
    for last in known:
        if last.type is not EntityType.PROJECT or not page.text.endswith(rule["head"], 0, last.end):
            continue
        mark = next((m for m in ("以及", "和", "与", "及", "、") if page.text.endswith(m, 0, last.start)), None)
        if mark is None:
            continue
        items = page.items(last.start - len(mark), LONGEST_ITEM[EntityType.PROJECT], atoms=atoms)
        if not items or not lead.search(page.text[max(0, items[0][0] - 8) : items[0][0]]):
            continue
        for start, end in items:
            name = page.text[start:end]
            full = name if name.endswith(rule["head"]) else name + rule["head"]
            stem = full.removesuffix(rule["head"])
            if end not in ends and len(stem) >= rule["minimum"] and (full == name or fits(name, EntityType.PROJECT)):
                expansion = None if full == name else full
                yield Found(start, end, EntityType.PROJECT, rule["id"], rule["confidence"], expansion=expansion)
