"""Words: what is done to a segmenter's cuts before they become tokens.

A statistical segmenter cuts numbers, Latin names and the field's terms by chance. The functions here take its cuts and
put them right by rule: numbers with their 万/亿 are one token and their unit another (``12.5亿`` ``元``), dates are cut
as the Penn Chinese Treebank cuts them (``2024年`` ``3月`` ``5日``), a mark of punctuation stands alone, the words of a
lexicon stay whole, and a suffix joins its stem (``委员`` ``会`` → ``委员会``). Where a cut leaves words that nobody knows, the
stretch around them is cut again by a list of common words, if that explains it better. The corpora that the parser learns from go
through the same functions, so that it sees in training what it meets later.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import log

from kg_build.errors import PipelineError

LEXICON, WORDS = "lexicon.csv", "words.txt"
MODES = frozenset({"join", "force", "suffix", "bound"})
SINGLE = frozenset({"suffix", "bound"})

# Half-width marks stand for full-width ones in many papers' files; the models only ever see the full-width ones.
WIDE = str.maketrans(
    ",;:?!()[]~\"'０１２３４５６７８９％．",
    "，；：？！（）［］～“’0123456789%.",
)

FIXED = re.compile(
    r"""
      (?P<latin>[A-Za-z0-9]*[A-Za-z][A-Za-z0-9]*(?:[.\-&/+_@][A-Za-z0-9]+)*)
    | (?P<date>(?<![0-9])(?:
          (?:1[89]|20)[0-9]{2}年(?!度|级|期) | [0-9]{1,2}月(?!份) | [0-9]{1,2}日(?!元) | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}))
    | (?P<time>(?<![0-9])[0-9]{1,2}[:：][0-9]{2}(?![0-9]))
    | (?P<number>[0-9]+(?:\.[0-9]+)?(?:[%‰]|[十百千]?万亿|[十百千万亿]+)?)
    | (?P<dots>…+|—+|-{2,}|\.{2,})
    | (?P<mark>[^\w\s])
    """,
    re.VERBOSE,
)
THOUSANDS = re.compile(r"(?<![0-9.])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?[万亿%]*")
HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003134f]+")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words that are kept whole, by how strongly: see `Lexicon.load`."""

    join: frozenset[str] = frozenset()
    force: frozenset[str] = frozenset()
    suffixes: frozenset[str] = frozenset()
    bound: frozenset[str] = frozenset()
    common: Mapping[str, int] = field(default_factory=dict)
    """Common words with their counts."""
    total: int = 1
    """Sum of the counts."""
    longest: int = 0

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str]], counts: Mapping[str, int] | None = None) -> Lexicon:
        """Make a lexicon of (word, mode) pairs and the counts of common words.

        ``join`` keeps a word whole where the segmenter cuts at both its ends; ``force`` keeps it whole everywhere;
        ``suffix`` is a single character that joins a word of two or three characters before it; ``bound`` one that joins
        the word before or behind it where both together are a common word.
        """
        by_mode: dict[str, set[str]] = {mode: set() for mode in MODES}
        for word, mode in rows:
            if mode not in MODES or not word or word != word.strip() or (mode in SINGLE) != (len(word) == 1):
                raise PipelineError(f"{LEXICON}: not a valid entry: {word!r}, {mode!r}")
            by_mode[mode].add(word)
        words = by_mode["join"] | by_mode["force"]
        counts = counts or {}
        return cls(
            frozenset(by_mode["join"]),
            frozenset(by_mode["force"]),
            frozenset(by_mode["suffix"]),
            frozenset(by_mode["bound"]),
            counts,
            max(1, sum(counts.values())),
            max(map(len, words), default=0),
        )

    def knows(self, word: str) -> bool:
        """Whether a word stands in one of the lists."""
        return word in self.common or word in self.join or word in self.force

    @classmethod
    @cache
    def load(cls) -> Lexicon:
        """The lexicon that ships: ``data/lexicon.csv`` (columns ``word``, ``mode``, ``note``) and ``data/words.txt``."""
        rows = csv.DictReader(_lines(LEXICON))
        counts = {word: int(count) for word, _, count in (line.partition(" ") for line in _lines(WORDS))}
        return cls.of(((row["word"], row["mode"]) for row in rows), counts)


def _lines(name: str) -> Iterator[str]:
    text = files("kg_build.language").joinpath("data", name).read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line and not line.startswith("#"))


def widen(text: str) -> str:
    """The text with half-width marks widened and full-width digits narrowed; as long as before."""
    return text.translate(WIDE)


