"""The network in PyTorch: a Transformer over characters, a scorer of spans, and a biaffine parser over words (training only)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import opencc
import torch
from torch import Tensor, nn
from torch.nn import functional

from kg_build.language.encoder.characters import LONGEST, MARKS, Characters
from kg_build.language.encoder.subwords import ALONE, PLACES, Subwords
from kg_build.language.training.weights import NORMS, Weights

POSITIONS = LONGEST + 20
FAR = -1e4
"""Score of what is impossible; small enough for any softmax, large enough for 16 bits."""
KEPT = "“”‘’、。《》·…—○●■★【】〇「」～℃≥≤×→"
"""Marks beyond Latin ones that are characters of their own."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the network."""

    layers: int = 8
    """Lowest layers of the given weights that are kept."""
    word: int = 96
    """Numbers that are kept of a word's vector."""
    span: int = 64
    arc: int = 192
    relation: int = 64
    dropout: float = 0.1


def characters_of(weights: Weights) -> tuple[Characters, list[int]]:
    """The single characters that the vocabulary has, and for each number the row of the vocabulary."""
    row = {piece: number for number, piece in reversed(list(enumerate(weights.pieces)))}
    single = dict.fromkeys(piece for piece in weights.pieces if len(piece) == 1)
    known = [c for c in single if "\u4e00" <= c <= "\u9fff" or "!" <= c < "\u0250" or c in KEPT]
    return Characters(known), [row[piece] for piece in (*MARKS, *known)]


def subwords_of(weights: Weights) -> tuple[Subwords, list[int]]:
    """The words of two and more characters that the vocabulary has, in simplified ones alone, and the row of each."""
    simplified = opencc.OpenCC("t2s")
    rows = {
        piece: number
        for number, piece in enumerate(weights.pieces)
        if len(piece) > 1 and all("\u4e00" <= c <= "\u9fff" for c in piece) and simplified.convert(piece) == piece
    }
    return Subwords({piece: round(float(weights.scores[row]), 2) for piece, row in rows.items()}), list(rows.values())


class Dropout(nn.Module):
    """Dropout with one mask for all positions of a row (Gal and Ghahramani 2016): cheap to draw on a CPU."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, x: Tensor) -> Tensor:
        """The input, in training without ``share`` of its columns."""
        if not self.training or not self.share:
            return x
        kept = torch.rand(x.shape[0], 1, x.shape[-1]) > self.share
        return x * kept.to(x.dtype) / (1 - self.share)


class Layer(nn.Module):
    """One layer of the encoder."""

    def __init__(self, weights: Weights, number: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.size = weights.heads, weights.width // weights.heads
        self.qkv = nn.Linear(weights.width, 3 * weights.width)
        self.out = nn.Linear(weights.width, weights.width)
        self.wide = nn.Linear(weights.width, weights.inner)
        self.narrow = nn.Linear(weights.inner, weights.width)
        self.norms = nn.ModuleList(nn.LayerNorm(weights.width, eps=1e-12) for _ in NORMS)
        self.drop = Dropout(dropout)
        array = {name.split(".", 1)[1]: value for name, value in weights.arrays.items() if name.startswith(f"l{number}.")}
        for end, target in (("w", "weight"), ("b", "bias")):
            _set(self.qkv, target, np.concatenate([array[f"{name}.{end}"] for name in "qkv"]))
            for module, name in ((self.out, "ao"), (self.wide, "fi"), (self.narrow, "fo"), *zip(self.norms, NORMS, strict=True)):
                _set(module, target, array[f"{name}.{end}"])

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """(batch, length, width) to the same."""
        rows, length, width = x.shape
        q, k, v = self.qkv(x).view(rows, length, 3, self.heads, self.size).permute(2, 0, 3, 1, 4)
        # Not PyTorch's own: with gradients it takes more than twice as long on a CPU.
        seen = ((q / math.sqrt(self.size)) @ k.transpose(-1, -2) + mask.to(q.dtype)).softmax(-1) @ v
        x = self.norms[0](x + self.drop(self.out(seen.transpose(1, 2).reshape(rows, length, width))))
        return self.norms[1](x + self.drop(self.narrow(functional.gelu(self.wide(x)))))


class WordNet(nn.Module):
    """Mixes into the vector of a character that of its word, and where in it the character stands.

    The words' table is two small factors (Lan et al., arXiv:1909.11942), which begin as the given vectors' principal components.
    """

    def __init__(self, vectors: Tensor, size: int) -> None:
        """Begin with one vector (words, width) for each word, of which ``size`` numbers are kept."""
        super().__init__()
        count, width = vectors.shape
        table, back, mean = torch.zeros(count + 1, size), torch.zeros(size, width), torch.zeros(width)
        if count:
            mean = vectors.mean(0)
            left, middle, right = torch.linalg.svd(vectors - mean, full_matrices=False)
            kept = min(size, len(middle))
            table[1:, :kept], back[:kept] = left[:, :kept] * middle[:kept], right[:kept]
        self.table = nn.Embedding.from_pretrained(table, freeze=False)
        self.back = nn.Linear(size, width)
        self.place = nn.Embedding.from_pretrained(torch.zeros(PLACES, width), freeze=False)
        _set(self.back, "weight", back.T.contiguous().numpy())
        _set(self.back, "bias", mean.numpy())

    def forward(self, own: Tensor, numbers: Tensor) -> Tensor:
        """Vectors of characters (batch, length, width) and the numbers of their words (batch, length) to vectors."""
        mixed = (own + self.back(self.table(numbers // PLACES))) / 2 + self.place(numbers % PLACES)
        return torch.where((numbers == ALONE)[..., None], own, mixed)


class EncoderNet(nn.Module):
    """Characters to vectors and to the two sides of the span scorer."""

    def __init__(self, weights: Weights, rows: list[int], pieces: list[int], labels: int, shape: Shape) -> None:
        """Begin with the given weights: ``rows`` of the vocabulary for the characters, ``pieces`` for the words."""
        super().__init__()
        arrays = weights.arrays
        self.labels, self.size = labels, shape.span
        self.embed = nn.Embedding.from_pretrained(torch.tensor(arrays["emb.word"][rows]), freeze=False)
        self.words = WordNet(torch.tensor(arrays["emb.word"][pieces]), shape.word)
        self.position = nn.Parameter(torch.tensor(arrays["emb.pos"][:POSITIONS] + arrays["emb.type"][0]))
        self.norm = nn.LayerNorm(weights.width, eps=1e-12)
        _set(self.norm, "weight", arrays["emb.ln.w"])
        _set(self.norm, "bias", arrays["emb.ln.b"])
        self.layers = nn.ModuleList(Layer(weights, number, shape.dropout) for number in range(shape.layers))
        self.drop = Dropout(shape.dropout)
        self.sides = nn.Linear(weights.width, 2 * labels * shape.span)
        turns = torch.arange(POSITIONS)[:, None] * torch.exp(-math.log(10000.0) * torch.arange(0, shape.span, 2) / shape.span)
        self.register_buffer("sin", turns.sin(), persistent=False)
        self.register_buffer("cos", turns.cos(), persistent=False)

    def forward(self, characters: Tensor, subwords: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Two numbers of each character, (batch, length), to its vector and the two sides.

        Vectors are (batch, length, width), starts and ends (batch, labels, length, size). The score of a span
        is the product of its first character's row of starts and its last one's of ends.
        """
        x = self.vectors(characters, subwords)
        sides = self.sides(x).float().view(*characters.shape, self.labels, 2, self.size)
        starts = self._turn(sides[..., 0, :].transpose(1, 2)) / math.sqrt(self.size)
        return x.float(), starts, self._turn(sides[..., 1, :].transpose(1, 2))

    def vectors(self, characters: Tensor, subwords: Tensor) -> Tensor:
        """The vectors alone."""
        length = characters.shape[1]
        mask = torch.where(characters == 1, FAR, 0.0)[:, None, None, :]
        x = self.drop(self.norm(self.words(self.embed(characters), subwords) + self.position[:length]))
        for layer in self.layers:
            x = layer(x, mask)
        return x

    def _turn(self, x: Tensor) -> Tensor:
        # Rotary positions (Su et al., arXiv:2104.09864): the product of two rows depends on how far apart they stand.
        sin, cos = self.sin[: x.shape[-2]], self.cos[: x.shape[-2]]
        left, right = x[..., 0::2], x[..., 1::2]
        return torch.stack([left * cos - right * sin, left * sin + right * cos], -1).flatten(-2)


