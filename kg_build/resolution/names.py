"""Names compared: what in a name tells one thing from another, and which forms are forms of one name.

Pure functions over strings. `normal` drops what print adds (white space, quotes, width); the ``…_key`` functions give
what two forms of one name share.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from kg_build.gazetteers import company_words, is_trade
from kg_build.resolution.places import strip_places
from kg_build.resolution.words import zone_endings

_PRINT = re.compile(r"[\s\"'“”‘’「」『』《》〈〉·・]")
_INDUSTRY = re.compile(r"(产业|行业|业)$")
_PROJECT = re.compile(r"(建设项目|工程项目|项目|工程)$")


@lru_cache(maxsize=65536)
def normal(name: str) -> str:
    """The name without what print adds: compatibility forms folded (NFKC), white space, quotes and dots gone."""
    text = _PRINT.sub("", unicodedata.normalize("NFKC", name)).casefold()
    # What is taken out may have kept two characters apart that now compose: until nothing changes.
    return text if text == name else normal(text)


@dataclass(frozen=True, slots=True)
class ZoneName:
    """A zone's name taken apart."""

    stem: str
    """The place or word before the kind: 三门峡, 中关村; empty for a bare 经开区."""
    kind: str
    """Local name of the kind's class in the ontology; empty where the name ends in no known words."""
    is_full: bool
    """Whether the kind is written out (经济开发区, not 经开区)."""


@lru_cache(maxsize=65536)
def zone_name(name: str) -> ZoneName:
    """Take a zone's name apart: 安徽马鞍山雨山经济开发区 → (雨山, economic, full)."""
    text = normal(name)
    for ending, kind, full in zone_endings():
        if text.endswith(ending):
            return ZoneName(zone_stem(text[: -len(ending)]), kind, full)
    return ZoneName(text, "", is_full=True)


def zone_stem(text: str) -> str:
    """The distinctive part of what stands before a zone's kind: the last place without its level, else all of it."""
    text = re.sub(r"(国家级|省级|市级|国家)$", "", text)
    places, rest = strip_places(text)
    if not rest:
        return places[-1] if places else text
    # 杭州湾, 滨海湾: a single character is no name without the place that it belongs to.
    return places[-1] + rest if len(rest) == 1 and places and text.endswith(places[-1] + rest) else rest


def same_zone(a: ZoneName, b: ZoneName) -> bool:
    """Whether two names can mean one zone: the same stem, the same kind."""
    return a.stem == b.stem and a.kind == b.kind


@lru_cache(maxsize=65536)
def legal_form(name: str) -> str:
    """The legal form at a company name's end, or an empty string."""
    text = normal(name)
    return next((w for w in company_words().legal if text.endswith(normal(w)) and len(text) > len(w)), "")


@lru_cache(maxsize=65536)
def company_core(name: str, local: frozenset[str] = frozenset()) -> str:
    """A company's name without leading places and legal form: 河南华辰校准检测有限公司 → 华辰校准检测.

    ``local`` are further names of places that the text knows, such as what its zone is called by.
    """
    text = normal(name)
    form = legal_form(name)
    if form:
        text = text[: -len(normal(form))]
    _, rest = strip_places(text)
    here = next((p for p in sorted(local, key=lambda p: (-len(p), p)) if rest.startswith(p)), "")
    rest = rest[len(here) :].lstrip("省市县区") or rest if here else rest
    rest = re.sub(r"\([^()]{2,6}\)$", "", rest)
    # 平安科技, 河南投资: where only words of trade follow, the place is the distinctive part.
    return rest if len(rest) >= 2 and not is_trade(rest) else text


@lru_cache(maxsize=65536)
def company_brand(name: str, local: frozenset[str] = frozenset()) -> str:
    """The distinctive part of a company's name, words of trade at its end gone: 华辰校准检测 → 华辰校准."""
    core = company_core(name, local)
    changed = True
    while changed:
        changed = False
        for word in company_words().trade:
            if core.endswith(word) and len(core) - len(word) >= 2:
                core, changed = core[: -len(word)], True
                break
    return core


def short_of(short: str, full: str, local: frozenset[str] = frozenset()) -> bool:
    """Whether one company name can be a short form of the other: 华辰 or 华辰制药 of …华辰制药有限公司.

    The short form is the beginning of the other's core, and what is left there are words of trade. Two names that both
    carry a legal form are never forms of each other.
    """
    if legal_form(short) and legal_form(full) and legal_form(short) not in ("集团", "公司", "股份"):
        return False
    a, b = company_core(short, local), company_core(full, local)
    if a == b:
        return True
    if len(a) < 2 or not b.startswith(a):
        return False
    rest = b[len(a) :]
    return is_trade(rest) or company_brand(full, local) == a


@lru_cache(maxsize=65536)
def industry_key(name: str) -> str:
    """An industry's name without 产业, 行业 or 业 at its end."""
    text = normal(name)
    return _INDUSTRY.sub("", text) or text


@lru_cache(maxsize=65536)
def project_key(name: str) -> str:
    """A project's name without leading places and zones and without 项目 at its end."""
    text = normal(name)
    text = _PROJECT.sub("", text) or text
    for ending, _, _ in zone_endings():
        head, found, tail = text.partition(ending)
        if found and len(tail) >= 4 and len(head) <= 8 and not strip_places(head)[1]:
            return tail
    _, rest = strip_places(text)
    return rest if len(rest) >= 4 else text


@lru_cache(maxsize=65536)
def honour_key(name: str) -> str:
    """An honour's name without 称号 at its end."""
    text = normal(name)
    return re.sub(r"(荣誉称号|称号)$", "", text) or text


_UCSCHAR = "".join(
    f"{chr(low)}-{chr(high)}"
    for low, high in ((0xA0, 0xD7FF), (0xF900, 0xFDCF), (0xFDF0, 0xFFEF), *((p << 16, (p << 16) + 0xFFFD) for p in range(1, 14)))
)
_BAD_IN_IRI = re.compile(rf"[^A-Za-z0-9\-._~!$&'()*+,;=:@{_UCSCHAR}]")
"""All but what RFC 3987, section 2.2 allows in a segment (``isegment``)."""


def iri_name(name: str) -> str:
    """A name as one segment of an IRI (RFC 3987): readable, only what an IRI can't hold is percent-encoded."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFC", name))
    return _BAD_IN_IRI.sub(lambda m: "".join(f"%{b:02X}" for b in m.group().encode("utf-8", "replace")), text)
