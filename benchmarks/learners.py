"""Other ways to learn from a batch, for ``ablations.py``: each changes one step of the plain `Learner`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional

from kg_build.language.training.fit import Learner, Recipe, Trained, fit
from kg_build.language.training.samples import Sample
from kg_build.language.training.weights import Weights

PUSH = 1.0
"""Length of the step that makes the characters' vectors worse."""
KEPT = 0.98
"""Share of the mean that stays at each step; a short run has some two hundred."""
AGREE = 0.5
"""Weight of how far two readings differ."""
LOWER = 0.85
"""Rate of a layer as a share of that of the layer above."""
TAUGHT = 1.0
"""Weight of the teachers' scores beside the marks."""


@dataclass(frozen=True)
class Given:
    """What a variant may look at."""

    begin: Weights
    own: list[Sample]
    general: list[Sample]


def plain(trained: Trained, recipe: Recipe, given: Given) -> Learner:
    """What ships."""
    del given
    return Learner(trained, recipe)


class Adversarial(Learner):
    """Learns each batch once more with the characters' vectors pushed where the loss grows (Miyato et al., arXiv:1605.07725)."""

    def __init__(self, trained: Trained, recipe: Recipe, given: Given) -> None:
        super().__init__(trained, recipe)
        del given

    def backward(self, batch: Sequence[Sample]) -> float:
        """Gradients of both readings; the loss of the first."""
        total = super().backward(batch)
        table = self.trained.encoder.embed.weight
        push = functional.normalize(table.grad.flatten(), dim=0).view_as(table) * PUSH
        with torch.no_grad():
            table += push
        super().backward(batch)
        with torch.no_grad():
            table -= push
        return total


class Averaged(Learner):
    """Ends with a moving mean of the weights (Polyak and Juditsky 1992)."""

    def __init__(self, trained: Trained, recipe: Recipe, given: Given) -> None:
        super().__init__(trained, recipe)
        del given
        self.now = [*trained.encoder.parameters(), *trained.parser.parameters()]
        self.mean = [parameter.detach().clone() for parameter in self.now]
        self.steps = 0

    def stepped(self) -> None:
        """Move the mean; at first faster, so that it doesn't remember where training began."""
        self.steps += 1
        kept = min(KEPT, self.steps / (self.steps + 9))
        for mean, parameter in zip(self.mean, self.now, strict=True):
            mean.lerp_(parameter.detach(), 1 - kept)

    def ended(self) -> None:
        """Put the mean in place of the last weights."""
        with torch.no_grad():
            for mean, parameter in zip(self.mean, self.now, strict=True):
                parameter.copy_(mean)


class Agreeing(Learner):
    """Reads each batch twice, with other parts dropped, and pays for the difference (R-Drop: Liang et al., arXiv:2106.14448)."""

    def __init__(self, trained: Trained, recipe: Recipe, given: Given) -> None:
        super().__init__(trained, recipe)
        del given
        self.scores = torch.zeros(())

    def read(self, characters: Tensor, subwords: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What the encoder makes of characters and their words, whose scores are kept."""
        vectors, starts, ends = super().read(characters, subwords)
        self.scores = spans(starts, ends)
        return vectors, starts, ends

    def loss(self, batch: Sequence[Sample]) -> Tensor:
        """The mean of both readings' losses, and how far their scores lie apart (the divergences both ways, of each span)."""
        loss = super().loss([*batch, *batch])
        one, other = self.scores.chunk(2)
        return loss + AGREE * ((one.sigmoid() - other.sigmoid()) * (one - other)).sum() / len(batch)


class Layered(Learner):
    """The lower a layer of the encoder, the slower it learns (Howard and Ruder, arXiv:1801.06146)."""

    def __init__(self, trained: Trained, recipe: Recipe, given: Given) -> None:
        super().__init__(trained, recipe)
        del given

    def groups(self) -> list[dict[str, object]]:
        """A group for each layer, one for what lies below them, and the plain ones' last."""
        encoder = self.trained.encoder
        layers = [list(layer.parameters()) for layer in encoder.layers]
        below = [*encoder.embed.parameters(), *encoder.words.parameters(), encoder.position, *encoder.norm.parameters()]
        rates = [self.recipe.encoder_rate * LOWER**depth for depth in range(len(layers) + 1)]
        found = zip([*reversed(layers), below], rates, strict=True)
        return [*({"params": parameters, "lr": rate} for parameters, rate in found), *super().groups()[1:]]


class Taught(Learner):
    """Learns the mean of two teachers' scores beside the marks, on general text too, which has no marks (Hinton et al.,
    arXiv:1503.02531). The teachers are runs of the same recipe with other seeds.
    """

    def __init__(self, trained: Trained, recipe: Recipe, given: Given) -> None:
        super().__init__(trained, recipe)
        runs = (replace(recipe, seed=recipe.seed + more) for more in (100, 200))
        self.teachers = [fit(given.begin, given.own, given.general, run, lambda _: None).encoder for run in runs]
        self.taught = torch.zeros(())

    def read(self, characters: Tensor, subwords: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What the encoder makes of characters and their words; how far that is from what the teachers say is kept."""
        vectors, starts, ends = super().read(characters, subwords)
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            told = [teacher(characters, subwords)[1:] for teacher in self.teachers]
        likely = torch.stack([spans(*sides) for sides in told]).mean(0).sigmoid()
        apart = functional.binary_cross_entropy_with_logits(spans(starts, ends), likely, reduction="sum")
        self.taught = apart / len(characters)
        return vectors, starts, ends

    def loss(self, batch: Sequence[Sample]) -> Tensor:
        """The loss of the marks and that of the teachers' scores."""
        loss = super().loss(batch)
        return loss + TAUGHT * self.taught


def spans(starts: Tensor, ends: Tensor) -> Tensor:
    """The scores of all ranges, (windows, labels, count); what ends before it begins is left out."""
    scores = starts.float() @ ends.float().transpose(-1, -2)
    return scores[..., torch.ones(scores.shape[-2:], dtype=torch.bool).triu()]
