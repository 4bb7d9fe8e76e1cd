"""Everyday words: what tells a brand (朗湾, made up for a firm) from words that anyone uses (关节, 业主)."""

from __future__ import annotations

from functools import cache, lru_cache

from kg_build.language.segmentation import Lexicon

COMMON = 20
"""From this count in the dictionary on a word is an everyday one; below it, brands stand among them too."""


@cache
def everyday() -> frozenset[str]:
    """Words of the list that the language pipeline ships with, as far as they are frequent."""
    return frozenset(word for word, count in Lexicon.load().common.items() if count >= COMMON)


@lru_cache(maxsize=16384)
def is_coined(text: str) -> bool:
    """Whether a short text of two to four characters reads as a made-up name: it is no everyday word and holds none at an end."""
    words = everyday()
    if not 2 <= len(text) <= 4 or not all("\u4e00" <= c <= "\u9fff" for c in text):
        return False
    if text in words:
        return False
    if len(text) == 2:
        return True
    parts = (text[:2], text[1:]) if len(text) == 3 else (text[:2], text[2:], text[1:], text[:3])
    return not any(part in words for part in parts)
