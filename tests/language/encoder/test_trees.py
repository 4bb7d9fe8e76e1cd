from functools import cache
from itertools import product

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kg_build.language.encoder.trees import best_tree

Scores = npt.NDArray[np.float32]


def tables(sizes: st.SearchStrategy[int], values: st.SearchStrategy[float]) -> st.SearchStrategy[Scores]:
    return sizes.flatmap(lambda n: arrays(np.float32, (n, n + 1), elements=values))


WHOLE = st.integers(-6, 6).map(float)
"""Sums of these are exact, and many trees are equally good."""


def is_tree(heads: tuple[int, ...]) -> bool:
    if heads.count(0) != 1:
        return False
    for word in range(1, len(heads) + 1):
        at = word
        for _ in heads:
            at = heads[at - 1] if at else 0
        if at:
            return False
    return True


@cache
def all_trees(count: int) -> npt.NDArray[np.int64]:
    """Heads of every tree over ``count`` words with one root."""
    return np.array([heads for heads in product(range(count + 1), repeat=count) if is_tree(heads)])


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_there_are_as_many_trees_as_cayley_says(count: int) -> None:
    assert len(all_trees(count)) == count ** (count - 1)


@settings(max_examples=150, deadline=None)
@given(tables(st.integers(1, 5), WHOLE))
def test_no_tree_is_better(arcs: Scores) -> None:
    count = len(arcs)
    heads = best_tree(arcs)
    assert is_tree(tuple(heads.tolist()))
    sums = arcs[np.arange(count), all_trees(count)].sum(axis=1)
    assert arcs[np.arange(count), heads].sum() == sums.max()


@settings(max_examples=60, deadline=None)
@given(tables(st.integers(6, 40), st.floats(-1e4, 1e4, width=32) | WHOLE))
def test_any_scores_give_one_root_and_no_cycle(arcs: Scores) -> None:
    assert is_tree(tuple(best_tree(arcs).tolist()))


def test_of_many_good_roots_the_one_of_the_best_tree_is_taken() -> None:
    # Eight words would all rather be roots; only the worst root of them is a head that the others like.
    arcs = np.zeros((8, 9), dtype=np.float32)
    arcs[:, 0] = np.arange(30, 22, -1)
    arcs[:7, 8] = 20
    assert best_tree(arcs).tolist() == [8] * 7 + [0]


def test_a_cycle_is_broken_where_it_costs_least() -> None:
    arcs = np.array([[5, 0, 10], [1, 10, 0]], dtype=np.float32)
    assert best_tree(arcs).tolist() == [0, 1]


def test_no_words_no_heads() -> None:
    assert best_tree(np.zeros((0, 1), dtype=np.float32)).tolist() == []


def test_a_sentence_as_long_as_they_get() -> None:
    arcs = np.random.default_rng(3).normal(size=(400, 401)).astype(np.float32)
    assert is_tree(tuple(best_tree(arcs).tolist()))
