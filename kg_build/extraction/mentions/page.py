"""An article's text made ready for reading names: one form of punctuation, and where a name can't go on to the left."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

from kg_build import gazetteers
from kg_build.extraction.mentions.lexicon import Lexicon
from kg_build.extraction.mentions.tables import table
from kg_build.model import Article, EntityType, PartKind

HARD = frozenset(',。;:!?、…—\n\t "“‘《》<>|·~〔〕【】[]{}=*#↑←→↓▲●■□◆○⑨®/+')
"""Marks that no name runs over (closing quotes and brackets are jumped over with what they close)."""
WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
CONJUNCTIONS = ("以及", "和", "与", "及", "、")
LONGEST_QUOTE, LONGEST_BRACKET = 16, 10


def even(text: str) -> str:
    """The text with full-width ASCII characters as their half-width ones; same length."""
    return text.translate(WIDE)


class Atom(NamedTuple):
    """A name already known: its start, its type, and whether a longer name that holds it begins with it."""

    start: int
    type: EntityType
    closes: bool = True


@cache
def _cut_words() -> tuple[Lexicon[bool], re.Pattern[str]]:
    cuts = table("cuts")
    # 太阳能, 显示面板: a field's own characters cut nothing.
    fields = [form for field in gazetteers.fields() for form in field.forms] + table("firms")["heads"] + table("firms")["trades"]
    kept = [word for word in fields if len(word) > 2 and word not in cuts["words"]]
    kept += [row.name for row in gazetteers.places()] + [row.short for row in gazetteers.places() if not row.short_is_word]
    words = dict.fromkeys(cuts["words"], True) | dict.fromkeys([*cuts["protected"], *kept], False)
    return Lexicon(words), re.compile("|".join(f"(?:{p})" for p in cuts["patterns"]))


@cache
def _field_words() -> Lexicon[None]:
    rules = table("industries")
    words = [form for field in gazetteers.fields() for form in field.forms]
    return Lexicon(dict.fromkeys([*words, *rules["fields"], *rules["heads"], *rules["modifiers"]]))


@dataclass(frozen=True)
class Page:
    """The text that names are read from. ``text`` has the length of ``Article.text``: positions are the same."""

    article: Article

    @cached_property
    def text(self) -> str:
        """Like ``Article.text`` with half-width punctuation, letters and digits; bylines blanked out."""
        text = even(self.article.text)
        for part in self.article.parts_of(PartKind.BYLINE):
            start, end = part.span.start, part.span.end
            text = text[:start] + "\n" * (end - start) + text[end:]
        return text

    @cached_property
    def cuts(self) -> dict[int, int]:
        """End of each cut word → its start: a name may begin at the end, but not run over the word."""
        words, patterns = _cut_words()
        found = {end: start for start, end, is_cut in words.longest(self.text) if is_cut}
        for match in patterns.finditer(self.text):
            found[match.end()] = match.start()
        return found

    @cached_property
    def cut_starts(self) -> frozenset[int]:
        """Where cut words begin: a name may end there."""
        return frozenset(self.cuts.values())

    @cached_property
    def _field_edges(self) -> tuple[frozenset[int], frozenset[int]]:
        hits = [(start, end) for start, end, _ in _field_words().all(self.text)]
        return frozenset(s for s, _ in hits), frozenset(e for _, e in hits)

    def left_edge(self, position: int, longest: int, *, join: bool = False, atoms: Mapping[int, Atom] | None = None) -> int:
        """Where a name that ends at ``position`` begins, at most ``longest`` characters before.

        With ``join`` a conjunction between two words for fields (集成电路与新材料应用…) stays inside the name. ``atoms``
        are names already known, by their ends: they are jumped over, and one that closes (a company, a zone) is the left
        edge.
        """
        text, cuts, atoms = self.text, self.cuts, atoms or {}
        low = max(0, position - longest)
        at = position
        while at > low:
            if at in atoms and atoms[at].start >= low:
                atom = atoms[at]
                at = atom.start
                if atom.closes:
                    break
                continue
            if at in cuts and not (join and at != position and self._joins(cuts[at], at)) and not self._soft(cuts[at], at, atoms):
                break
            char = text[at - 1]
            if char in ")”’":
                opened = self._opening(at - 1)
                if opened is None or opened < low:
                    break
                at = opened
            elif char in HARD or char == "(":
                break
            else:
                at -= 1
        return at

    def framed(self, start: int, end: int) -> bool:
        """Whether these words stand somewhere before 产业, 领域 …: then they are a field, not a company."""
        words = self.text[start:end]
        return any(words + frame in self.text for frame in table("cuts")["frames"])

    def right_edge(self, position: int, longest: int) -> int:
        """Where a name that begins at ``position`` ends: before the next mark or cut word."""
        at = position
        while at < min(len(self.text), position + longest):
            if self.text[at] in HARD or self.text[at] in "()”’" or (at > position and at in self.cut_starts):
                break
            at += 1
        return at

    def _soft(self, start: int, end: int, atoms: Mapping[int, Atom]) -> bool:
        """Whether a cut word only links a known name with what follows (X产业园 + 相关 + 产品试验线项目)."""
        return start in atoms and self.text[start:end] in table("cuts")["soft"]

    def _joins(self, start: int, end: int) -> bool:
        starts, ends = self._field_edges
        return self.text[start:end] in CONJUNCTIONS and start in ends and end in starts

    def _opening(self, closing: int) -> int | None:
        """Where the bracket or quote that closes at ``closing`` opens; None when too far off or with a mark inside."""
        mark = {")": "(", "”": "“", "’": "‘"}[self.text[closing]]
        reach = LONGEST_BRACKET if mark == "(" else LONGEST_QUOTE
        low = max(0, closing - reach)
        opened = self.text.rfind(mark, low, closing)
        if opened < 0 or any(c in ",。;:!?\n" for c in self.text[opened:closing]):
            return None
        return opened

    def closes(self, position: int, allowed: str) -> int:
        """End of a bracket that follows at ``position`` when what it holds matches ``allowed``; else ``position``."""
        match = re.compile(rf"\((?:{allowed})\)").match(self.text, position)
        return match.end() if match else position

    def clause_start(self, position: int) -> int:
        """Start of the clause (to the last comma or stronger mark) in which a position lies."""
        return max((self.text.rfind(mark, max(0, position - 200), position) for mark in ",。;!?\n"), default=-1) + 1

    def items(self, end: int, longest: int, most: int = 40, atoms: Mapping[int, Atom] | None = None) -> list[tuple[int, int]]:
        """The items of a list (A、B和C) whose last one ends at ``end``, in text order; an item may be empty of sense."""
        found: list[tuple[int, int]] = []
        for _ in range(most):
            start = self.left_edge(end, longest, atoms=atoms)
            if start == end:
                break
            found.append((start, end))
            for mark in CONJUNCTIONS:
                if self.text.endswith(mark, 0, start):
                    end = start - len(mark)
                    break
            else:
                break
        return found[::-1]
