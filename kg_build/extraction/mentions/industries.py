"""Industries and product fields: public and own lists, compounds with a known head, frames (…产业, …领域), lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from kg_build import gazetteers
from kg_build.extraction.mentions.found import Found
from kg_build.extraction.mentions.lexicon import Lexicon, covered
from kg_build.extraction.mentions.page import HARD, Page
from kg_build.extraction.mentions.tables import table
from kg_build.model import EntityType

LONGEST = 14
CHAINED = frozenset("、和与及")


@cache
def field_words() -> frozenset[str]:
    """Names of fields: the public list's and those of ``industries.yaml``."""
    listed = {form for field in gazetteers.fields() for form in field.forms}
    rules = table("industries")
    vague = frozenset(rules["vague"])
    words = (frozenset(listed) | frozenset(rules["fields"])) - frozenset(rules["not_fields"])
    return frozenset(word for word in words if not covered(word.removesuffix("产业"), vague))


@cache
def _fields() -> Lexicon[bool]:
    weak = frozenset(table("industries")["weak"])
    return Lexicon({word: word in weak or len(word) <= 2 for word in field_words()})


@cache
def _sets() -> tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str]]:
    rules = table("industries")
    return (
        field_words() | frozenset(rules["heads"]),
        frozenset(rules["modifiers"]),
        frozenset(rules["vague"]),
        frozenset(rules["no_trade"]),
    )


@cache
def _pattern(name: str) -> re.Pattern[str]:
    rules = table("industries")[name]
    return re.compile(rules if isinstance(rules, str) else "|".join(map(re.escape, sorted(rules, key=len, reverse=True))))


@cache
def _field_parts() -> frozenset[str]:
    closers, modifiers, _, _ = _sets()
    return closers | modifiers


@cache
def _vague() -> frozenset[str]:
    _, _, vague, no_trade = _sets()
    return vague | no_trade


@lru_cache(maxsize=4096)
def is_field(name: str) -> bool:
    """Whether a text is nothing but words for fields and their modifiers, a field last."""
    closers, words = _sets()[0], _field_parts()
    return any(
        any(form[-length:] in closers for length in range(1, 13)) and covered(form, words)
        for form in (name, re.sub("(产业|行业|业)$", "", name))
        if form
    )


def is_field_part(word: str) -> bool:
    """Whether a word is a field, closes one or stands before one (冻干, 新型)."""
    return word in _field_parts()


def is_no_field(name: str) -> bool:
    """Whether a word is too wide to be a field by itself, or no trade (包装, 检测)."""
    rules = table("industries")
    return name in rules["not_fields"] or name in rules["no_trade"]


def is_vague(name: str) -> bool:
    """Whether a text says no trade (主导, 配套, 研发中心)."""
    return name not in field_words() and covered(name, _vague())


def field_at_end(text: str, start: int, end: int) -> int:
    """Start of the longest field (with its modifiers) that ends at ``end`` within the range; ``end`` if there is none."""
    closers, modifiers, _, _ = _sets()
    best, reach = end, {end}
    for at in range(end - 1, max(start, end - 20) - 1, -1):
        for stop in sorted(reach, reverse=True):
            if stop - at <= 10 and (text[at:stop] in closers or (stop != end and text[at:stop] in modifiers)):
                reach.add(at)
                best = at
                break
    return best


def industries(page: Page) -> Iterator[Found]:
    """Fields named in the running text (those inside other names are found by `in_names`)."""
    rules = table("industries")
    confidence = rules["confidence"]
    text = page.text
    spans: dict[int, Found] = {}
    for match in _pattern("frame").finditer(text):
        end = match.start()
        if end == 0 or text[end - 1] in HARD - {"”"}:
            continue
        for first, stop in page.items(end - (text[end - 1] == "”"), LONGEST):
            start = max(first, _pattern("framed_front").match(text, first, stop).end())  # type: ignore[union-attr]
            low = _framed(text, start, stop)
            if low is not None:
                rule = "framed" if stop == end else "listed"
                spans[stop] = Found(low, stop, EntityType.INDUSTRY, f"field-{rule}", confidence[rule])
    weak: dict[int, Found] = {}
    for start, end, is_weak in _fields().longest(text):
        if end in spans and spans[end].start > start:
            # 汽车及零部件 is one field, though a list may be cut at 及
            spans = {stop: f for stop, f in spans.items() if not start <= f.start < end}
        elif end in spans:
            continue
        if _pattern("not_followed").match(text, end):
            continue
        first = min(start, max(field_at_end(text, max(0, start - 12), end), page.left_edge(start, 12)))
        found = Found(first, end, EntityType.INDUSTRY, "field-known", confidence["field"])
        (weak if is_weak else spans)[end] = found
    spans.update(_chained(text, spans, weak))
    yield from _unquoted(page, spans.values(), "quoted")


def not_national(page: Page, found: Iterable[Found]) -> Iterator[Found]:
    """What was found, without the industries of a party's or state's paper that the text quotes: they are no zone's."""
    return _unquoted(page, found, "quoted_nation")


def _unquoted(page: Page, found: Iterable[Found], pattern: str) -> Iterator[Found]:
    quoted = [match.span() for match in _pattern(pattern).finditer(page.text)]
    for one in found:
        if one.type is not EntityType.INDUSTRY or not any(low <= one.start < high for low, high in quoted):
            yield one


def _chained(text: str, sure: dict[int, Found], weak: dict[int, Found]) -> dict[int, Found]:
    """Weak fields that stand in a list with sure ones, or after a word for promoting (发展, 布局)."""
    lead, says = _pattern("lead"), _pattern("says")
    starts = {f.start for f in sure.values()}
    accepted: dict[int, Found] = {}
    for _ in range(2):
        for end, found in sorted(weak.items()):
            before, after = text[found.start - 1 : found.start], text[end : end + 1]
            chained = (before in CHAINED and before and (found.start - 1 in sure or found.start - 1 in accepted)) or (
                after in CHAINED and after and end + 1 in starts
            )
            if chained or says.match(text, end) or lead.search(text[max(0, found.start - 6) : found.start]):
                accepted[end] = found
                starts.add(found.start)
    return accepted


def _framed(text: str, start: int, end: int) -> int | None:
    """Start of the industry's name in a framed stem; None when the stem is vague or holds no field word."""
    _, _, vague, _ = _sets()
    name = text[start:end]
    if len(name) < 2 or covered(name, vague) or any(c in "“”()0123456789%" for c in name):
        return None
    first = field_at_end(text, start, end)
    if end - first >= 2 and not is_vague(text[first:end]):
        # an unknown word before a known head (绢云母 + 材料) belongs to the field where the stem is short
        return start if first - start <= 4 and end - start <= 9 and _plain(text[start:first]) else first
    return None


def _plain(text: str) -> bool:
    return not any(word in text for word in table("industries")["not_in_stem"])
