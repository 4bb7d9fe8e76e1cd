"""Names compared: forms, the divisions before a name, and how near two names are."""

from __future__ import annotations

from functools import lru_cache

from kg_build.linking.divisions import index
from kg_build.resolution.names import company_core, industry_key, legal_form, normal, zone_name
from kg_build.resolution.words import zone_endings

SHORTEST_HEAD = 3
"""Fewest characters before 区 by which a zone is known (威海临港区)."""


@lru_cache(maxsize=65536)
def split_places(name: str) -> tuple[tuple[str, ...], str]:
    """The divisions that a name begins with, nearest first, and the rest: 江苏省徐州市鼓楼区 → ((徐州市, 江苏省), 鼓楼区).

    Something always stays; a name that is a division's itself is not cut where the rest wouldn't be one.
    """
    known = index()
    before: list[str] = []
    rest = normal(name)
    while True:
        for length in range(min(known.longest, len(rest) - 2), 1, -1):
            head, tail = rest[:length], rest[length:]
            if head in known.by_form and (rest not in known.by_form or tail in known.by_form):
                before.insert(0, head)
                rest = tail
                break
        else:
            return tuple(before), rest


@lru_cache(maxsize=65536)
def key(name: str, kind: str) -> str:
    """What the names of one thing of a class share; empty where nothing in the name tells one from another."""
    match kind:
        case "Zone" | "Park":
            parts = zone_name(name)
            return f"{parts.stem} {parts.kind}" if parts.stem and parts.kind else ""
        case "Enterprise":
            return company_core(name) + legal_form(name)
        case "Industry":
            return industry_key(name)
    return split_places(name)[1] if kind == "Place" else normal(name)


@lru_cache(maxsize=65536)
def zone_head(name: str) -> str:
    """What stands before the words for a zone's kind, or before a bare 区: 威海临港经济技术开发区, 威海临港区 → 威海临港."""
    text = normal(name)
    for ending, _, _ in zone_endings():
        if text.endswith(ending) and len(text) > len(ending):
            return text[: -len(ending)]
    return text[:-1] if text.endswith("区") and len(text) > SHORTEST_HEAD else ""


def bigrams(name: str) -> frozenset[str]:
    """Pairs of neighbouring characters."""
    text = normal(name)
    return frozenset(text[i : i + 2] for i in range(len(text) - 1)) or frozenset({text})


def likeness(one: str, other: str) -> float:
    """Sørensen and Dice's coefficient over bigrams, 0..1."""
    a, b = bigrams(one), bigrams(other)
    return 2 * len(a & b) / (len(a) + len(b))
