"""Words found in a text, many at a time (Aho-Corasick)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Generic, TypeVar

import ahocorasick

Value = TypeVar("Value")
PASSED = '、“”"和及与的'
"""Marks and particles that say nothing by themselves."""
LONGEST_WORD = 12


class Lexicon(Generic[Value]):
    """A fixed set of words, each with a value."""

    def __init__(self, words: Mapping[str, Value]) -> None:
        self.words = dict(words)
        self._automaton = ahocorasick.Automaton()
        for word, value in self.words.items():
            if word:
                self._automaton.add_word(word, (word, value))
        self._empty = len(self._automaton) == 0
        if not self._empty:
            self._automaton.make_automaton()

    def longest(self, text: str) -> Iterator[tuple[int, int, Value]]:
        """Leftmost-longest words that don't overlap: (start, end, value), ascending."""
        if not self._empty:
            for last, (word, value) in self._automaton.iter_long(text):
                yield last + 1 - len(word), last + 1, value

    def all(self, text: str) -> Iterator[tuple[int, int, Value]]:
        """Every word wherever it stands, by ascending end."""
        if not self._empty:
            for last, (word, value) in self._automaton.iter(text):
                yield last + 1 - len(word), last + 1, value


@lru_cache(maxsize=16384)
def covered(text: str, words: frozenset[str]) -> bool:
    """Whether a short text is nothing but a row of the given words and digits."""
    reach = {0}
    furthest = 0
    for end in range(1, len(text) + 1):
        if end - furthest > LONGEST_WORD:
            return False
        last = text[end - 1]
        passes = end - 1 in reach and (last.isdigit() or last in PASSED)
        if passes or any(start in reach and text[start:end] in words for start in range(max(0, end - LONGEST_WORD), end)):
            reach.add(end)
            furthest = end
    return len(text) in reach
