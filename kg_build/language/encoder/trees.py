"""From scores of arcs to a tree: the best one with one root (Chu and Liu 1965, Edmonds 1967)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]
Heads = npt.NDArray[np.int64]


def best_tree(arcs: Scores) -> Heads:
    """Heads of the tree with the highest sum of scores.

    Args:
        arcs: Shape (n, n + 1): row i has the scores of word i's heads, column 0 the root's, column j + 1 word j's.

    Returns:
        For each of the n words the column of its head; exactly one word has 0.
    """
    count = len(arcs)
    if not count:
        return np.zeros(0, dtype=np.int64)
    table = np.full((count + 1, count + 1), -np.inf)
    table[1:] = arcs
    table[np.arange(1, count + 1), np.arange(1, count + 1)] = -np.inf
    heads: Heads = table.argmax(axis=1)
    if (heads[1:] == 0).sum() == 1 and not _cycle(heads):
        return heads[1:]
    # A second root costs more than all other arcs can bring, so that the best tree of all has one.
    scores = table[np.isfinite(table)]
    table[1:, 0] -= (count + 1) * (scores.max() - scores.min() + 1)
    return _edmonds(table)[1:]


def _cycle(heads: Heads) -> list[int]:
    """The words of one cycle, or none; 0 is the root."""
    state = [0] * len(heads)
    for word in range(1, len(heads)):
        path: list[int] = []
        at = word
        while at and not state[at]:
            state[at] = word
            path.append(at)
            at = int(heads[at])
        if at and state[at] == word and at in path:
            return path[path.index(at) :]
    return []


def _edmonds(table: npt.NDArray[np.float64]) -> Heads:
    """Best arborescence from node 0; ``table[word, head]``."""
    heads: Heads = table.argmax(axis=1)
    heads[0] = 0
    cycle = _cycle(heads)
    if not cycle:
        return heads
    inside = np.array(cycle)
    outside = np.array([node for node in range(len(table)) if node not in set(cycle)])
    gain = table[inside, heads[inside]]
    # The cycle becomes one node, the last of the smaller table.
    size = len(outside) + 1
    small = np.full((size, size), -np.inf)
    small[:-1, :-1] = table[np.ix_(outside, outside)]
    leaving = table[np.ix_(outside, inside)]
    small[:-1, -1] = leaving.max(axis=1)
    entering = table[np.ix_(inside, outside)] - gain[:, None]
    small[-1, :-1] = entering.max(axis=0) + gain.sum()
    found = _edmonds(small)
    for row, node in enumerate(outside[1:], 1):
        heads[node] = inside[leaving[row].argmax()] if found[row] == size - 1 else outside[found[row]]
    head = int(found[-1])
    broken = int(entering[:, head].argmax())
    heads[inside[broken]] = outside[head]
    return heads
