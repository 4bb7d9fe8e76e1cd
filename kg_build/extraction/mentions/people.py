"""People: a surname and a given name beside a post or role, and the people of the bylines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from kg_build import gazetteers
from kg_build.extraction.mentions.found import Found
from kg_build.extraction.mentions.lexicon import Lexicon
from kg_build.extraction.mentions.page import HARD, Page
from kg_build.extraction.mentions.tables import table
from kg_build.extraction.mentions.words import everyday, is_coined
from kg_build.model import EntityType, Role


@cache
def _posts() -> Lexicon[EntityType]:
    rules = table("people")
    words = {t.name: EntityType.OFFICIAL if t.role == "official" else EntityType.PERSON for t in gazetteers.titles()}
    words |= dict.fromkeys(rules["person_roles"], EntityType.PERSON)
    words |= dict.fromkeys([*rules["official_posts"], *rules["plain_posts"]], EntityType.OFFICIAL)
    return Lexicon(words)


@cache
def _surnames() -> frozenset[str]:
    return frozenset(gazetteers.surnames()) | frozenset(table("people")["surnames"])


@cache
def _followers() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(table("people")["followers"], key=len, reverse=True))))


ASPECT = ("着", "了", "过")
"""After one of these the character before is a verb, no part of a name (A举着手机)."""


def name_length(page: Page, start: int) -> int:
    """Length of the person's name that begins at ``start``; 0 when none does."""
    rules = table("people")
    text = page.text
    double = text[start : start + 2] in _surnames()
    if not double and text[start : start + 1] not in _surnames():
        return 0
    if any(text.startswith(word, start) for word in rules["not_names"]):
        return 0
    lengths = (4, 3) if double else (3, 2)
    best, sure = 0, 0
    for length in lengths:
        name = text[start : start + length]
        if len(name) < length or not all("\u4e00" <= c <= "\u9fff" for c in name):
            continue
        if any(c in rules["never_in_name"] for c in name[1:]) or (
            text[start + length : start + length + 1] in ASPECT and length == lengths[0]
        ):
            continue
        found = _ends(page, start + length)
        if found > sure:
            best, sure = length, found
    return best


def _ends(page: Page, position: int) -> int:
    """How surely a person's name ends here: 3 at a mark or a word of speaking, 2 before a word, 1 before a follower, 0 not."""
    text = page.text
    mark = text[position : position + 1]
    if not mark or mark in HARD or mark in "()”" or speaks(text, position):
        return 3
    if (
        text[position + 1 : position + 2] in ASPECT
        or position in page.cut_starts
        or any(text[position : position + n] in everyday() for n in (2, 3, 4))
    ):
        return 2
    return int(_followers().match(text, position) is not None)


def speaks(text: str, position: int) -> bool:
    """Whether a word of speaking begins here, so that the name can't go on (书记关山提出 is no 关山提)."""
    return any(text.startswith(word, position) for word in table("people")["followers"] if len(word) >= 2)


def people(page: Page) -> Iterator[Found]:
    """Officials and other people of the story, and those of its bylines and credits."""
    rules = table("people")
    confidence = rules["confidence"]
    text = page.text
    leaders = set(rules["leaders"])
    for contributor in page.article.contributors:
        yield Found(
            contributor.span.start,
            contributor.span.end,
            EntityType.PERSON,
            "credit" if contributor.role is Role.PHOTOGRAPHER else "byline",
            confidence["byline"],
        )
    for start, end, type_ in _posts().longest(text):
        kind = _kind(page, start, end, type_)
        rule = "post-name" if kind is EntityType.OFFICIAL else "role-name"
        at = end
        if text[start:end] in rules["plain_posts"] and _ends(page, end + name_length(page, end)) < 2:
            continue  # 县领导和企业
        while (length := name_length(page, at)) and text[at : at + length] not in leaders:
            yield Found(at, at + length, kind, rule, confidence["post" if kind is EntityType.OFFICIAL else "role"])
            if text[at + length : at + length + 1] != "、":
                break
            at += length + 1
        if at == end and not length and (length := _unlisted(text, end)):
            yield Found(end, end + length, kind, rule, confidence["unlisted"])
    yield from _appointed(page)


def _unlisted(text: str, start: int) -> int:
    """Length of a name without a Chinese surname right after a post (主任 + 巴雅尔 + 说); 0 if no word of speaking follows."""
    for length in (2, 3, 4):
        name = text[start : start + length]
        if text.startswith(tuple(table("people")["spoken"]), start + length) and is_coined(name):
            return 0 if any(c in table("people")["never_in_name"] for c in name) else length
    return 0


def _kind(page: Page, start: int, end: int, type_: EntityType) -> EntityType:
    """Official or Person: whose post it is decides for 书记 (of a firm) and 负责人 (of a bureau)."""
    rules = table("people")
    before = page.text[max(page.clause_start(start), start - 24) : start]
    word = page.text[start:end]
    if type_ is EntityType.OFFICIAL and word in rules["company_posts"] and _pattern("company_contexts").search(before):
        return EntityType.PERSON
    if type_ is EntityType.PERSON and word in rules["office_roles"] and _pattern("office_contexts").search(before):
        return EntityType.OFFICIAL
    return type_


def _appointed(page: Page) -> Iterator[Found]:
    """People of whom a text says that they take or leave a post: A同志任…书记, B不再担任…."""
    rules = table("people")
    text = page.text
    for match in _pattern("appointed").finditer(text):
        stop = re.compile("[。;!?\n]").search(text, match.end(), match.end() + 40)
        limit = stop.start() if stop else min(len(text), match.end() + 40)
        post = next(iter(_posts().longest(text[match.end() : limit])), None)
        if post is None:
            continue
        for length in (4, 3, 2):
            start = match.start() - length
            open_left = start == 0 or (start > 0 and (text[start - 1] in HARD or start in page.cuts))
            if open_left and is_person_name(text[start : match.start()]):
                kind = _kind(page, match.end() + post[0], match.end() + post[1], post[2])
                sure = rules["confidence"]["post" if kind is EntityType.OFFICIAL else "role"]
                yield Found(start, match.start(), kind, "appointed", sure)
                break


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(table("people")[name])


def is_person_name(name: str) -> bool:
    """Whether a text can be a Chinese person's full name and is no leader's."""
    rules = table("people")
    low, high = table("pipeline")["person_lengths"]
    surname = next((name[:n] for n in (2, 1) if name[:n] in _surnames()), "")
    return (
        bool(surname)
        and low <= len(name) <= high
        and 1 <= len(name) - len(surname) <= 2
        and all("\u4e00" <= c <= "\u9fff" for c in name)
        and name not in rules["leaders"]
        and not any(name.startswith(word) for word in rules["not_names"])
    )