class ParserNet(nn.Module):
    """Vectors of words to tags, arcs and relations (deep biaffine parser: Dozat and Manning, arXiv:1611.01734)."""

    def __init__(self, width: int, tags: int, relations: int, shape: Shape) -> None:
        super().__init__()
        self.root = nn.Parameter(torch.randn(2 * width) * 0.02)
        self.tag = nn.Linear(2 * width, tags)
        self.arc = nn.ModuleList(nn.Linear(2 * width, shape.arc) for _ in range(2))
        self.relation = nn.ModuleList(nn.Linear(2 * width, shape.relation) for _ in range(2))
        self.arc_product = nn.Parameter(torch.zeros(shape.arc + 1, shape.arc))
        self.relation_product = nn.Parameter(torch.zeros(relations, shape.relation + 1, shape.relation + 1))
        self.drop = nn.Dropout(2 * shape.dropout)

    def forward(self, words: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Words (count, 2 × width) to tags (count, tags), arcs (count, 1 + count) and the two sides of the relations.

        Column 0 of the arcs is the root, column i + 1 word i. The sides are (count, relations, size) for the word and
        (1 + count, size) for the head; the score of a relation is the product of its word's and its head's rows.
        """
        x = self.drop(words)
        heads = torch.cat([self.root[None], x])
        below, above = (functional.gelu(layer(side)) for layer, side in zip(self.arc, (x, heads), strict=True))
        arcs = _one(below) @ self.arc_product @ above.T
        below, above = (functional.gelu(layer(side)) for layer, side in zip(self.relation, (x, heads), strict=True))
        return self.tag(x), arcs, torch.einsum("ia,rab->irb", _one(below), self.relation_product), _one(above)


def _one(x: Tensor) -> Tensor:
    return torch.cat([x, torch.ones(x.shape[0], 1)], 1)


def _set(module: Any, name: str, values: Any) -> None:
    getattr(module, name).data = torch.tensor(values)


def span_loss(starts: Tensor, ends: Tensor, gold: Tensor) -> Tensor:
    """Loss of all spans of one label at a time: every right one above 0, every wrong one below (Su et al., arXiv:2208.03054).

    Args:
        starts: (rows, length, size), a row for each window and label.
        ends: The same.
        gold: (rows, length, length), 1 where a span is right. What lies below the diagonal is passed over.
    """
    scores = starts @ ends.transpose(-1, -2)
    over = torch.ones(scores.shape[-2:], dtype=torch.bool).triu()
    scores = scores.masked_fill(~over, FAR)
    right = gold > 0
    wrong = torch.logsumexp(_with_zero(scores.masked_fill(right, FAR)), 1)
    missed = torch.logsumexp(_with_zero((-scores).masked_fill(~right, FAR)), 1)
    return wrong + missed


def _with_zero(x: Tensor) -> Tensor:
    flat = x.flatten(1)
    return torch.cat([flat, torch.zeros(flat.shape[0], 1)], 1)
