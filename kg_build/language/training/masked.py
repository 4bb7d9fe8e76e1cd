"""Before training: the encoder guesses hidden words of raw text (Devlin et al., arXiv:1810.04805; whole words: Cui et al.,
arXiv:1906.08101).

The weights that training begins with have learnt from pieces of several characters in all languages; here they learn to read one
character at a time, and the register of the pages.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from kg_build.language.encoder.characters import MARKS, PAD, UNKNOWN, Characters
from kg_build.language.training.batches import batches, numbers_of, rise_and_fall
from kg_build.language.training.network import EncoderNet
from kg_build.language.training.samples import Sample

HIDDEN = 0.15
"""Share of the words whose characters are to be guessed."""
REPLACED, KEPT = 0.8, 0.1
"""Of these characters the shares that are read as unknown and as themselves; the rest is read as any other character."""
WARM = 0.1
NOTHING = -100
"""Stands where nothing is to be guessed."""


class Guesser(nn.Module):
    """Vectors to a score for each character: how likely it stands there."""

    def __init__(self, encoder: EncoderNet) -> None:
        super().__init__()
        count, width = encoder.embed.weight.shape
        self.dense = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)
        self.bias = nn.Parameter(torch.zeros(count))

    def forward(self, vectors: Tensor, table: Tensor) -> Tensor:
        """Vectors (count, width) and the characters' own ones (characters, width) to scores (count, characters)."""
        return self.norm(functional.gelu(self.dense(vectors))) @ table.T + self.bias


def pretrain(
    encoder: EncoderNet,
    characters: Characters,
    samples: Sequence[Sample],
    *,
    epochs: int,
    rate: float,
    batch: int,
    sizes: Sequence[int],
    seed: int,
    say: Callable[[str], None] = print,
) -> None:
    """Change the encoder so that it guesses hidden words of the samples' texts.

    Args:
        encoder: What is changed; its span scorer is left alone.
        characters: What its numbers mean.
        samples: Their texts and the edges of their words; nothing else is looked at.
        epochs: How often each text is seen, with other words hidden each time.
        rate: The highest of the rates, which rise and fall.
        batch: Windows that go together.
        sizes: Sizes of windows; each epoch takes the next.
        seed: Of all chance.
        say: Gets a line an epoch.
    """
    draw = random.Random(seed)  # noqa: S311 - an experiment's seed, no secret
    guesser = Guesser(encoder)
    parameters = [*guesser.parameters(), *(p for name, p in encoder.named_parameters() if not name.startswith("sides."))]
    cuts = [[w for sample in samples for w in sample.windows(sizes[epoch % len(sizes)])] for epoch in range(epochs)]
    rounds = [batches(windows, batch, draw) for windows in cuts]
    optimizer = torch.optim.AdamW(parameters, lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rise_and_fall(WARM, sum(map(len, rounds))))
    encoder.train()
    begun = time.monotonic()
    for epoch, windows in enumerate(rounds):
        total = 0.0
        for some in windows:
            numbers = numbers_of(some, characters)
            wanted = hidden(some, numbers, draw)
            if not (wanted != NOTHING).any():
                continue
            read = covered(numbers, wanted, len(characters), draw)
            with torch.autocast("cpu", torch.bfloat16):
                vectors = encoder.vectors(read)
                scores = guesser(vectors[wanted != NOTHING], encoder.embed.weight)
            loss = functional.cross_entropy(scores.float(), wanted[wanted != NOTHING])
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item()
        say(f"raw text {epoch + 1} of {epochs}: loss {total / len(windows):.3f}, {time.monotonic() - begun:.0f} s")


def hidden(batch: Sequence[Sample], numbers: Tensor, draw: random.Random) -> Tensor:
    """The numbers that are to be guessed, all characters of some words, one word of each window at least; else `NOTHING`."""
    wanted = torch.full_like(numbers, NOTHING)
    for i, window in enumerate(batch):
        words = [(word.start, word.end) for word in window.words] or [(at, at + 1) for at in range(len(window.text))]
        for start, end in draw.sample(words, max(1, round(HIDDEN * len(words)))):
            wanted[i, start + 1 : end + 1] = numbers[i, start + 1 : end + 1]
    # What has no number of its own can't be guessed.
    wanted[(wanted == UNKNOWN) | (wanted == PAD)] = NOTHING
    return wanted


def covered(numbers: Tensor, wanted: Tensor, count: int, draw: random.Random) -> Tensor:
    """The numbers as they are read, of ``count`` characters: most of those wanted as unknown, some as any other."""
    read = numbers.clone()
    for i, at in (wanted != NOTHING).nonzero().tolist():
        chance = draw.random()
        if chance < REPLACED:
            read[i, at] = UNKNOWN
        elif chance >= REPLACED + KEPT:
            read[i, at] = draw.randrange(len(MARKS), count)
    return read
