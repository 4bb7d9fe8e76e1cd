"""Names of firms, zones, places and projects, taken apart and compared.

A Chinese firm's name has an order (企业名称登记管理规定, article 6): place, distinctive part, trade, legal form. Papers and
tables leave out the first and the last, write the place in brackets, and print traditional or full-width characters. So
two names are compared by their parts. The words and the factors are data: ``names.yaml``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

import opencc
from rapidfuzz.distance import OSA

from kg_build.gazetteers import ancestors, is_trade, place_by_name, places, zone_kinds
from kg_build.yamlfiles import load_yaml

_PRINT = re.compile(r"[\s\"'“”‘’「」『』《》〈〉·・,，.。、:;：；!?！？\-–—_/\\|&+*#]")
_BRACKETS = re.compile(r"[(\[【〔{]([^()\[\]【】〔〕{}]*)[)\]】〕}]")
_LOOSE = re.compile(r"[()\[\]【】〔〕{}]")
_NUMBERS = re.compile(r"[0-9〇零一二三四五六七八九十百]")
MIN_PLACE: Final = 2
"""Characters of the shortest name that is taken for a place's."""
_LEVELS = re.compile(r"(?<=..)(省|市|县|区|自治区|自治州|自治县)$")


@dataclass(frozen=True, slots=True)
class Table:
    """``names.yaml``, with the kinds of zones: the family and class of each ending, and the factors."""

    endings: Mapping[str, tuple[str, str]]
    longest: int
    """Characters of the longest ending."""
    missing: Mapping[str, float]
    other: Mapping[str, float]
    pairs: Mapping[frozenset[str], float]
    factors: Mapping[str, float]
    least: float
    margin: float


@cache
def table() -> Table:
    """The words and factors."""
    data: dict[str, Any] = load_yaml(files(__package__).joinpath("names.yaml").read_text(encoding="utf-8"))
    endings: dict[str, tuple[str, str]] = {}
    for family, row in data["families"].items():
        for name, words in row.get("classes", {}).items():
            endings.update(dict.fromkeys(words, (family, name)))
    for kind in zone_kinds():  # The first to claim an ending has it: 开发区 is a short form before it is a kind.
        for words in (*kind.suffixes, *kind.short):
            endings.setdefault(words, ("zone", kind.kind))
    families: dict[str, dict[str, Any]] = data["families"]
    return Table(
        endings=endings,
        longest=max(map(len, endings)),
        missing={family: float(row["missing"]) for family, row in families.items()},
        other={family: float(row["other"]) for family, row in families.items()},
        pairs={frozenset(k.split()): float(v) for row in families.values() for k, v in row.get("pairs", {}).items()},
        factors={name: float(value) for name, value in data["factors"].items()},
        least=float(data["decision"]["least"]),
        margin=float(data["decision"]["margin"]),
    )


@cache
def _simplified() -> dict[int, str]:
    """Traditional characters to simplified ones, each by itself: what names need, and as quick as `str.translate`."""
    characters = [chr(code) for code in range(0x3400, 0xA000)]
    converted = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
    return {ord(old): new for old, new in zip(characters, converted, strict=True) if old != new}


def fold(text: str) -> str:
    """The text without what print adds: width, case, traditional forms, white space, quotes, dots and brackets.

    >>> fold("華龍香料（集團）")
    '华龙香料集团'
    """
    return _LOOSE.sub("", _fold(text))


def _fold(text: str) -> str:
    return _PRINT.sub("", unicodedata.normalize("NFKC", text).casefold().translate(_simplified()))


class PlaceNames:
    """The places that names may begin with: the gazetteer's, and those that a store knows besides.

    Args:
        own: Names of the store's places, each with the names of those that it lies in.
    """

    def __init__(self, own: Mapping[str, frozenset[str]] | None = None) -> None:
        self._own: dict[str, frozenset[str]] = {}
        for name, around in (own or {}).items():
            short = _short(fold(name))
            if len(short) >= MIN_PLACE:
                known = self._own.get(short, frozenset())
                self._own[short] = self._own[fold(name)] = known | {_short(fold(place)) for place in around}
        self._longest = max(map(len, self._own), default=0)
        self.parts = lru_cache(maxsize=65_536)(self._parts)

    def around(self, form: str) -> frozenset[str]:
        """The short names of the places that a place of this form lies in."""
        return self._own.get(form, frozenset()) | _listed(form)

    def strip(self, text: str) -> tuple[tuple[str, ...], str]:
        """Take the places off a name's beginning: their short names, and the rest."""
        found: list[str] = []
        rest = text
        while True:
            for length in range(min(max(_longest(), self._longest), len(rest)), MIN_PLACE - 1, -1):
                if rest[:length] in self._own or rest[:length] in _forms():
                    found.append(_short(rest[:length]))
                    rest = rest[length:]
                    break
            else:
                return tuple(found), rest

    def _parts(self, name: str) -> Parts:
        text = _fold(name)
        bracketed: list[str] = []

        def place_in_brackets(match: re.Match[str]) -> str:
            places, rest = self.strip(match[1])
            if not places or rest:
                return match[1]
            bracketed.extend(places)
            return ""

        bare = _LOOSE.sub("", _BRACKETS.sub(place_in_brackets, text))
        family, kind, stem = _ending(bare)
        places, core = self.strip(stem)
        if places and (not core or (family == "legal" and is_trade(core))):
            # 三门峡经开区, 河南投资集团: the last place is what tells it from others.
            core, places = places[-1] + core, places[:-1]
        own = frozenset((*places, *bracketed))
        beyond = frozenset[str]().union(*map(self.around, own))
        return Parts(_LOOSE.sub("", text), stem, core, own, beyond, family, kind)


