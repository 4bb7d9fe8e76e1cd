"""The scorer of pairs in PyTorch (training only): mentions and figures of a text to scores of relations."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from kg_build.language.encoder.pairs import FEATURES, TYPES, Features, Possible, Thing, features
from kg_build.language.training.samples import Sample, things
from kg_build.model import SYMMETRIC

LEAST_SEEN = 4
"""A property between two types counts as possible when the pages have it so often."""
ODDS = -4.0
"""What the log-odds of a pair begin with."""
NEVER = -1e4
"""Log-odds of what can't be."""
SCALE = 20.0
"""Pairs whose losses weigh as much as one name's."""


@dataclass(frozen=True, slots=True)
class PairShape:
    """Sizes of the scorer."""

    width: int = 160
    layers: int = 2
    heads: int = 4
    pair: int = 64
    product: int = 48
    dropout: float = 0.2


@dataclass(frozen=True, slots=True)
class Told:
    """A text's things with what it says of them."""

    features: Features
    pairs: Tensor
    """(m,) which two things each pair of mentions is of: the first one's number times their count plus the second's."""
    possible: Tensor
    """(m, properties) what each may be."""
    gold: Tensor
    """(things x things, properties), 1 where the text says so."""


@dataclass(frozen=True)
class Facts:
    """What can be said: properties, and which types go with each."""

    properties: tuple[str, ...]
    possible: frozenset[tuple[str, str, str]]
    """Type, property, type."""

    @classmethod
    def of(cls, samples: Iterable[Sample]) -> Facts:
        """What the samples say."""
        seen: Counter[tuple[str, str, str]] = Counter()
        for sample in samples:
            types = _types(things(sample))
            for one, name, other in sample.facts:
                if one in types and other in types:
                    seen[types[one], name, types[other]] += 1
                    if name in SYMMETRIC:
                        seen[types[other], name, types[one]] += 1
        possible = frozenset(key for key, times in seen.items() if times >= LEAST_SEEN)
        return cls(tuple(sorted({name for _, name, _ in possible})), possible)

    def told(self, sample: Sample) -> Told | None:
        """The sample as tensors; None where it has no two things."""
        rows = things(sample)
        number: dict[str, int] = {}
        owners = [number.setdefault(identity, len(number)) for _, identity in rows]
        if len(number) < 2:
            return None
        found = features(sample.text, [thing for thing, _ in rows], self.table)
        if not len(found.rows):
            return None
        column = {name: i for i, name in enumerate(self.properties)}
        gold = torch.zeros(len(number), len(number), len(self.properties))
        for subject, name, value in sample.facts:
            if name in column and subject in number and value in number:
                gold[number[subject], number[value], column[name]] = 1
                if name in SYMMETRIC:
                    gold[number[value], number[subject], column[name]] = 1
        owner = np.array(owners)
        one, other = owner[found.rows], owner[found.columns]
        # Two names of a thing stand in no relation, and nothing is learnt from them.
        possible = self.table.of_pairs(found) & ((one == other)[:, None] == self.table.alone)
        return Told(found, torch.from_numpy(one * len(number) + other), torch.from_numpy(possible), gold.flatten(0, 1))

    @cached_property
    def table(self) -> Possible:
        """The same by number."""
        return Possible(self.properties, self.possible)


def _types(rows: Iterable[tuple[Thing, str]]) -> dict[str, str]:
    return {identity: thing.type for thing, identity in rows}


