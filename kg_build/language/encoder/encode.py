"""Running the encoder: a vector for each character of a text, and the names that the vectors show.

The network is a Transformer over characters (Vaswani et al. 2017) with one scorer for spans, which gives every range of
characters a score for every label (Efficient GlobalPointer: Su et al., arXiv:2208.03054); so names may lie inside names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import onnxruntime

from kg_build.errors import PipelineError
from kg_build.language.encoder.characters import BEGIN, END, PAD, WINDOW, Characters, windows
from kg_build.language.encoder.subwords import ALONE, Subwords

Vectors = npt.NDArray[np.float32]
BATCH = 8
"""Windows that go through the network together; results don't depend on it beyond rounding."""
LEAST = -8.0
"""Spans with a lower score are forgotten."""
LONGEST_NAME = 60
"""Characters of the longest span that is looked at."""
ELSEWHERE = 0.5
"""Weight of all places where the same words stand beside a span's own score; chosen on the corpus' develop part
(``benchmarks/elsewhere.py``)."""


class Scored(NamedTuple):
    """A range of code points with a label and its score: the log-odds that it is right, so above 0 it more likely is."""

    start: int
    end: int
    label: str
    score: float


@dataclass(frozen=True)
class Encoded:
    """What the encoder made of a text."""

    text: str
    vectors: Vectors
    """One row for each code point of the text."""
    spans: tuple[Scored, ...]
    """All spans that score above `LEAST`, by place."""

    def part(self, start: int, end: int) -> Encoded:
        """The same for a stretch of the text, counted from its beginning."""
        spans = (s._replace(start=s.start - start, end=s.end - start) for s in self.spans if start <= s.start and s.end <= end)
        return Encoded(self.text[start:end], self.vectors[start:end], tuple(spans))

    @cached_property
    def scores(self) -> dict[tuple[int, int, str], float]:
        """Score by (start, end, label); what isn't there scores below `LEAST`."""
        return {(s.start, s.end, s.label): s.score for s in self.spans}


class Network:
    """An ONNX graph.

    Raises:
        PipelineError: The file isn't there, is broken, or the graph reads something else than ``reads``.
    """

    def __init__(self, path: Path, *reads: str) -> None:
        self.path, self.reads = path, reads
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        # Waiting threads that spin take the cores from whoever else computes, a second process of ours above all.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise self._failed(error) from error
        found = [given.name for given in self._session.get_inputs()]
        if found != list(reads):
            raise PipelineError(f"{path}: the network reads {', '.join(found)}, not {', '.join(reads)}")

    def __call__(self, *values: npt.NDArray[Any]) -> list[Any]:
        """All outputs, in order, for all inputs in theirs.

        Raises:
            PipelineError: The values don't fit the graph.
        """
        try:
            return list(self._session.run(None, dict(zip(self.reads, values, strict=True))))
        except Exception as error:
            raise self._failed(error) from error

    def sizes(self, output: int) -> list[int | str | None]:
        """The shape of an output; None or a name where it depends on the input."""
        return list(self._session.get_outputs()[output].shape)

    def _failed(self, error: Exception) -> PipelineError:
        return PipelineError(f"{self.path}: {' '.join(str(error).split())[:200]}")


class Encoder:
    """The network with the characters, the words and the labels that it knows."""

    def __init__(self, network: Path, characters: Characters, subwords: Subwords, labels: tuple[str, ...]) -> None:
        self.characters = characters
        self.subwords = subwords
        self.labels = labels
        self._network = Network(network, "characters", "subwords")

    def encode(self, text: str, size: int = WINDOW, elsewhere: float = ELSEWHERE) -> Encoded:
        """Vectors and spans of a text of any length, which the network sees in windows of about ``size`` characters.

        ``elsewhere`` is the weight that the same words in other places have (`alike`).

        Raises:
            PipelineError: The network doesn't go with the characters, the words or the labels.
        """
        ranges = windows(text, size)
        vectors: Vectors = np.zeros((len(text), self._width), dtype=np.float32)
        spans: list[Scored] = []
        # Windows of like length go together, so that little is padding.
        order = sorted(range(len(ranges)), key=lambda i: ranges[i][1] - ranges[i][0])
        for first in range(0, len(order), BATCH):
            batch = [ranges[i] for i in order[first : first + BATCH]]
            hidden, starts, ends = self._run([text[a:b] for a, b in batch])
            for row, (a, b) in enumerate(batch):
                length = b - a
                vectors[a:b] = hidden[row, 1 : length + 1]
                spans.extend(self._spans(starts[row, :, 1 : length + 1], ends[row, :, 1 : length + 1], a))
        return Encoded(text, vectors, tuple(alike(text, sorted(spans), elsewhere)))

    @cached_property
    def _width(self) -> int:
        return int(self._network.sizes(0)[-1] or 0)

    def _run(self, texts: list[str]) -> list[Any]:
        characters = np.full((len(texts), max(map(len, texts)) + 2), PAD, dtype=np.int64)
        subwords = np.full_like(characters, ALONE)
        for i, text in enumerate(texts):
            characters[i, : len(text) + 2] = [BEGIN, *self.characters.numbers(text), END]
            subwords[i, 1 : len(text) + 1] = self.subwords.numbers(text)
        outputs = self._network(characters, subwords)
        if (scored := outputs[1].shape[1]) != len(self.labels):
            raise PipelineError(f"{self._network.path}: the network scores {scored} labels, not {len(self.labels)}")
        return outputs

    def _spans(self, starts: Vectors, ends: Vectors, offset: int) -> list[Scored]:
        scores = starts @ ends.transpose(0, 2, 1)
        kinds, firsts, lasts = np.nonzero(scores > LEAST)
        near = (lasts >= firsts) & (lasts - firsts < LONGEST_NAME)
        return [
            Scored(offset + int(first), offset + int(last) + 1, self.labels[kind], round(float(scores[kind, first, last]), 4))
            for kind, first, last in zip(kinds[near], firsts[near], lasts[near], strict=True)
        ]


def alike(text: str, spans: Sequence[Scored], weight: float = ELSEWHERE) -> Iterator[Scored]:
    """The spans, in their order, each score moved towards the mean of those that the same words have with the same label.

    A name stands several times in a story, and some places show better than others what it is (one sense per discourse: Gale,
    Church and Yarowsky 1992). Where the words stand without a score, because they are as good as impossible there, doesn't count.

    Args:
        text: What the spans are of.
        spans: All spans of the text.
        weight: Of the mean; the rest is the span's own score's.
    """
    scores: dict[tuple[str, str], list[float]] = {}
    for span in spans:
        scores.setdefault((text[span.start : span.end], span.label), []).append(span.score)
    means = {words: sum(found) / len(found) for words, found in scores.items()}
    for span in spans:
        mean = means[text[span.start : span.end], span.label]
        yield span._replace(score=round(span.score + weight * (mean - span.score), 4))
