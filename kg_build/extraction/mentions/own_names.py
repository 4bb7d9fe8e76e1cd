"""The document's own names: short forms of a full name (蓝岭 of 蓝岭药业有限公司), given short names, and every further use."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache, lru_cache

from kg_build.extraction.mentions.found import Found
from kg_build.extraction.mentions.heads import shared_vague
from kg_build.extraction.mentions.industries import is_field
from kg_build.extraction.mentions.lexicon import Lexicon, covered
from kg_build.extraction.mentions.page import Page, even
from kg_build.extraction.mentions.places import place_words
from kg_build.extraction.mentions.tables import table
from kg_build.model import EntityType, MentionForm


def short_forms(name: str, stems: Collection[str] = ()) -> tuple[str, ...]:
    """Forms by which a paper may call a company again, longest first: without place and legal form, then the brand.

    ``stems``: places that the public list lacks.
    """
    rules = table("own_names")
    core = name
    while True:
        for length in range(min(6, len(core) - 2), 1, -1):
            if core[:length] in place_words() or core[:length] in stems:
                core = core[length:].removeprefix("省").removeprefix("市").removeprefix("县")
                break
        else:
            break
    for legal in rules["legal"]:
        if core.endswith(legal) and len(core) > len(legal) + 1:
            core = core[: -len(legal)]
            break
    forms = [core] if core != name else []
    brand = core
    changed = True
    while changed:
        changed = False
        for word in rules["kinds"]:
            if brand.endswith(word) and len(brand) - len(word) >= 2:
                brand, changed = brand[: -len(word)], True
                break
    if brand != core:
        forms.append(brand)
    if core == name:
        core = brand
    return tuple(form for form in dict.fromkeys(forms) if usable(form))


@lru_cache(maxsize=4096)
def usable(form: str) -> bool:
    """Whether a short form may be searched for: no common word, no place, no field."""
    if len(form) < 2 or form in _no_brand() or form in cut_words() or form in place_words() or is_field(form):
        return False
    return not covered(form, _no_brand())


@cache
def cut_words() -> frozenset[str]:
    """Words that end a name on its left and are none themselves."""
    return frozenset(table("cuts")["words"])


@cache
def _no_brand() -> frozenset[str]:
    rules = table("own_names")
    return shared_vague() | frozenset(rules["kinds"]) | frozenset(rules["common"])


def given_short_names(page: Page, names: Iterable[Found]) -> Iterator[Found]:
    """Short names that the text itself gives right after a full one: …有限公司(以下简称“X”)."""
    pattern = re.compile(table("own_names")["given"])
    for found in names:
        match = pattern.match(page.text, found.end)
        if match:
            generic = found.type is EntityType.ZONE and not usable(match["short"])
            yield Found(
                match.start("short"),
                match.end("short"),
                found.type,
                "given-short",
                0.95,
                MentionForm.GENERIC if generic else MentionForm.NAME,
            )


def again(page: Page, names: Iterable[Found], stems: Collection[str] = ()) -> Iterator[Found]:
    """Further uses of the names found so far, and uses of companies' short forms.

    ``stems``: places that only the text's own zones tell.
    """
    rules = table("own_names")
    words: dict[str, tuple[EntityType, float, str]] = {}
    for found in sorted(names, key=lambda f: (-f.confidence, f)):
        if (
            found.expansion is not None
            or found.rule in rules["once"]
            or found.form is not MentionForm.NAME
            or found.confidence < rules["least"]
            or found.type.value not in rules["again"]
        ):
            continue
        name = even(page.article.text[found.start : found.end])
        if len(name) >= 2 and (found.type is not EntityType.ENTERPRISE or usable(name) or len(name) > 4):
            words.setdefault(name, (found.type, rules["confidence"]["again"], "again"))
        if found.type is EntityType.ENTERPRISE:
            for form in short_forms(name, stems):
                words.setdefault(form, (found.type, rules["confidence"]["short"], "short-form"))
    for start, end, (type_, confidence, rule) in Lexicon(words).longest(page.text):
        yield Found(start, end, type_, rule, confidence)
