"""Sentences in the register of the field, made of templates with invented names; CoreNLP labels them like the others."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kg_build.errors import InputError
from kg_build.language.segmentation import Lexicon
from kg_build.language.training.corpora import Sentence, read_lines

HERE = Path(__file__).parent
SLOT = re.compile(r"\{([A-Z]+)\}")
HELD_OUT = 8
"""Every eighth template is kept from training, to measure on."""


Ranges = tuple[tuple[int, int, str], ...]
Row = tuple[str, str, int, str]


@dataclass(frozen=True, slots=True)
class Filled:
    """A sentence, the names in it as (start, end, label), and the ranges that a common word stands for in parsing."""

    text: str
    names: Ranges
    stands: Ranges


@dataclass(frozen=True, slots=True)
class Templates:
    """Templates with what their slots stand for."""

    lines: tuple[str, ...]
    slots: dict[str, list[str]]
    labels: dict[str, str]
    stand_ins: dict[str, str]

    @classmethod
    def load(cls, folder: Path = HERE) -> Templates:
        """Read ``templates.txt`` and ``slots.yaml``; raises `InputError` where a slot is unknown."""
        table: dict[str, Any] = yaml.safe_load((folder / "slots.yaml").read_text(encoding="utf-8"))
        slots = {name: [str(value) for value in values] for name, values in table["slots"].items()}
        lines = tuple(read_lines(folder / "templates.txt"))
        used = {name for text in [*lines, *(v for values in slots.values() for v in values)] for name in SLOT.findall(text)}
        if unknown := sorted((used | set(table["labels"]) | set(table["stand_ins"])) - set(slots)):
            raise InputError(folder / "slots.yaml", f"no such slots: {', '.join(unknown)}")
        return cls(lines, slots, dict(table["labels"]), dict(table["stand_ins"]))

    def fill(self, each: int, seed: int, *, held_out: bool = False) -> list[Filled]:
        """``each`` sentences of every template for training, or of every held-out one."""
        draw = random.Random(seed)  # noqa: S311 - an experiment's seed, no secret
        lines = [line for i, line in enumerate(self.lines) if (i % HELD_OUT == HELD_OUT - 1) == held_out]
        return [self._fill(line, draw) for _ in range(each) for line in lines]

    def _fill(self, line: str, draw: random.Random) -> Filled:
        text = ""
        names: list[tuple[int, int, str]] = []
        stands: list[tuple[int, int, str]] = []
        position = 0
        for match in SLOT.finditer(line):
            text += line[position : match.start()]
            inner = self._fill(draw.choice(self.slots[match[1]]), draw)
            # The outermost slot decides: a town in a firm's name is no name of its own.
            for kinds, kept, nested in ((self.labels, names, inner.names), (self.stand_ins, stands, inner.stands)):
                if match[1] in kinds:
                    kept.append((len(text), len(text) + len(inner.text), kinds[match[1]]))
                else:
                    kept.extend((start + len(text), end + len(text), kind) for start, end, kind in nested)
            text += inner.text
            position = match.end()
        return Filled(text + line[position:], tuple(names), tuple(stands))


def words_to_parse(sentence: Sentence) -> list[str]:
    """The words of a sentence with the stand-ins in place."""
    return [word for word, _ in _grouped(sentence)]


def put_back(sentence: Sentence, rows: Sequence[Row], lexicon: Lexicon) -> list[Row]:
    """The parse of `words_to_parse` as one of the sentence's own words.

    The last word of a range takes the stand-in's place; the others hang on it as ``compound:nn``, as names do in the
    Treebank's noun phrases; a word that no list has counts as a proper noun.
    """
    groups = [members for _, members in _grouped(sentence)]
    heads = [max(i for i in members if not _is_mark(sentence.words[i]) or i == members[0]) for members in groups]
    result: list[Row] = []
    for members, head, (_, tag, parent, relation) in zip(groups, heads, rows, strict=True):
        for i in members:
            word = sentence.words[i]
            if i == head:
                result.append((word, tag, heads[parent], relation))
            elif _is_mark(word):
                result.append((word, "PU", head, "punct"))
            elif word[0].isdigit():
                result.append((word, "CD", head, "nummod"))
            else:
                result.append((word, "NN" if lexicon.knows(word) and tag != "NR" else "NR", head, "compound:nn"))
    return result


def _grouped(sentence: Sentence) -> list[tuple[str, list[int]]]:
    """Words to parse, each with the indices of the sentence's words that it stands for."""
    groups: list[tuple[str, list[int]]] = []
    begun: tuple[int, int, str] | None = None
    position = 0
    for i, word in enumerate(sentence.words):
        stand = next((s for s in sentence.stands if s[0] <= position < s[1]), None)
        if stand is not None and stand == begun:
            groups[-1][1].append(i)
        else:
            groups.append((stand[2] if stand else word, [i]))
        begun = stand
        position += len(word)
    return groups


def _is_mark(word: str) -> bool:
    return not any(character.isalnum() for character in word)
