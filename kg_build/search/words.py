"""Text → what is indexed of it.

Chinese has no spaces, and what a word is depends on who is asked; so a run of characters becomes its overlapping pairs and its
last character alone: 经开区 → 经开, 开区, 区. A search for any stretch of characters is then a search for some pairs that follow
each other, and finds exactly the texts that have the stretch. What else is made of letters or digits (GDP, 5G, 2023)
is one word. Width and case don't count (NFKC, case folding).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_PAIRED: Final = "\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
"""Characters that are written without spaces: Han with 々 and 〇, kana; Hangul, whose words take endings."""
_RUN: Final = re.compile(f"(?P<paired>[{_PAIRED}]+)|(?:(?![{_PAIRED}])[^\\W_])+")
LONGEST: Final = 64
"""Characters of a word that count."""


def fold(text: str) -> str:
    """The text as it is compared: half-width, lower case."""
    return unicodedata.normalize("NFKC", text).casefold()


def indexed(text: str) -> str:
    """The words of a text, parted by spaces, in their order."""
    found: list[str] = []
    for match in _RUN.finditer(fold(text)):
        run = match.group()
        if match["paired"]:
            found += _pairs(run)
            found.append(run[-1])
        else:
            found.append(run[:LONGEST])
    return " ".join(found)


def searched(text: str) -> tuple[list[str], bool]:
    """The words to search for, which must follow each other, and whether the last may also be the beginning of a word.

    No words: there is nothing in the text that could be found.
    """
    runs = list(_RUN.finditer(fold(text)))
    found: list[str] = []
    for match in runs:
        run, is_last = match.group(), match is runs[-1]
        if not match["paired"]:
            found.append(run[:LONGEST])
            continue
        found += _pairs(run)
        if not is_last:
            found.append(run[-1])
        elif len(run) == 1:
            return [*found, run], True
    return found, False


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]