@dataclass(frozen=True, slots=True)
class Parts:
    """A name taken apart."""

    full: str
    """All of it, folded."""
    stem: str
    """Without the ending."""
    core: str
    """Without the places in front, too: what tells it from others."""
    places: frozenset[str]
    """Those places, by their short names."""
    around: frozenset[str]
    """The places that they lie in."""
    family: str
    """What kind of ending it has: legal, zone, level …; empty for none."""
    kind: str
    """The ending's class."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two names are, 0 to 1: altogether, and by parts."""

    score: float
    core: float
    place: float
    ending: float


def compare(one: Parts, other: Parts) -> Likeness:
    """Compare two names.

    1 is the same name; the distinctive part decides (edit distance by characters, or one holding the other), and factors
    lower that where places or endings differ. See ``names.yaml`` and the scale in ``docs/reconciliation.md``.
    """
    if one.full == other.full:
        return Likeness(1.0, 1.0, 1.0, 1.0)
    factors = table().factors
    place = _place_factor(one, other)
    ending = _ending_factor(one, other)
    core = _alike(one.core, other.core)
    best = core * place
    if place > factors["place_within"]:
        # A place misspelt isn't known for one: then it is a part of the distinctive part.
        best = max(best, _alike(one.stem, other.stem))
    score = best * ending
    if not one.family or not other.family:
        # An ending misspelt, likewise.
        score = max(score, OSA.normalized_similarity(one.full, other.full))
    if _numbers(one.core) != _numbers(other.core):
        score *= factors["numbers"]
    return Likeness(min(score, factors["most"]), core, place, ending)


def _alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    best: float = OSA.normalized_similarity(one, other)
    short, long = sorted((one, other), key=len)
    if len(short) >= MIN_PLACE and short in long:
        factors, how = table().factors, "begins" if long.startswith(short) else "holds"
        # A part left out isn't a typo: this tells how alike they are, unless it is one character of many.
        best = max(best if len(short) > 0.9 * len(long) else 0.0, factors[how] + factors[f"{how}_share"] * len(short) / len(long))
    return best


def _place_factor(one: Parts, other: Parts) -> float:
    factors = table().factors
    if one.places == other.places or one.places & other.places:
        return 1.0
    if not one.places or not other.places:
        return factors["place_missing"]
    return factors["place_within"] if one.places & other.around or other.places & one.around else factors["place_other"]


def _ending_factor(one: Parts, other: Parts) -> float:
    found = table()
    if (one.family, one.kind) == (other.family, other.kind):
        return 1.0
    if not one.family or not other.family:
        return found.missing[one.family or other.family]
    if one.family != other.family:
        return found.factors["family"]
    return found.pairs.get(frozenset((one.kind, other.kind)), found.other[one.family])


def _numbers(text: str) -> str:
    return "".join(sorted(_NUMBERS.findall(text)))


def _ending(text: str) -> tuple[str, str, str]:
    """The ending's family and class, and what stands before it."""
    endings = table().endings
    for length in range(min(table().longest, len(text)), 0, -1):
        found = endings.get(text[-length:])
        if found is not None:
            return (*found, text[:-length]) if length < len(text) else ("", "", text)
    return "", "", text


def _short(place: str) -> str:
    """A place's name without its level: 青岚市 → 青岚."""
    listed = place_by_name(place, former=False)
    if listed and len(listed[0].short) >= MIN_PLACE:
        return listed[0].short
    return _LEVELS.sub("", place)


@lru_cache(maxsize=65_536)
def _listed(form: str) -> frozenset[str]:
    """The short names of the places that the gazetteer's places of this form lie in."""
    return frozenset(place.short for row in place_by_name(form, former=False) for place in ancestors(row.code))


@cache
def _forms() -> frozenset[str]:
    """All forms of the gazetteer's places that are long enough."""
    return frozenset(form for row in places() for form in row.forms if len(form) >= MIN_PLACE)


@cache
def _longest() -> int:
    return max(map(len, _forms()))
