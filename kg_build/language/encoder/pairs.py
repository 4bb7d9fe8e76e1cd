"""Which things and figures of a text stand in which relation: a score for every pair of mentions and every property.

The network reads the encoder's vectors at the mentions' edges and between them, lets all mentions of a stretch of text look at
one another (Vaswani et al. 2017, with learnt biases for distance, sentence and order as in Shaw et al., arXiv:1803.02155), and
scores ordered pairs with a biaffine product beside a small perceptron (cf. Zhou et al., arXiv:2010.11304).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kg_build.errors import PipelineError
from kg_build.language.encoder import ALONE, INDICATOR
from kg_build.language.encoder.encode import Encoded, Network
from kg_build.language.sentences import sentence_starts

FIGURE = "Figure"
TYPES = (
    "Zone", "Park", "Enterprise", "Institution", "Project", "Person", "Official", "Industry", "Place", "Honour", FIGURE,
    INDICATOR,
)  # fmt: skip
"""Types of the mentions that are looked at; a figure is a mention of its value, the words for what it measures one of that."""
REACH = 120
"""Characters between two mentions that are looked at; of what is farther apart only the mentions themselves count."""
HEADING = 40
"""A line of at most so many characters without a full stop is taken for a heading."""
MOST = 240
"""Mentions that are looked at together; memory grows with their square."""
LEAST = -4.0
"""Pairs with a lower score are forgotten."""
_EDGES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
_CLAUSE_ENDS = frozenset("，。；：！？,;:!?\n")
_WIDTHS = (2 * len(_EDGES) + 3, 9, 9, 13, 4, 17)
"""Values of each feature of a pair: distance, sentences, lines, clauses, nesting, mentions between."""
FEATURES = sum(_WIDTHS)

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Thing(NamedTuple):
    """A mention: range of code points, type, whether it is a general word (该公司)."""

    start: int
    end: int
    type: str
    general: bool


@dataclass(frozen=True, slots=True)
class Features:
    """What the network is given beside the vectors; ``n`` mentions."""

    first: Integers
    """(n,) place of the first character."""
    last: Integers
    """(n,) place of the last character."""
    types: Integers
    general: Integers
    heading: Integers
    pairs: Integers
    """(n, n, 6) numbers of the features of two mentions, counted through."""
    rows: Integers
    """(m,) the first mention of each pair that is scored."""
    columns: Integers
    """(m,) its second."""
    low: Integers
    """(m,) where the stretch between the two begins; of a mention with itself, the sentence around it."""
    high: Integers
    """(m,) one past its end; the same as ``low`` where nothing lies between or too much."""

    @property
    def values(self) -> tuple[Integers, ...]:
        """All of it, in the order of the network's inputs."""
        of_mentions = self.first, self.last, self.types, self.general, self.heading, self.pairs
        return *of_mentions, self.rows, self.columns, self.low, self.high


INPUTS = ("vectors", "first", "last", "types", "general", "heading", "pairs", "rows", "columns", "low", "high")


class Possible:
    """Which types go with which properties."""

    def __init__(self, properties: Sequence[str], known: Collection[tuple[str, str, str]]) -> None:
        """Take the properties, in order, and what may be said: type, property, type."""
        allowed = set(known)
        self.alone: Flags = np.array([name in ALONE for name in properties], dtype=bool)
        """(properties,) which are of `ALONE`."""
        self.table: Flags = np.array([[[(a, p, b) in allowed for p in properties] for b in TYPES] for a in TYPES], dtype=bool)
        """(types, types, properties)."""
        self.between: Flags = np.any(self.table[..., ~self.alone], -1)
        """(types, types) whether anything may be between two mentions."""
        self.of_one: Flags = np.diagonal(np.any(self.table[..., self.alone], -1))
        """(types,) whether a mention may have a property of `ALONE`."""

    def pairs(self, types: Integers) -> tuple[Integers, Integers]:
        """Rows and columns of the pairs that may be something, in order."""
        itself = np.eye(len(types), dtype=bool)
        rows, columns = np.nonzero(np.where(itself, self.of_one[types], self.between[types[:, None], types[None]]))
        return rows, columns

    def of_pairs(self, found: Features) -> Flags:
        """(m, properties) what each pair that is scored may be."""
        may: Flags = self.table[found.types[found.rows], found.types[found.columns]]
        may &= (found.rows == found.columns)[:, None] == self.alone
        return may


