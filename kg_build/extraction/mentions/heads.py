"""Names that end in a known head word: companies, bodies, parks, projects. One engine, classes in ``heads.yaml``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from kg_build import gazetteers
from kg_build.extraction.mentions.found import Found
from kg_build.extraction.mentions.industries import is_field
from kg_build.extraction.mentions.lexicon import Lexicon, covered
from kg_build.extraction.mentions.page import HARD, Atom, Page
from kg_build.extraction.mentions.places import place_lexicon, place_words, start_of_places
from kg_build.extraction.mentions.tables import table
from kg_build.extraction.mentions.words import is_coined
from kg_build.model import EntityType, MentionForm

COUNT = re.compile("[0-9一二三四五六七八九十百两几数多余]+(?:余|多)?(?:个|项|家|大|座|条|宗)$")
NO_BRAND_FIRST = "老新大小他她那这两"
OWNED = ("投资", "建设", "开发")
"""What the company that a zone's name leads does (X开发区 + 开发投资 + 公司)."""


@dataclass(frozen=True)
class HeadClass:
    """One class of head words."""

    id: str
    type: EntityType
    confidence: float
    minimum: int
    maximum: int
    vague: frozenset[str]
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    whole: frozenset[str]
    """Heads that are a name without any modifier."""
    alone: frozenset[str]
    """Heads before which a company's name is enough (X公司项目)."""
    tail: str
    join: bool
    at_place: bool
    counted: bool
    """Whether a figure with a classifier before the words makes them a count (4个…项目)."""
    fields: bool
    """Whether words for fields alone are no name (光伏发电项目)."""
    brand: bool
    """Whether what stands before the head must be a brand (short company names)."""

    @classmethod
    def of(cls, raw: dict[str, Any]) -> HeadClass:
        """A class as the file states it."""
        return cls(
            id=raw["id"],
            type=EntityType(raw["type"]),
            confidence=raw["confidence"],
            minimum=raw["minimum"],
            maximum=raw["maximum"],
            vague=frozenset(raw["vague"]) | shared_vague(),
            before=re.compile(raw["before"]) if raw.get("before") else None,
            after=re.compile(raw["after"]) if raw.get("after") else None,
            whole=frozenset(raw.get("whole", [])),
            alone=frozenset(raw.get("alone", [])),
            tail=raw.get("tail", ""),
            counted=raw.get("counted", False),
            fields=raw.get("fields", False),
            brand=raw.get("brand", False),
            join=raw.get("join", False),
            at_place=raw.get("at_place", False),
        )


@cache
def _classes() -> tuple[Lexicon[HeadClass], tuple[tuple[str, EntityType], ...]]:
    heads: dict[str, HeadClass] = {}
    generic: list[tuple[str, EntityType]] = []
    groups: dict[str, list[str]] = defaultdict(list)
    for row in gazetteers.institution_suffixes():
        groups[row.group].append(row.suffix)
    for raw in table("heads")["classes"]:
        made = HeadClass.of(raw)
        listed = [word for group in raw.get("groups", []) for word in groups[group] if word not in raw.get("without", [])]
        for word in (*raw["heads"], *listed):
            heads.setdefault(word, made)
        generic += [(word, made.type) for word in raw.get("generic", [])]
    return Lexicon(heads), tuple(generic)


def named_by_head(page: Page, types: Collection[EntityType], atoms: Mapping[int, Atom]) -> Iterator[Found]:
    """Names of the given types that end in a head word, and the generic forms of the file.

    ``atoms``: names already known, which a longer name may begin with.
    """
    lexicon, generic = _classes()
    text = page.text
    for start, end, kind in lexicon.longest(text):
        if kind.type in types:
            found = _read(page, start, end, kind, atoms)
            if found is not None:
                yield found
    for word, type_ in generic:
        if type_ not in types:
            continue
        for match in re.finditer(re.escape(word), text):
            yield Found(match.start(), match.end(), type_, "generic-word", 0.6, MentionForm.GENERIC)


def _read(page: Page, start: int, end: int, kind: HeadClass, atoms: Mapping[int, Atom]) -> Found | None:
    text = page.text
    if kind.after and kind.after.match(text, end):
        return None
    edge = page.left_edge(start, kind.maximum, join=kind.join, atoms=atoms)
    if start - edge >= kind.maximum:
        return None
    edge = trim(text, edge, start)
    if text[edge - 1 : edge + 1] == "(原" and edge:
        edge += 1
    if kind.at_place:
        edge = _through_cut(page, edge, start)
        edge = _at_place(text, edge, start)
    if kind.type is EntityType.ENTERPRISE:
        edge = _after_apposition(text, edge, start)
    if edge == start and text[start:end] in kind.whole:
        return Found(start, end, kind.type, kind.id, kind.confidence)
    if start - edge < kind.minimum or (kind.before and kind.before.search(text[max(0, start - 12) : start])):
        return None
    if not _names(page, edge, start, end, kind, atoms):
        return None
    if kind.tail:
        end = page.closes(end, kind.tail)
    return Found(edge, end, kind.type, kind.id, kind.confidence)


