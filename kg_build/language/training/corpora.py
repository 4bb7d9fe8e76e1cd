"""Reading the corpora that the model is trained on. Where they come from: ``docs/model-card.md``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from kg_build.errors import InputError
from kg_build.language.segmentation import Lexicon, adjust

UNER = "uner_zh_gsdsimp/zh_gsdsimp-ud-{part}.iob2"
PUD = "ud_zh_pud/zh_pud-ud-test.conllu"
PARTS = ("train", "dev", "test")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words of one sentence. Names are learnt from our own pages: the corpora mark other kinds of them."""

    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """The words without anything between them."""
        return "".join(self.words)

    def adjusted(self, lexicon: Lexicon) -> Sentence:
        """The same sentence, its words cut as the tokenizer cuts them."""
        return Sentence(tuple(adjust(self.words, lexicon)))


@dataclass(frozen=True, slots=True)
class Corpora:
    """The sentences of all parts."""

    train: tuple[Sentence, ...]
    dev: tuple[Sentence, ...]
    test: tuple[Sentence, ...]
    news: tuple[Sentence, ...]
    """PUD in simplified characters."""


def files_of(folder: Path) -> dict[str, Path]:
    """The files that training reads, by part.

    Raises:
        InputError: One or more are missing; the message names them all.
    """
    found = {part: folder / UNER.format(part=part) for part in PARTS} | {"news": folder / PUD}
    missing = [str(path.relative_to(folder)) for path in found.values() if not path.is_file()]
    if missing:
        raise InputError(folder, f"not there: {', '.join(missing)} (docs/model-card.md says where they come from)")
    return found


def read_corpora(folder: Path) -> Corpora:
    """Read all corpora below ``folder``."""
    found = files_of(folder)
    parts = {part: tuple(read_iob2(found[part])) for part in PARTS}
    return Corpora(**parts, news=tuple(read_conllu(found["news"], simplify=True)))


def read_iob2(path: Path) -> Iterator[Sentence]:
    """The words of a Universal NER file's sentences: columns number, word, tag, two more."""
    for rows in _blocks(path):
        yield Sentence(tuple(row[1].replace(" ", "") for row in rows))


def read_conllu(path: Path, *, simplify: bool = False) -> Iterator[Sentence]:
    """The words of a CoNLL-U file's sentences, in simplified characters if asked."""
    convert: Callable[[str], str] = _converter() if simplify else str
    for rows in _blocks(path):
        words = tuple(row[1] for row in rows if row[0].isdigit())
        simple = convert("".join(words))
        if len(simple) != sum(map(len, words)):
            continue
        edges = [0]
        for word in words:
            edges.append(edges[-1] + len(word))
        yield Sentence(tuple(simple[a:b] for a, b in pairwise(edges)))


def _converter() -> Callable[[str], str]:
    from opencc import OpenCC

    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert


def _blocks(path: Path) -> Iterator[list[list[str]]]:
    rows: list[list[str]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            if rows:
                yield rows
            rows = []
        elif not line.startswith("#"):
            row = line.split("\t")
            if len(row) < 3 or not row[1]:
                raise InputError(path, f"line {number}: not a row of tab-separated columns")
            rows.append(row)
    if rows:
        yield rows