def features(text: str, things: Sequence[Thing], possible: Possible) -> Features:
    """The features of mentions, which are in text order (none is beyond the text's end), and of possible pairs."""
    first = np.array([thing.start for thing in things], dtype=np.int64)
    last = np.array([thing.end - 1 for thing in things], dtype=np.int64)
    starts = np.array([*sentence_starts(text), len(text)])
    sentence = np.searchsorted(starts[:-1], first, side="right")
    breaks = np.array([character == "\n" for character in text])
    line = np.cumsum(breaks)[first]
    clause = np.cumsum([character in _CLAUSE_ENDS for character in text])[first]
    lines = text.split("\n")
    short = [len(words) <= HEADING and "。" not in words for words in lines]
    order = np.arange(len(things))
    inside = (first[:, None] <= first[None]) & (last[None] <= last[:, None])
    each = (
        _bucket(first[None] - first[:, None]),
        _near(sentence, 4),
        _near(line, 4),
        _near(clause, 6),
        inside + 2 * inside.T,
        _near(order, 8),
    )
    offsets = np.cumsum([0, *_WIDTHS[:-1]])
    types = np.array([TYPES.index(thing.type) for thing in things], dtype=np.int64)
    rows, columns = possible.pairs(types)
    low = np.minimum(last[rows], last[columns]) + 1
    high = np.maximum(low, np.maximum(first[rows], first[columns]))
    alone = rows == columns
    low[alone] = np.maximum(starts[sentence - 1], first - REACH // 2)[rows[alone]]
    high[alone] = np.minimum(starts[sentence], last + 1 + REACH // 2)[rows[alone]]
    return Features(
        first=first,
        last=last,
        types=types,
        general=np.array([thing.general for thing in things], dtype=np.int64),
        heading=np.array([short[i] for i in line], dtype=np.int64),
        pairs=np.stack([column + offset for column, offset in zip(each, offsets, strict=True)], -1).astype(np.int64),
        rows=rows,
        columns=columns,
        low=low,
        high=np.where(high - low > REACH, low, high),
    )


def _near(values: Integers, most: int) -> Integers:
    bucket: Integers = np.clip(values[None] - values[:, None], -most, most) + most
    return bucket


def _bucket(distance: Integers) -> Integers:
    steps = np.searchsorted(np.array(_EDGES), np.abs(distance), side="right")
    bucket: Integers = np.sign(distance) * steps + len(_EDGES) + 1
    return bucket


class Likely(NamedTuple):
    """Two mentions, by their index, and a property: log-odds that the first has it with the second.

    For a property of `ALONE` the second is the first.
    """

    first: int
    second: int
    property: str
    score: float


class PairScorer:
    """The network with the properties that it knows."""

    def __init__(self, network: Path, properties: tuple[str, ...], possible: Collection[tuple[str, str, str]]) -> None:
        """Open the network.

        Args:
            network: The ONNX file.
            properties: What its scores are of, in order.
            possible: Type, property, type of what may be said.

        Raises:
            PipelineError: The file is missing or broken, or scores something else.
        """
        self._network = Network(network, *INPUTS)
        self.properties = properties
        scored = self._network.sizes(0)[-1]
        if isinstance(scored, int) and scored != len(properties):
            raise PipelineError(f"{network}: the network scores {scored} properties, not {len(properties)}")
        self._possible = Possible(properties, possible)

    def score(self, encoded: Encoded, things: Sequence[Thing]) -> list[Likely]:
        """The pairs that score above `LEAST`; ``things`` are mentions in text order, of types that are all in `TYPES`.

        Raises:
            PipelineError: The network fails.
        """
        best: dict[tuple[int, int, str], float] = {}
        for start, end in blocks(len(things)):
            for likely in self._block(encoded, things[start:end]):
                key = (start + likely.first, start + likely.second, likely.property)
                best[key] = max(likely.score, best.get(key, LEAST))
        return [Likely(*key, score) for key, score in sorted(best.items())]

    def _block(self, encoded: Encoded, things: Sequence[Thing]) -> Iterator[Likely]:
        low = encoded.text.rfind("\n", 0, things[0].start) + 1
        high = max(thing.end for thing in things)
        high = len(encoded.text) if (found := encoded.text.find("\n", high)) < 0 else found
        moved = [t._replace(start=t.start - low, end=t.end - low) for t in things]
        given = features(encoded.text[low:high], moved, self._possible)
        if not len(given.rows):
            return
        (scores,) = self._network(encoded.vectors[low:high], *given.values)
        for pair, p in zip(*np.nonzero(self._possible.of_pairs(given) & (scores > LEAST)), strict=True):
            ends = int(given.rows[pair]), int(given.columns[pair])
            yield Likely(*ends, self.properties[p], round(float(scores[pair, p]), 4))


def blocks(count: int) -> list[tuple[int, int]]:
    """Ranges of at most `MOST` neighbours that make up ``count``; each shares half with the next."""
    if count <= MOST:
        return [(0, count)] if count else []
    return [(start, min(start + MOST, count)) for start in range(0, count - MOST // 2, MOST // 2)]
