"""Names of a second opinion: they stay where they cross no name found and the encoder isn't sure that they are none."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from kg_build import gazetteers
from kg_build.extraction.mentions.found import Found
from kg_build.extraction.mentions.heads import shared_vague, trades
from kg_build.extraction.mentions.lexicon import covered
from kg_build.extraction.mentions.merge import merge
from kg_build.extraction.mentions.page import Page
from kg_build.extraction.mentions.people import is_person_name
from kg_build.extraction.mentions.places import in_quote, place_words
from kg_build.extraction.mentions.seen import Seen
from kg_build.extraction.mentions.tables import table
from kg_build.language import Named
from kg_build.model import EntityType

RULE = "lac"
ORGANISATIONS = (EntityType.ENTERPRISE, EntityType.INSTITUTION)
PEOPLE = (EntityType.PERSON, EntityType.OFFICIAL)
LONGEST_POST = 12
"""Characters before a name in which its post is looked for."""


def with_second(page: Page, found: Sequence[Found], names: Iterable[Named], seen: Seen | None) -> tuple[Found, ...]:
    """The names found with those of a second opinion, which give way to them.

    Args:
        page: The text.
        found: What the encoder and the rules found, merged; all of it stays.
        names: The second opinion's.
        seen: What the encoder says about the text; None where the pipeline has none: then only the words decide.
    """
    first = {(f.start, f.end, f.type.value) for f in found}
    ranges = {(f.start, f.end) for f in found}
    added = (second for name in names if (name.start, name.end) not in ranges for second in _judged(page, name, seen))
    return merge([*found, *added], first)


def _judged(page: Page, name: Named, seen: Seen | None) -> Iterator[Found]:
    rules = table("second")
    words = page.text[name.start : name.end]
    if len(words) < rules["shortest"] or not words.strip():
        return
    types = [kind for kind in map(EntityType, rules["types"][name.label]) if _reads_as(page, name, kind)]
    kind = _by_words(page, name) if seen is None else _by_scores(name, seen)
    if kind in types:
        yield Found(name.start, name.end, kind, RULE, rules["confidence"])


def _by_scores(name: Named, seen: Seen) -> EntityType | None:
    """The type for which the encoder scores this span best, unless it is sure that the span is none of it."""
    scores = {kind: seen.scores.get((name.start, name.end, kind.value), -math.inf) for kind in EntityType}
    best = max(EntityType, key=lambda kind: scores[kind])
    least = table("second")["least"].get(best.value, math.inf)
    return best if scores[best] >= least else None


def _by_words(page: Page, name: Named) -> EntityType | None:
    """The type that the words tell, where there is no encoder."""
    words = page.text[name.start : name.end]
    if name.label == "Person":
        before = page.text[max(0, name.start - LONGEST_POST) : name.start]
        return EntityType.OFFICIAL if any(before.endswith(post) for post in _offices()) else EntityType.PERSON
    if name.label == "Place":
        return EntityType.PLACE if words in place_words() else None
    told = _last_word(words)[1]
    if told is None:
        ends = tuple(table("second")["institution_ends"])
        return EntityType.INSTITUTION if words.endswith(ends) else EntityType.ENTERPRISE
    return told


@cache
def _offices() -> frozenset[str]:
    official = (title.name for title in gazetteers.titles() if title.role == "official")
    return frozenset(official) | frozenset(table("people")["official_posts"])


def _reads_as(page: Page, name: Named, kind: EntityType) -> bool:
    """Whether the words themselves can be a name of this type."""
    words = page.text[name.start : name.end]
    if kind in PEOPLE:
        return is_person_name(words)
    if kind in ORGANISATIONS:
        last, told = _last_word(words)
        bare = covered(words.removesuffix(last), shared_vague() | trades())
        return told in (None, kind) and not bare and not (kind is EntityType.INSTITUTION and _is_title(page, name.end, last))
    return not in_quote(page.text, name.start, name.end)


@cache
def _last_words() -> dict[str, EntityType]:
    types = {head: EntityType(kind["type"]) for kind in table("heads")["classes"] for head in kind["heads"]}
    types |= dict.fromkeys((*table("bodies")["heads"], *table("bodies")["departments"]), EntityType.INSTITUTION)
    return types | {row.suffix: EntityType(row.type) for row in gazetteers.institution_suffixes()}


def _last_word(words: str) -> tuple[str, EntityType | None]:
    """The longest known word that a name ends in, and the type of what ends so."""
    for start in range(len(words)):
        if (kind := _last_words().get(words[start:])) is not None:
            return words[start:], kind
    return "", None


def _is_title(page: Page, end: int, head: str) -> bool:
    """Whether a committee's name is the first part of a post (开发区管委会主任)."""
    rules = table("bodies")
    return head in rules["heads"] and head not in rules["departments"] and re.match(rules["post"], page.text[end:]) is not None
