"""Training the network: names and trees together, on as many cores as there are."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from kg_build.errors import InputError
from kg_build.language.encoder import INDICATOR
from kg_build.language.encoder.characters import Characters
from kg_build.language.encoder.encode import Encoded
from kg_build.language.encoder.pairs import TYPES
from kg_build.language.encoder.subwords import Subwords
from kg_build.language.training.batches import batches, numbers_of, rise_and_fall
from kg_build.language.training.network import FAR, EncoderNet, ParserNet, Shape, characters_of, span_loss, subwords_of
from kg_build.language.training.pairs import LEAST_SEEN, Facts, PairNet, PairShape, inputs, pair_loss
from kg_build.language.training.samples import Sample
from kg_build.language.training.swap import Swapper
from kg_build.language.training.weights import Weights

CANDIDATE = -4.0
"""Log-odds from which a range that is no name may be taken for one on another page. The encoder has seen these pages: on new ones
such ranges score higher."""
TOGETHER = 2
"""Articles that the scorer of pairs learns from at a time."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the network is trained; the defaults are those of the model that ships."""

    shape: Shape = field(default_factory=Shape)
    pairs: PairShape = field(default_factory=PairShape)
    epochs: int = 6
    batch: int = 12
    """Windows."""
    encoder_rate: float = 2e-4
    head_rate: float = 1e-3
    warm: float = 0.1
    """Share of the steps in which the rates rise; then they fall to nothing in a straight line."""
    name_weight: float = 1.0
    indicator_weight: float = 0.3
    """Weight of the words for what figures measure, beside the names': their edges are a matter of taste."""
    tree_weight: float = 1.0
    by_hand: float = 4.0
    """Weight of a word whose tree a person has put right."""
    general: float = 0.2
    """Share of the general corpora that an epoch sees."""
    swapped: float = 0.4
    """Share of the names in a window that are exchanged for others of their type and length."""
    pair_weight: float = 1.0
    """Weight of relations in windows, which make the vectors better for the scorer that is trained on articles afterwards."""
    pair_epochs: int = 16
    """How often that scorer sees all articles."""
    pair_sizes: tuple[int, ...] = (120, 80, 200)
    """Sizes of the windows in which the encoder reads these; each article takes the next, so that the scorer leans on none."""
    unseen: float = 0.1
    """Share of the mentions that an article then lacks, as a build's do."""
    wrong: float = 0.3
    """Share of the encoder's wrong candidates that stand among the mentions, of which nothing is said."""
    sizes: tuple[int, ...] = (120, 80, 160, 100)
    """Sizes of windows; each epoch takes the next."""
    seed: int = 7


@dataclass
class Trained:
    """What training gives."""

    encoder: EncoderNet
    parser: ParserNet
    pairs: PairNet
    facts: Facts
    characters: Characters
    subwords: Subwords
    labels: tuple[str, ...]
    tags: tuple[str, ...]
    relations: tuple[str, ...]


