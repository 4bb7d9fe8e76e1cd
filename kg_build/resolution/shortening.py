"""Which name of an article is another one made shorter: 华辰 or 华辰重装 is 洛阳华辰重型装备制造有限公司.

Looser than `names.short_of`, which has to hold between articles: a name counts as short for another only where one article has
both, and only where it has no second one that it could be short for.
"""

from __future__ import annotations

from functools import lru_cache

from kg_build.extraction.mentions.places import is_place_or_country
from kg_build.gazetteers import is_trade
from kg_build.resolution.names import company_core, legal_form, normal, project_key, zone_name
from kg_build.resolution.places import strip_places
from kg_build.resolution.words import shortening

LONGEST_FRONT = 4
"""Characters that may stand before a short name in the full one and be no place of the list."""


@lru_cache(maxsize=65536)
def is_short_firm(short: str, full: str, local: frozenset[str] = frozenset()) -> bool:
    """Whether a company's name can be another's made shorter.

    The short one is the beginning of the other without its places, or has its first two characters and others in the same
    order, or all of it but a place or country in front. ``local``: names of places that the text knows.
    """
    rules = shortening()
    if (legal_form(short) and legal_form(short) not in rules.loose_forms) or not is_same_house(short, full):
        return False
    a, b = company_core(_at_home(short), local), company_core(_at_home(full), local)
    if len(a) < 2 or len(a) >= len(b) or is_trade(a) or a in rules.no_brand:
        return False
    if b.startswith(a):
        return True
    if a[:2] == b[:2]:
        return len(a) >= 3 and in_order(a, b)
    return len(a) >= 3 and b.endswith(a) and len(b) - len(a) <= LONGEST_FRONT


@lru_cache(maxsize=65536)
def is_same_house(short: str, full: str) -> bool:
    """Whether nothing tells the two apart: a group from its daughter, a branch from its house, one city from another."""
    rules = shortening()
    a, b = normal(short), normal(full)
    if any(word in a and word not in b for word in rules.telling):
        return False
    if b.endswith(rules.branches) and not a.endswith(rules.branches):
        return False
    here, there = strip_places(a)[0], strip_places(b)[0]
    return not (here and there) or not set(here).isdisjoint(there)


def is_own(short: str, full: str) -> bool:
    """Whether a full name is rather the firm's own than its group's: no word tells a group that the short one hasn't."""
    return not any(word in normal(full) and word not in normal(short) for word in shortening().telling)


def is_short_project(short: str, full: str) -> bool:
    """异地技改项目 of 某某有限公司异地技改项目: the shorter one's key ends the longer one's."""
    a, b = project_key(short), project_key(full)
    return len(a) >= 4 and b.endswith(a) and a != b


def is_short_body(short: str, full: str) -> bool:
    """新材料重点实验室 of 自然资源部新材料重点实验室: the longer name ends, or begins with a bracket after, the shorter one."""
    a, b = normal(short), normal(full)
    return len(a) >= 4 and (b.endswith(a) or b.split("(")[0].endswith(a) or b.split("(")[0] == a)


def is_short_site(short: str, full: str) -> bool:
    """Whether a zone's or park's name can be another's made shorter: 袍江 or 袍江开发区 of 绍兴袍江经济技术开发区.

    With the other's last character it has its characters in the same order and its first two; without, it is its beginning.
    """
    kind = zone_name(short).kind
    if kind and kind != zone_name(full).kind:
        return False
    places, rest = strip_places(normal(full))
    a, b = normal(short), normal(full)
    return any(_stands_for(a, form) for form in {b, "".join(places[-1:]) + rest, rest})


def _stands_for(short: str, full: str) -> bool:
    if not 2 <= len(short) < len(full) or short[:2] != full[:2]:
        return False
    return full.startswith(short) if short[-1] != full[-1] else len(short) >= 3 and in_order(short, full)


def _at_home(name: str) -> str:
    """The name without a country in front, where enough is left."""
    text = normal(name)
    length = next((n for n in range(5, 1, -1) if len(text) - n >= 2 and is_place_or_country(text[:n])), 0)
    return text[length:]


def in_order(short: str, full: str) -> bool:
    """Whether all characters of one text stand in the other in the same order."""
    rest = iter(full)
    return all(c in rest for c in short)
