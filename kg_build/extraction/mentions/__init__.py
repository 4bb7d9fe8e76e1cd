"""Mentions: which words of an article name or point to an entity, and of which type.

Two steps around the language pipeline. `name_spans` reads the characters alone (public lists, names that end in a known
head word, lists, the document's own names), so that the tokenizer can keep names whole; `find_mentions` adds what
the pipeline saw. Vocabularies and rules are the YAML files of ``data/``, checked when they are loaded.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg_build.extraction.mentions.bodies import bodies, park_bodies
from kg_build.extraction.mentions.counted import is_count
from kg_build.extraction.mentions.firms import short_firms
from kg_build.extraction.mentions.found import Found
from kg_build.extraction.mentions.heads import named_by_head
from kg_build.extraction.mentions.honours import honours
from kg_build.extraction.mentions.in_names import in_names, without_brands
from kg_build.extraction.mentions.industries import industries, not_national
from kg_build.extraction.mentions.lists import coordinated, led, listed
from kg_build.extraction.mentions.merge import merge
from kg_build.extraction.mentions.own_names import again, given_short_names
from kg_build.extraction.mentions.page import Atom, Page
from kg_build.extraction.mentions.parks import settle_parks
from kg_build.extraction.mentions.people import people
from kg_build.extraction.mentions.places import places
from kg_build.extraction.mentions.products import products
from kg_build.extraction.mentions.refine import refine
from kg_build.extraction.mentions.second import with_second
from kg_build.extraction.mentions.seen import Seen
from kg_build.extraction.mentions.works import works
from kg_build.extraction.mentions.zones import WORD_RULE, zone_stems, zones
from kg_build.language import Named
from kg_build.model import Article, EntityType, Mention, MentionForm, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from spacy.tokens import Doc

__all__ = ["Seen", "find_mentions", "name_spans"]

FOUND_AGAIN = (EntityType.ENTERPRISE, EntityType.ZONE, EntityType.INSTITUTION, EntityType.PARK)
"""Types of which what the encoder saw is looked for in the rest of the text, and stands in lists and longer names."""


def name_spans(article: Article, seen: Seen | None = None, second: Sequence[Named] = ()) -> tuple[Mention, ...]:
    """The names that the characters of ``article.text`` show, in text order (outer before inner), ids from 0.

    Args:
        article: The story.
        seen: What the pipeline's encoder says about the same text; None where the pipeline has none.
        second: Names that a second opinion sees in it.
    """
    page = Page(article)
    found = candidates(page, seen)
    return _mentions(article, with_second(page, found, second, seen) if second else found)


def candidates(page: Page, seen: Seen | None = None) -> tuple[Found, ...]:
    """What the encoder and the recognisers find in a text, merged."""
    given = list(not_national(page, seen.found(page))) if seen is not None else []
    zone_names = list(zones(page))
    stems = zone_stems(page, zone_names)
    place_names = list(places(page, stems))
    owners = _atoms([*zone_names, *place_names], EntityType.ZONE, EntityType.PLACE)
    seals = _atoms(zone_names, EntityType.ZONE)
    named = [*zone_names, *place_names, *bodies(page, owners)]
    named += named_by_head(page, (EntityType.ENTERPRISE, EntityType.INSTITUTION), seals)
    firms = list(short_firms(page, stems))
    ends = {f.end for f in firms}
    # A coined brand says better where a short name begins than the next mark does.
    named = [f for f in named if f.rule != "enterprise-short" or f.end not in ends] + firms
    named += given_short_names(page, named)
    named += listed(page, merge(named), (EntityType.ENTERPRISE,), {})
    named += people(page)
    named += [f for f in given if f.type in FOUND_AGAIN and f.form is MentionForm.NAME]
    named += again(page, merge(named), stems)
    named += led(page, merge(named))
    atoms = _atoms(merge(named), EntityType.ENTERPRISE, EntityType.ZONE)
    named += named_by_head(page, (EntityType.PARK,), seals)
    atoms |= {f.end: Atom(f.start, f.type, closes=False) for f in merge(named) if f.type is EntityType.PARK}
    named += named_by_head(page, (EntityType.PROJECT,), atoms)
    named += works(page, merge(named), atoms)
    named += listed(page, merge(named), (EntityType.PROJECT, EntityType.PARK, EntityType.PLACE), atoms)
    named += coordinated(page, merge(named), atoms)
    named = list(settle_parks(page, named))
    outer = [f for f in merge(named) if f.type in (EntityType.PROJECT, EntityType.PARK)]
    inner = list(in_names(page, outer, [f for f in named if f.type is EntityType.ENTERPRISE], stems))
    named += inner
    named += again(page, [f for f in named if f.type is not EntityType.PROJECT or len(f) > 6], stems)
    named += [*honours(page), *industries(page), *products(page)]
    named, given = ([f for f in names if not is_count(page, f)] for names in (named, given))
    if seen is None:
        return _with_park_bodies(page, merge(named), set())
    first = {(f.start, f.end, f.type.value) for f in seen.going_first(given, named)}
    given = list(without_brands(page, given, [f for f in merge(named) if f.type is EntityType.ENTERPRISE]))
    return _with_park_bodies(page, merge(seen.settle([*named, *given]), first), first)


def _with_park_bodies(page: Page, found: Sequence[Found], first: set[tuple[int, int, str]]) -> tuple[Found, ...]:
    """The names with the parks' organs, which go before what they are made of (the 园区 of 园区管委会)."""
    organs = list(park_bodies(page, found))
    return merge([*found, *organs], first | {(f.start, f.end, f.type.value) for f in organs}) if organs else tuple(found)


def _atoms(names: Iterable[Found], *types: EntityType) -> dict[int, Atom]:
    """Names that a longer one may begin with, by their ends (the longest where several end there)."""
    atoms: dict[int, Atom] = {}
    for found in names:
        if found.type in types and found.rule != WORD_RULE and (found.end not in atoms or found.start < atoms[found.end].start):
            atoms[found.end] = Atom(found.start, found.type)
    return atoms


def find_mentions(article: Article, doc: Doc, names: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """The final mentions: ``names`` with what the pipeline adds, ids 0..n-1 in text order.

    Args:
        article: The story.
        doc: What the pipeline made of ``article.text`` (character offsets are the same).
        names: What `name_spans` gave for the same article.
    """
    page = Page(article)
    given = [
        Found(m.span.start, m.span.end, m.type, m.rule, m.confidence, m.form, m.expansion)
        for m in names
        if m.form is not MentionForm.IMPLICIT
    ]
    return _mentions(article, merge(refine(page, doc, given)))


def _mentions(article: Article, found: Iterable[Found]) -> tuple[Mention, ...]:
    return tuple(
        Mention(
            id=index,
            span=Span(f.start, f.end),
            type=f.type,
            name=re.sub(r"\s", "", article.text[f.start : f.end]),
            form=f.form,
            rule=f.rule,
            confidence=f.confidence,
            expansion=f.expansion,
        )
        for index, f in enumerate(found)
    )