def _names(page: Page, edge: int, start: int, end: int, kind: HeadClass, atoms: Mapping[int, Atom]) -> bool:
    """Whether the modifier before a head word makes a name of it."""
    text = page.text
    lead = next((e for e in range(start, edge, -1) if e in atoms and atoms[e].start == edge and atoms[e].closes), edge)
    leader = atoms[lead].type if lead > edge else None
    owned = leader is EntityType.ZONE and start - lead >= 4 and any(w in text[lead:start] for w in OWNED)
    alone = leader is EntityType.ENTERPRISE and text[start:end] in kind.alone
    if covered(text[lead:start], kind.vague) and not owned and not alone:
        return False
    if kind.counted and edge in page.cuts and COUNT.search(text[page.cuts[edge] : edge]):
        return False
    if kind.fields and is_field(text[edge:start]):
        return False
    if text[start:end].endswith("厂") and not _is_works_name(text, edge, start):
        return False
    return not kind.brand or _is_brand(page, edge, start, end)


def _at_place(text: str, start: int, end: int) -> int:
    """Where a place's name begins inside the modifier: a company's full name seldom has words before it."""
    stem = text[start:end]
    if stem.startswith(tuple(table("heads")["before_place"])):
        return start
    for first, last, _ in place_lexicon().longest(stem):
        if last < len(stem) and stem[first - 1 : first] != "(":  # not X(天津)有限公司
            return start + first
    return start


def _through_cut(page: Page, edge: int, start: int) -> int:
    """Where a full name begins whose brand holds a cut word (沧州 + 和X + 有限公司): at a place right before that word."""
    text = page.text
    if edge not in page.cuts:
        return edge
    cut = page.cuts[edge]
    if covered(text[edge:start], trades()):
        # X显示 + 技术有限公司: words of trade alone are no name, the cut word is one of them.
        first = page.left_edge(cut, 16)
        return first if any(text[first : first + n] in place_words() for n in range(2, 8)) else edge
    if text[cut:edge] not in table("heads")["in_brand"]:
        return edge
    for end in (cut, cut - 1):
        first = start_of_places(text, end, max(0, end - 8))
        behind = start_of_places(text, min(start, edge + 3), edge) == edge or text[edge : edge + 2] in place_words()
        if first < end and not behind and (end == cut or (text[end:cut] not in HARD and end not in page.cuts)):
            return first
    return edge


def _after_apposition(text: str, start: int, end: int) -> int:
    """Where a name begins after a common noun that tells what it is (企业X, 母公司X)."""
    for word in table("heads")["appositions"]:
        at = text.rfind(word, start, end)
        if at >= 0 and (end - at - len(word) >= 3 or is_coined(text[at + len(word) : end])):
            start = at + len(word)
    return start


@cache
def trades() -> frozenset[str]:
    """Words for what a company does, in its name."""
    return frozenset(table("own_names")["kinds"])


def _is_works_name(text: str, edge: int, start: int) -> bool:
    """Whether a plant is called by a place or a brand (X机械厂), not by what it makes (封装厂)."""
    stem = text[edge:start]
    return (
        any(stem[:n] in place_words() or (n < 4 and is_coined(stem[:n])) for n in range(2, 7)) and stem[0] not in NO_BRAND_FIRST
    )


def _is_brand(page: Page, edge: int, start: int, end: int) -> bool:
    """Whether a short name is told by its surroundings: a brand, then the head, then a mark or a word that ends it."""
    rules = table("heads")["brands"]
    stem = page.text[edge:start]
    name = stem
    for length in range(min(5, len(stem) - 2), 1, -1):
        if stem[:length] in place_words():
            name = stem[length:]
            break
    if not rules["minimum"] <= len(name) <= rules["maximum"] or not all("\u4e00" <= c <= "\u9fff" for c in name):
        return False
    if (
        page.framed(edge, end)
        or is_field(stem)
        or is_field(page.text[edge:end])
        or any(word in name for word in rules["not_in"])
        or name in place_words()
    ):
        return False
    if page.text[start:end] in table("firms")["goods"] and not is_coined(name):
        return False
    after = page.text[end : end + 1]
    return (
        not after
        or after in HARD
        or after in "(”"
        or end in page.cut_starts
        or page.text.startswith(tuple(rules["followers"]), end)
    )


@cache
def shared_vague() -> frozenset[str]:
    """Modifiers that name nothing with any head."""
    return frozenset(table("heads")["vague"])


def trim(text: str, start: int, end: int) -> int:
    """Leave out what a name can't begin with (的, 个, a closing mark)."""
    fillers = table("heads")["fillers"]
    while start < end:
        for filler in fillers:
            # 成都…, 好 of a place's name: what begins a place is no filler.
            if text.startswith(filler, start, end) and text[start : start + 2] not in place_words():
                start += len(filler)
                break
        else:
            return start
    return start
