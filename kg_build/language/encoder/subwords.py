"""Words of several characters that the encoder knows beside the single ones, and how a text is cut into them.

The weights that training begins with have learnt from such pieces, so a character by itself tells them little; the word that it
stands in is read with it. The cut is the likeliest one by a unigram language model (Kudo, arXiv:1804.10959).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kg_build.errors import PipelineError

ALONE = 0
"""Number of a character that stands in no such word."""
FIRST, INSIDE, LAST = 1, 2, 3
"""Places in a word."""
PLACES = 4
"""A character's number is this times its word's number, which counts from 1, and its place in it."""
LONE = -12.0
"""Log-probability of a character outside of all words: less than that of any word that is common."""


class Subwords:
    """The words with their log-probabilities, in order."""

    def __init__(self, known: Mapping[str, float]) -> None:
        self.known = dict(known)
        self._numbers = {word: number for number, word in enumerate(self.known, 1)}
        self._longest = max(map(len, self.known), default=0)

    def __len__(self) -> int:
        return len(self.known)

    def numbers(self, text: str) -> list[int]:
        """One number for each code point of ``text``: its word and place, or `ALONE`."""
        best = [0.0]
        begins = [0]
        for end in range(1, len(text) + 1):
            score, begin = best[end - 1] + LONE, end - 1
            for start in range(max(0, end - self._longest), end - 1):
                likely = self.known.get(text[start:end])
                if likely is not None and best[start] + likely > score:
                    score, begin = best[start] + likely, start
            best.append(score)
            begins.append(begin)
        numbers = [ALONE] * len(text)
        end = len(text)
        while end:
            start = begins[end]
            if end - start > 1:
                word = PLACES * self._numbers[text[start:end]]
                numbers[start:end] = [word + FIRST, *[word + INSIDE] * (end - start - 2), word + LAST]
            end = start
        return numbers

    def save(self, path: Path) -> None:
        """Write a line for each word: the word, a blank, its log-probability to two places."""
        path.write_text("".join(f"{word} {score:.2f}\n" for word, score in self.known.items()), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Subwords:
        """Read what `save` wrote.

        Raises:
            PipelineError: The file can't be read.
        """
        try:
            rows = (line.split(" ") for line in path.read_text(encoding="utf-8").splitlines())
            return cls({word: float(score) for word, score in rows})
        except (OSError, ValueError) as error:
            raise PipelineError(f"{path}: {error}") from error