class PairNet(nn.Module):
    """Vectors and features of mentions to scores."""

    def __init__(self, vectors: int, properties: int, shape: PairShape) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.edges = nn.Linear(2 * vectors, width)
        self.kind = nn.Embedding(len(TYPES), width)
        self.general = nn.Embedding(2, width)
        self.heading = nn.Embedding(2, width)
        self.begin = nn.LayerNorm(width)
        self.attention = nn.ModuleList(nn.Linear(width, 3 * width) for _ in range(shape.layers))
        self.out = nn.ModuleList(nn.Linear(width, width) for _ in range(shape.layers))
        self.wide = nn.ModuleList(nn.Linear(width, 2 * width) for _ in range(shape.layers))
        self.narrow = nn.ModuleList(nn.Linear(2 * width, width) for _ in range(shape.layers))
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2 * shape.layers))
        self.bias = nn.Embedding(FEATURES, shape.layers * shape.heads)
        self.between = nn.Linear(vectors, shape.pair)
        self.weight = nn.Linear(vectors, 1)
        self.sides = nn.ModuleList(nn.Linear(width, shape.pair) for _ in range(2))
        self.middle = nn.Linear(shape.pair, shape.pair)
        self.feature = nn.Embedding(FEATURES, shape.pair)
        self.kinds = nn.Embedding(len(TYPES) ** 2, shape.pair)
        self.hidden = nn.Linear(shape.pair, shape.pair)
        self.scores = nn.Linear(shape.pair, properties)
        self.ends = nn.ModuleList(nn.Linear(width, shape.product) for _ in range(2))
        self.product = nn.Parameter(torch.zeros(shape.product + 1, properties, shape.product + 1))
        self.drop = nn.Dropout(shape.dropout)
        for table in (self.bias, self.feature, self.kinds):
            nn.init.normal_(table.weight, std=0.02)
        nn.init.constant_(self.scores.bias, ODDS)

    def forward(
        self,
        vectors: Tensor,
        first: Tensor,
        last: Tensor,
        types: Tensor,
        general: Tensor,
        heading: Tensor,
        pairs: Tensor,
        rows: Tensor,
        columns: Tensor,
        low: Tensor,
        high: Tensor,
    ) -> Tensor:
        """Scores (m, properties): log-odds that the row's mention has the property with the column's."""
        count = first.shape[0]
        known = self.kind(types) + self.general(general) + self.heading(heading)
        x = self.begin(self.edges(self.drop(torch.cat([vectors[first], vectors[last]], 1))) + known)
        heads, size = self.shape.heads, self.shape.width // self.shape.heads
        bias = self.bias(pairs).sum(2).permute(2, 0, 1)
        for i in range(self.shape.layers):
            q, k, v = self.attention[i](x).view(count, 3, heads, size).permute(1, 2, 0, 3)
            seen = (q @ k.transpose(1, 2) / math.sqrt(size) + bias[i * heads : (i + 1) * heads]).softmax(-1) @ v
            x = self.norms[2 * i](x + self.drop(self.out[i](seen.transpose(0, 1).reshape(count, self.shape.width))))
            x = self.norms[2 * i + 1](x + self.drop(self.narrow[i](functional.gelu(self.wide[i](x)))))
        left, right = (functional.embedding(of, side(x)) for of, side in zip((rows, columns), self.sides, strict=True))
        at = rows * count + columns
        features = self.feature(pairs.flatten(0, 1).index_select(0, at)).sum(1)
        mixed = left + right + self.middle(self._between(vectors, low, high)) + features
        mixed = mixed + self.kinds(types[rows] * len(TYPES) + types[columns])
        mixed = functional.gelu(self.hidden(self.drop(functional.gelu(mixed))))
        one, other = (functional.pad(functional.gelu(side(x)), (0, 1), value=1.0) for side in self.ends)
        product = (one @ self.product.flatten(1)).view(count, -1, self.shape.product + 1) @ other.T
        return self.scores(mixed) + functional.embedding(at, product.permute(0, 2, 1).flatten(0, 1))

    def _between(self, vectors: Tensor, low: Tensor, high: Tensor) -> Tensor:
        # A weighted mean over the characters between two mentions; running sums give it for all pairs at once.
        weight = torch.exp(self.weight(vectors).clamp(-6, 6))
        sums = functional.pad(torch.cat([self.between(vectors) * weight, weight], 1).cumsum(0), (0, 0, 1, 0))
        taken = functional.embedding(high, sums) - functional.embedding(low, sums)
        return taken[..., :-1] / (taken[..., -1:] + 1e-3)


def pair_loss(scores: Tensor, told: Told) -> Tensor:
    """Loss of all possible pairs of things; a thing's score is that of its best mention."""
    index = told.pairs[:, None].expand_as(scores)
    best = torch.full_like(told.gold, NEVER).scatter_reduce(0, index, scores.masked_fill(~told.possible, NEVER), "amax")
    possible = torch.zeros_like(told.gold).index_add(0, told.pairs, told.possible.to(told.gold.dtype)) > 0
    each = functional.binary_cross_entropy_with_logits(best, told.gold, reduction="none")
    return each[possible].sum() / SCALE


def inputs(vectors: Tensor, told: Told) -> Sequence[Tensor]:
    """The network's inputs."""
    return vectors, *(torch.from_numpy(values) for values in told.features.values)
