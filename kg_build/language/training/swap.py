"""More from the same pages: names exchanged for others of their type and length, so that all positions stay."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kg_build.language.training.samples import Sample

SWAPPED = {"Enterprise": "Enterprise", "Industry": "Industry", "Official": "Person", "Person": "Person"}
"""Labels whose names are exchanged, and the pool that each draws from."""


@dataclass(frozen=True)
class Swapper:
    """Exchanges names in windows."""

    pools: Mapping[tuple[str, int], Sequence[str]]
    """Names by pool and length, in order."""

    share: float
    """How many of the different names of a window are exchanged."""

    @classmethod
    def of(cls, samples: Iterable[Sample], share: float) -> Swapper:
        """A swapper that draws from the names of ``samples``."""
        pools: dict[tuple[str, int], set[str]] = {}
        for sample in samples:
            for start, end in _simple(sample):
                label = next(label for a, b, label in sample.names or () if (a, b) == (start, end) and label in SWAPPED)
                pools.setdefault((SWAPPED[label], end - start), set()).add(sample.text[start:end])
        return cls({key: sorted(names) for key, names in pools.items()}, share)

    def swap(self, window: Sample, draw: random.Random) -> Sample:
        """The window with some of its names exchanged; each name for the same one wherever it is marked."""
        if not self.share or not window.names:
            return window
        text = window.text
        chosen: dict[str, str] = {}
        for start, end in _simple(window):
            name = window.text[start:end]
            if name not in chosen:
                label = next(label for a, b, label in window.names if (a, b) == (start, end) and label in SWAPPED)
                pool = self.pools.get((SWAPPED[label], end - start), ())
                chosen[name] = draw.choice(pool) if pool and draw.random() < self.share else name
            text = text[:start] + chosen[name] + text[end:]
        return replace(window, text=text)


def _simple(sample: Sample) -> list[tuple[int, int]]:
    """Ranges of names that may be exchanged: no other name inside or over the same range, no line break."""
    names = sample.names or ()
    found = []
    for start, end, label in names:
        alone = not any((a, b, other) != (start, end, label) and start <= a and b <= end for a, b, other in names)
        if label in SWAPPED and alone and not any(character.isspace() for character in sample.text[start:end]):
            found.append((start, end))
    return found
