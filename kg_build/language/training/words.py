"""The general word list that mends the segmenter's cuts: the common words of jieba's dictionary (MIT licence)."""

from __future__ import annotations

import argparse
from importlib.resources import files
from pathlib import Path

LEAST_COUNT = 10
LENGTHS = range(2, 5)
NAMES = frozenset({"nr", "nrt", "nrfg", "nt", "nz"})
"""jieba's tags of names of people, bodies and things: the list is for words, not for names."""
LEAST_NAME_COUNT = 100
"""Many common words (源泉) have a name's tag; a form as frequent as this is taken for a word."""
HEADER = """\
# Common words with their counts, two to four characters; from the dictionary of jieba 0.42.1
# (Copyright (c) 2013 Sun Junyi, MIT licence), names of people and bodies and rare words left out.
# Made by: python -m kg_build.language.training.words
"""


def common_words() -> list[tuple[str, int]]:
    """Words and counts of the dictionary of the installed ``jieba``, sorted by word."""
    words: dict[str, int] = {}
    for line in files("jieba").joinpath("dict.txt").read_text(encoding="utf-8").splitlines():
        word, count, tag = line.split(" ")
        least = LEAST_NAME_COUNT if tag in NAMES else LEAST_COUNT
        if len(word) in LENGTHS and int(count) >= least:
            words[word] = int(count)
    return sorted(words.items())


def main() -> None:
    """Write the list."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("kg_build/language/data/words.txt"))
    arguments = parser.parse_args()
    lines = "".join(f"{word} {count}\n" for word, count in common_words())
    arguments.out.write_text(HEADER + lines, encoding="utf-8")


if __name__ == "__main__":
    main()