def adjust(words: Sequence[str], lexicon: Lexicon) -> list[str]:
    """Put a segmenter's words right by rule.

    Args:
        words: Non-empty words without white space, which together make up a stretch of text.
        lexicon: The words that stay whole.

    Returns:
        Words that make up the same text.
    """
    text = "".join(words)
    size = len(text)
    cut = bytearray(size + 1)
    position = 0
    for word in words:
        cut[position] = 1
        position += len(word)
    cut[0] = cut[size] = 1
    fixed = bytearray(size)
    for match in FIXED.finditer(text.translate(WIDE)):
        _keep_whole(cut, fixed, *match.span())
    # Widening made the comma of 1,200 a mark; so these are looked for in the text as it was.
    for match in THOUSANDS.finditer(text):
        _keep_whole(cut, fixed, *match.span())
    _mend(text, cut, fixed, lexicon)
    _join_words(text, cut, fixed, lexicon)
    _join_affixes(text, cut, fixed, lexicon)
    edges = [i for i in range(size + 1) if cut[i]]
    return [text[a:b] for a, b in pairwise(edges)]


def _keep_whole(cut: bytearray, fixed: bytearray, start: int, end: int) -> None:
    cut[start] = cut[end] = 1
    for i in range(start + 1, end):
        cut[i] = 0
    for i in range(start, end):
        fixed[i] = 1


def _join_words(text: str, cut: bytearray, fixed: bytearray, lexicon: Lexicon) -> None:
    start = 0
    while start < len(text):
        if fixed[start]:
            start += 1
            continue
        for length in range(min(lexicon.longest, len(text) - start), 1, -1):
            end = start + length
            word = text[start:end]
            if any(fixed[start:end]):
                continue
            if word in lexicon.force or (word in lexicon.join and cut[start] and cut[end]):
                _keep_whole(cut, fixed, start, end)
                start = end
                break
        else:
            start += 1


def _join_affixes(text: str, cut: bytearray, fixed: bytearray, lexicon: Lexicon) -> None:
    previous = 0
    for i in range(1, len(text)):
        if not cut[i]:
            continue
        following = next(j for j in range(i + 1, len(text) + 1) if cut[j])
        left, right = text[previous:i], text[i:following]
        if fixed[i - 1] or fixed[i] or not HAN.fullmatch(left + right):
            joins = False
        elif len(right) == 1 and 2 <= len(left) <= 3 and right in lexicon.suffixes:
            joins = True
        else:
            affix, stem = (right, left) if len(right) == 1 else (left, right)
            joins = len(affix) == 1 < len(stem) and affix in lexicon.bound and left + right in lexicon.common
        if joins:
            cut[i] = 0
        else:
            previous = i


UNKNOWN, ALONE = 2, 1
"""What a word of two characters or more that nobody knows counts against a cut, and what a single character does."""


def _mend(text: str, cut: bytearray, fixed: bytearray, lexicon: Lexicon) -> None:
    """Cut stretches with unknown words again, with a neighbour on each side, where that leaves fewer unknown."""
    edges = [i for i in range(len(text) + 1) if cut[i]]
    words = [text[a:b] for a, b in pairwise(edges)]
    free = [not fixed[a] and HAN.fullmatch(word) is not None for a, word in zip(edges, words, strict=False)]
    strange = [is_free and len(word) > 1 and not lexicon.knows(word) for is_free, word in zip(free, words, strict=True)]
    i = 0
    while i < len(words):
        if not strange[i]:
            i += 1
            continue
        first, last = i, i
        while last + 1 < len(words) and strange[last + 1]:
            last += 1
        i = last + 1
        if first and free[first - 1]:
            first -= 1
        if last + 1 < len(words) and free[last + 1]:
            last += 1
        old = words[first : last + 1]
        new = _best_cut("".join(old), lexicon)
        if _cost(new, lexicon) < _cost(old, lexicon):
            start = edges[first]
            for j in range(start + 1, edges[last + 1]):
                cut[j] = 0
            for word in new[:-1]:
                start += len(word)
                cut[start] = 1


def _cost(words: Sequence[str], lexicon: Lexicon) -> int:
    return sum(ALONE if len(word) == 1 else 0 if lexicon.knows(word) else UNKNOWN for word in words)


RARE = -16.0
"""Logarithm of the share that a single character has when a stretch is cut by the list alone."""


def _best_cut(text: str, lexicon: Lexicon) -> list[str]:
    """The most likely cut of a text into common words and single characters."""
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(text) + 1):
        choices = [(best[end - 1][0] + RARE, end - 1)]
        for start in range(max(0, end - 4), end - 1):
            count = lexicon.common.get(text[start:end])
            if count is not None:
                choices.append((best[start][0] + log(count / lexicon.total), start))
        best.append(max(choices))
    words: list[str] = []
    end = len(text)
    while end:
        start = best[end][1]
        words.append(text[start:end])
        end = start
    return words[::-1]
