"""Firms' names compared part by part: places, what tells one firm from others, legal form (企业名称登记管理规定, art. 6).

Namesakes in other cities, a group and what it owns, a firm and its factory have names that are alike for the most part, so
likeness says little: what counts is whether each part is the same, lacking or another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from kg_build.gazetteers import is_trade
from kg_build.linking.divisions import index
from kg_build.linking.names import split_places
from kg_build.resolution.names import legal_form, normal

_BRACKETS = re.compile(r"\(([^()]{2,8})\)")
SHORTEST = 2
"""Fewest characters of what tells a firm from others."""


@dataclass(frozen=True, slots=True)
class FirmName:
    """A firm's name in its parts."""

    stem: str
    """Without places, 集团 and legal form: 华辰制药. Where only words of trade stay, the places stay with them: 马鞍山钢铁."""
    places: tuple[frozenset[str], ...]
    """What each place in it may mean (codes)."""
    form: str
    """``group``, ``shares``, ``limited``, ``branch``, ``some`` (公司) or empty."""


def fit(name: str, record: str, near: Iterable[str] = ()) -> str | None:
    """How well a name fits a record's name in full; None where they are two firms.

    Args:
        name: As an article has it.
        record: A name in full.
        near: Names of places that may stand within either name without being part of what tells the firms apart.

    Returns:
        ``same`` (stem, place and form), ``core`` (stem and form, neither has a place), ``stem`` (only the record's name has a
        place), ``place`` (only the article's has), ``group`` (a bare name for a group's) or ``form`` (another legal form).

    >>> [fit(name, "新乡市宏达机械有限公司") for name in ("新乡宏达机械", "宏达机械", "洛阳宏达机械")]
    ['same', 'stem', None]
    """
    places = tuple(sorted({normal(place) for place in near if len(place) >= SHORTEST}, key=lambda p: (-len(p), p)))
    ours, theirs = parts(name, places), parts(record, places)
    if ours.stem != theirs.stem:
        return None
    form, place = _form(ours.form, theirs.form), _place(ours.places, theirs.places)
    if form is None or place is None:
        return None
    return form or place


@lru_cache(maxsize=65536)
def parts(name: str, near: tuple[str, ...] = ()) -> FirmName:
    """The parts of a name; ``near`` are places, longest first, that are taken out wherever they stand in it."""
    text = normal(name)
    words = legal_form(text)
    text = text[: len(text) - len(words)]
    known = index().by_form
    found = [content for content in _BRACKETS.findall(text) if content in known]
    text = _BRACKETS.sub(lambda match: "" if match[1] in known else match[1], text)
    before, rest = split_places(text)
    found.extend(before)
    for place in near:
        without = rest.replace(place, "")
        if without != rest and len(without) >= SHORTEST:
            found.append(place)
            rest = without
    without = rest.replace("集团", "")
    rest = without if len(without) >= SHORTEST else rest
    if is_trade(rest):
        return FirmName(text, (), _kind(words))
    return FirmName(rest, tuple(frozenset(known.get(place, ())) for place in found), _kind(words))


def _kind(words: str) -> str:
    if "集团" in words or "控股" in words or words == "总公司":
        return "group"
    if "股份" in words:
        return "shares"
    if words in ("分公司", "子公司"):
        return "branch"
    return "some" if words == "公司" else "limited" if words else ""


def _form(ours: str, theirs: str) -> str | None:
    """Empty where the forms agree."""
    if ours == theirs:
        return ""
    if "branch" in (ours, theirs):
        return None
    if "group" in (ours, theirs) and "" in (ours, theirs):
        return "group"
    return "" if "" in (ours, theirs) or {ours, theirs} == {"some", "limited"} else "form"


def _place(ours: tuple[frozenset[str], ...], theirs: tuple[frozenset[str], ...]) -> str | None:
    lacking = [place for place in theirs if not any(place & other for other in ours)]
    more = [place for place in ours if not any(place & other for other in theirs)]
    if lacking and more:
        nested = all(any(_nested(one, other) for other in lacking) for one in more)
        return "place" if nested else None
    return "stem" if lacking else "place" if more else "same" if theirs else "core"


def _nested(one: frozenset[str], other: frozenset[str]) -> bool:
    return any(a in index().chain(b) or b in index().chain(a) for a in one for b in other)