def vocabulary(samples: Iterable[Sample]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Labels of names, tags and relations, each in order."""
    labels: set[str] = set()
    tags: set[str] = set()
    relations: set[str] = set()
    for sample in samples:
        labels.update(label for *_, label in sample.names or ())
        tags.update(word.tag for word in sample.words)
        relations.update(word.relation for word in sample.words)
    return tuple(sorted(labels)), tuple(sorted(tags)), tuple(sorted(relations))


def fit(
    weights: Weights,
    own: Sequence[Sample],
    general: Sequence[Sample],
    recipe: Recipe,
    say: Callable[[str], None] = print,
    after: Callable[[Trained, int], None] | None = None,
    learner: Callable[[Trained, Recipe], Learner] | None = None,
) -> Trained:
    """Train on the annotated pages ``own`` and on ``general`` text that has trees alone.

    Args:
        weights: What the encoder begins with.
        own: All of it is seen in each epoch.
        general: An epoch sees a share of it, drawn anew.
        recipe: Sizes, rates, seed.
        say: Gets a line an epoch.
        after: Called after each epoch.
        learner: Makes what learns from the batches; None: a plain `Learner`.
    """
    torch.manual_seed(recipe.seed)
    draw = random.Random(recipe.seed)  # noqa: S311 - an experiment's seed, no secret
    characters, rows = characters_of(weights)
    subwords, pieces = subwords_of(weights)
    labels, tags, relations = vocabulary([*own, *general])
    facts = Facts.of(own)
    trained = Trained(
        EncoderNet(weights, rows, pieces, len(labels), recipe.shape),
        ParserNet(weights.width, len(tags), len(relations), recipe.shape),
        PairNet(weights.width, len(facts.properties), recipe.pairs),
        facts,
        characters,
        subwords,
        labels,
        tags,
        relations,
    )
    learns = (learner or Learner)(trained, recipe)
    swapper = Swapper.of(own, recipe.swapped)
    epochs = [_epoch(own, general, swapper, recipe, number, draw) for number in range(recipe.epochs)]
    steps = sum(map(len, epochs))
    groups = learns.groups()
    every = [parameter for group in groups for parameter in group["params"]]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rise_and_fall(recipe.warm, steps))
    begun = time.monotonic()
    for epoch, windows in enumerate(epochs):
        for network in (trained.encoder, trained.parser, trained.pairs):
            network.train()
        total = 0.0
        for batch in windows:
            optimizer.zero_grad()
            total += learns.backward(batch)
            nn.utils.clip_grad_norm_(every, 1.0)
            optimizer.step()
            schedule.step()
            learns.stepped()
        say(f"epoch {epoch + 1} of {recipe.epochs}: loss {total / len(windows):.3f}, {time.monotonic() - begun:.0f} s")
        if after is not None:
            after(trained, epoch)
    learns.ended()
    for network in (trained.encoder, trained.parser, trained.pairs):
        network.eval()
    return trained


def fit_pairs(
    own: Sequence[Sample],
    read: Callable[[str, int], Encoded],
    recipe: Recipe,
    say: Callable[[str], None] = print,
) -> tuple[PairNet, Facts]:
    """Train the scorer of pairs that ships: on whole articles, with the vectors of the encoder that ships.

    Args:
        own: The annotated pages.
        read: Reads a text with the encoder in windows of a size; its vectors stay as they are.
        recipe: Epochs, rate, seed.
        say: Gets a line an epoch.

    Raises:
        InputError: The pages say nothing of their things.
    """
    torch.manual_seed(recipe.seed)
    draw = random.Random(recipe.seed)  # noqa: S311 - an experiment's seed, no secret
    facts = Facts.of(own)
    told = [sample for sample in own if sample.facts]
    articles = [(sample, read(sample.text, size)) for sample, size in zip(told, cycle(recipe.pair_sizes), strict=False)]
    if not facts.properties:
        raise InputError("the annotated pages", f"no property is said {LEAST_SEEN} times between two types")
    pairs = PairNet(articles[0][1].vectors.shape[1], len(facts.properties), recipe.pairs)
    steps = recipe.pair_epochs * math.ceil(len(articles) / TOGETHER)
    optimizer = torch.optim.AdamW(pairs.parameters(), lr=recipe.head_rate, weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rise_and_fall(recipe.warm, steps))
    begun = time.monotonic()
    for epoch in range(recipe.pair_epochs):
        draw.shuffle(articles)
        total = 0.0
        for start in range(0, len(articles), TOGETHER):
            some = articles[start : start + TOGETHER]
            seen = [(facts.told(_as_read(sample, encoded, recipe, draw)), encoded.vectors) for sample, encoded in some]
            losses = [pair_loss(pairs(*inputs(torch.from_numpy(v), said)), said) for said, v in seen if said is not None]
            if not losses:
                continue
            loss = torch.stack(losses).sum()
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(pairs.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item()
        say(f"pairs {epoch + 1} of {recipe.pair_epochs}: loss {total / len(articles):.3f}, {time.monotonic() - begun:.0f} s")
    pairs.eval()
    return pairs, facts


def _as_read(sample: Sample, encoded: Encoded, recipe: Recipe, draw: random.Random) -> Sample:
    """The sample as a build might see it: some of its mentions missing, some that are none."""
    marks = list(zip(sample.names or (), sample.ids, strict=True))
    kept = [mark for mark in marks if draw.random() >= recipe.unseen]
    real = {name for name, _ in marks}
    wrong = [s[:3] for s in encoded.spans if s.score > CANDIDATE and s.label in TYPES and s[:3] not in real]
    kept += [(name, f"?{i}") for i, name in enumerate(wrong) if draw.random() < recipe.wrong]
    return replace(sample, names=tuple(name for name, _ in kept), ids=tuple(identity for _, identity in kept))


def _epoch(
    own: Sequence[Sample], general: Sequence[Sample], swapper: Swapper, recipe: Recipe, number: int, draw: random.Random
) -> list[list[Sample]]:
    size = recipe.sizes[number % len(recipe.sizes)]
    windows = [swapper.swap(window, draw) for sample in own for window in sample.windows(size)]
    drawn = draw.sample(range(len(general)), int(len(general) * recipe.general))
    windows += [window for i in drawn for window in general[i].windows(size)]
    return batches(windows, recipe.batch, draw)


class Learner:
    """What is learnt from a batch: names, trees and relations. Its steps are apart so that a variant may change one of them."""

    def __init__(self, trained: Trained, recipe: Recipe) -> None:
        self.trained, self.recipe = trained, recipe
        self.label = {name: number for number, name in enumerate(trained.labels)}
        self.tag = {name: number for number, name in enumerate(trained.tags)}
        self.relation = {name: number for number, name in enumerate(trained.relations)}

    def groups(self) -> list[dict[str, Any]]:
        """The parameters with their rates: the given ones, and those that begin with nothing."""
        trained, recipe = self.trained, self.recipe
        heads = [*trained.encoder.sides.parameters(), *trained.parser.parameters(), *trained.pairs.parameters()]
        given = [p for name, p in trained.encoder.named_parameters() if not name.startswith("sides.")]
        return [{"params": given, "lr": recipe.encoder_rate}, {"params": heads, "lr": recipe.head_rate}]

    def backward(self, batch: Sequence[Sample]) -> float:
        """Add the gradients of a batch; gives its loss."""
        loss = self.loss(batch)
        loss.backward()
        total: float = loss.item()
        return total

    def stepped(self) -> None:
        """Called after each step."""

    def ended(self) -> None:
        """Called after the last one."""

    def loss(self, batch: Sequence[Sample]) -> Tensor:
        """The loss of a batch: its names, trees and relations, each for one window."""
        vectors, starts, ends = self.read(*numbers_of(batch, self.trained.characters, self.trained.subwords))
        share = self.recipe.tree_weight / len(batch)
        trees = [self._tree(window, vectors[i, 1:]) * share for i, window in enumerate(batch) if window.words]
        pairs = [loss / len(batch) for i, window in enumerate(batch) for loss in self._pairs(window, vectors[i, 1:])]
        return torch.stack([self._names(batch, starts, ends), *trees, *pairs]).sum()

    def read(self, characters: Tensor, subwords: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What the encoder makes of characters and their words."""
        with torch.autocast("cpu", torch.bfloat16):
            vectors, starts, ends = self.trained.encoder(characters, subwords)
        return vectors, starts, ends

    def _pairs(self, window: Sample, vectors: Tensor) -> Iterator[Tensor]:
        told = self.trained.facts.told(window) if self.recipe.pair_weight and window.ids else None
        if told is not None and told.possible.any():
            yield self.recipe.pair_weight * pair_loss(self.trained.pairs(*inputs(vectors, told)), told)

    def _names(self, batch: Sequence[Sample], starts: Tensor, ends: Tensor) -> Tensor:
        marked = [i for i, window in enumerate(batch) if window.names is not None]
        if not marked:
            return torch.zeros(())
        gold = torch.zeros(len(marked), len(self.label), starts.shape[2], starts.shape[2])
        for row, i in enumerate(marked):
            for start, end, label in batch[i].names or ():
                gold[row, self.label[label], start + 1, end] = 1
        losses = span_loss(starts[marked].flatten(0, 1), ends[marked].flatten(0, 1), gold.flatten(0, 1))
        weights = torch.tensor([self.recipe.indicator_weight if name == INDICATOR else 1.0 for name in self.trained.labels])
        return (losses * weights.repeat(len(marked))).sum() * self.recipe.name_weight / len(batch)

    def _tree(self, window: Sample, vectors: Tensor) -> Tensor:
        words = window.words
        first = torch.tensor([word.start for word in words])
        last = torch.tensor([word.end - 1 for word in words])
        tags, arcs, below, above = self.trained.parser(torch.cat([vectors[first], vectors[last]], 1))
        own = torch.tensor([0 if word.head == i else word.head + 1 for i, word in enumerate(words)])
        sentence = torch.tensor(_sentences(words))
        apart = torch.cat([torch.zeros(len(words), 1, dtype=torch.bool), sentence[:, None] != sentence[None, :]], 1)
        arcs = arcs.masked_fill(apart, FAR)
        relations = (below * above[own][:, None]).sum(-1)
        weight = torch.tensor([self.recipe.by_hand if word.by_hand else 1.0 for word in words])
        targets: list[tuple[Tensor, Any]] = [
            (tags, torch.tensor([self.tag[word.tag] for word in words])),
            (arcs, own),
            (relations, torch.tensor([self.relation[word.relation] for word in words])),
        ]
        each = [functional.cross_entropy(scores, target, reduction="none") for scores, target in targets]
        return (torch.stack(each).sum(0) * weight).sum() / 20


def _sentences(words: Sequence[Any]) -> list[int]:
    """A number for each word that is the same for all words of one tree."""
    roots = list(range(len(words)))
    for i in range(len(words)):
        at = i
        for _ in range(len(words)):
            if words[at].head == at:
                break
            at = words[at].head
        roots[i] = at
    return roots
