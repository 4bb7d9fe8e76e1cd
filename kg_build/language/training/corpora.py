"""Reading the corpora that the model is trained on. Where they come from: ``docs/model-card.md``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from kg_build.errors import InputError
from kg_build.language.ruler import place_label
from kg_build.language.segmentation import Lexicon, adjust

UNER = "uner_zh_gsdsimp/zh_gsdsimp-ud-{part}.iob2"
PUD = "ud_zh_pud/zh_pud-ud-test.conllu"
PARTS = ("train", "dev", "test")
LABELS = {"PER": "PERSON", "ORG": "ORG", "LOC": "LOC"}
"""Universal NER's labels in spaCy's names; `place_label` parts its LOC into GPE and LOC."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words of one sentence and the names in it."""

    words: tuple[str, ...]
    names: tuple[tuple[int, int, str], ...] | None = None
    """(start, end, label): half-open, in code points of ``text``; None where the corpus marks none."""

    @property
    def text(self) -> str:
        """The words without anything between them."""
        return "".join(self.words)

    def adjusted(self, lexicon: Lexicon) -> Sentence:
        """The same sentence, its words cut as the tokenizer cuts them."""
        return Sentence(tuple(adjust(self.words, lexicon)), self.names)


@dataclass(frozen=True, slots=True)
class Corpora:
    """The sentences of all parts."""

    train: tuple[Sentence, ...]
    dev: tuple[Sentence, ...]
    test: tuple[Sentence, ...]
    news: tuple[Sentence, ...]
    """PUD in simplified characters, without names."""


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
    """Sentences of a Universal NER file: columns number, word, tag (``B-PER``, ``I-PER``, ``O``), two more."""
    for rows in _blocks(path):
        words: list[str] = []
        names: list[tuple[int, int, str]] = []
        position = 0
        for row in rows:
            word = row[1].replace(" ", "")
            prefix, _, kind = row[2].partition("-")
            if prefix == "B":
                names.append((position, position + len(word), LABELS[kind]))
            elif prefix == "I" and names:
                names[-1] = (names[-1][0], position + len(word), names[-1][2])
            elif prefix not in {"O", "I"}:
                raise InputError(path, f"not an IOB2 tag: {row[2]}")
            words.append(word)
            position += len(word)
        text = "".join(words)
        named = ((a, b, place_label(text[a:b]) if label == "LOC" else label) for a, b, label in names)
        yield Sentence(tuple(words), tuple(named))


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
