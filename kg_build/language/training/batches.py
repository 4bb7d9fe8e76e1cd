"""Windows in batches, and rates over the steps."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from kg_build.language.encoder.characters import BEGIN, END, PAD, Characters
from kg_build.language.encoder.subwords import ALONE, Subwords
from kg_build.language.training.samples import Sample

SORTED_TOGETHER = 16
"""Batches whose windows are sorted by length before they are cut, so that little is padding."""


def batches(windows: list[Sample], size: int, draw: random.Random) -> list[list[Sample]]:
    """The windows, shuffled, in batches of windows of like length."""
    draw.shuffle(windows)
    ordered: list[Sample] = []
    for start in range(0, len(windows), size * SORTED_TOGETHER):
        ordered += sorted(windows[start : start + size * SORTED_TOGETHER], key=lambda w: len(w.text))
    found = [ordered[start : start + size] for start in range(0, len(ordered), size)]
    draw.shuffle(found)
    return found


def numbers_of(batch: Sequence[Sample], characters: Characters, subwords: Subwords) -> tuple[Tensor, Tensor]:
    """The characters of the windows and their words, (batch, longest + 2): a mark before and behind each window, then padding."""
    single = torch.full((len(batch), max(len(w.text) for w in batch) + 2), PAD)
    words = torch.full_like(single, ALONE)
    for i, window in enumerate(batch):
        length = len(window.text)
        single[i, : length + 2] = torch.tensor([BEGIN, *characters.numbers(window.text), END])
        words[i, 1 : length + 1] = torch.tensor(subwords.numbers(window.text))
    return single, words


def rise_and_fall(warm: float, steps: int) -> Callable[[int], float]:
    """Rates that rise for the share ``warm`` of the steps, and then fall to nothing in a straight line."""
    return lambda step: min((step + 1) / (warm * steps), max(0.0, 1 - step / steps))
