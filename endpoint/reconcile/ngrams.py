"""An inverted index of character pairs: which of many names look like one, found without comparing it with each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BUDGET: Final = 50_000
"""Entries of the index that a search reads at most: the rarest pairs come first, and tell most."""
_PAIR: Final = np.uint64(21)
"""Bits of a code point. Two of them leave room for four million names in 64 bits, and far more of the usual characters."""


class Ngrams:
    """Names by their characters and pairs of neighbouring characters.

    Args:
        names: The names; a search gives their positions in this sequence.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.size = len(names)
        grams, owners = _grams(names)
        # A gram and its owner in one number: sorted once, each pair kept once.
        together = np.unique(grams * np.uint64(max(1, self.size)) + owners)
        grams, owners = together // np.uint64(max(1, self.size)), together % np.uint64(max(1, self.size))
        self._owners: NDArray[np.int32] = owners.astype(np.int32)
        self._grams, starts, counts = np.unique(grams, return_index=True, return_counts=True)
        self._starts: NDArray[Any] = np.append(starts, len(owners))
        self._weights: NDArray[np.float32] = np.log1p(self.size / counts).astype(np.float32)
        self._norms: NDArray[np.float32] = np.bincount(
            self._owners, weights=np.repeat(self._weights, counts), minlength=self.size
        ).astype(np.float32)

    def search(self, name: str, most: int, allowed: NDArray[np.bool_] | None = None) -> NDArray[Any]:
        """Positions of the names that share most with one, the best first; at most so many.

        ``allowed`` tells for each position whether it may be found. What is shared counts by how rare it is, against all
        that the two names hold (the Dice coefficient of weighted grams).
        """
        if not self.size or not name:
            return np.empty(0, dtype=np.int64)
        asked = np.unique(_grams([name])[0])
        places = np.searchsorted(self._grams, asked)
        places = places[places < len(self._grams)]
        found = places[np.isin(self._grams[places], asked)]
        if not len(found):
            return np.empty(0, dtype=np.int64)
        sizes = self._starts[found + 1] - self._starts[found]
        order = np.lexsort((sizes,))
        keep = order[: max(1, int(np.searchsorted(np.cumsum(sizes[order]), BUDGET, side="right")))]
        found, sizes = found[keep], sizes[keep]
        owners = np.concatenate([self._owners[self._starts[i] : self._starts[i + 1]] for i in found])
        shared = np.bincount(owners, weights=np.repeat(self._weights[found], sizes), minlength=self.size)
        hits = np.flatnonzero(shared if allowed is None else shared * allowed)
        # Grams that no name has weigh as much as the rarest: the name that is asked for isn't shorter for them.
        unknown = (len(asked) - len(order)) * np.log1p(self.size)
        total = float(self._weights[found].sum()) + float(unknown)
        scores = shared[hits] / (self._norms[hits] + total)
        if len(hits) > most:
            best = np.argpartition(scores, len(scores) - most)[-most:]
            hits, scores = hits[best], scores[best]
        return hits[np.lexsort((hits, -scores))]


def _grams(names: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The grams of all names, each with its owner's position."""
    codes = np.frombuffer("".join(names).encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    owners = np.repeat(np.arange(len(names), dtype=np.uint64), [len(name) for name in names])
    together = owners[1:] == owners[:-1]
    pairs = ((codes[:-1] << _PAIR) | codes[1:])[together]
    return np.concatenate((codes, pairs)), np.concatenate((owners, owners[1:][together]))
