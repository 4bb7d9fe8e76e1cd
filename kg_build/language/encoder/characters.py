"""What the encoder reads: characters by number, in windows of whole sentences."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from kg_build.errors import PipelineError
from kg_build.language.sentences import sentence_starts

BEGIN, PAD, END, UNKNOWN = range(4)
"""Numbers of the four marks that come before the characters; a line break inside a window is read as `END`."""
MARKS = ("<s>", "<pad>", "</s>", "<unk>")
WINDOW = 120
"""Characters that the encoder is given at a time, as long as sentences are no longer than this."""
LONGEST = 380
"""No window is longer: a longer sentence is cut here. The encoder has learnt 400 positions."""


class Characters:
    """The characters that the encoder knows. Wide forms and Latin capitals that it does not know are read as their plain ones."""

    def __init__(self, known: Iterable[str]) -> None:
        self.known = tuple(known)
        self._numbers = {character: number for number, character in enumerate((*MARKS, *self.known))}
        self._number = lru_cache(maxsize=None)(self._look_up)

    def __len__(self) -> int:
        return len(self._numbers)

    def numbers(self, text: str) -> list[int]:
        """One number for each code point of ``text``."""
        return [self._number(character) for character in text]

    def _look_up(self, character: str) -> int:
        if character == "\n":
            return END
        plain = unicodedata.normalize("NFKC", character)[:1]
        for form in (character, plain, plain.lower()):
            if form in self._numbers:
                return self._numbers[form]
        return UNKNOWN

    def save(self, path: Path) -> None:
        """Write the known characters, with nothing between them."""
        path.write_text("".join(self.known), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Characters:
        """Read what `save` wrote.

        Raises:
            PipelineError: The file can't be read.
        """
        try:
            return cls(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise PipelineError(f"{path}: {error}") from error


def windows(text: str, size: int = WINDOW) -> list[tuple[int, int]]:
    """Ranges of whole sentences that make up ``text`` and are about ``size`` characters long, `LONGEST` at most."""
    starts = [start for start in sentence_starts(text) if start]
    return join([*starts, len(text)], size) if text else []


def join(ends: Sequence[int], size: int = WINDOW) -> list[tuple[int, int]]:
    """Ranges from 0 on that end at some of the ascending ``ends`` (the last is the text's end)."""
    ranges: list[tuple[int, int]] = []
    start = last = 0
    for end in ends:
        if end - start > size and last > start:
            ranges.append((start, last))
            start = last
        while end - start > LONGEST:
            ranges.append((start, start + LONGEST))
            start += LONGEST
        last = end
    if start < last:
        ranges.append((start, last))
    return ranges
