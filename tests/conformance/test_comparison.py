from __future__ import annotations

import pytest
from conformance.comparison import isomorphic
from hypothesis import given, settings
from hypothesis import strategies as st

A, B, C, X = ("blank", "a"), ("blank", "b"), ("blank", "c"), ("iri", "urn:x")


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ([], [], True),
        ([(X,)], [(X,)], True),
        ([(X,)], [(None,)], False),
        ([(X,)], [(X,), (X,)], False),
        ([(A, X)], [(B, X)], True),
        ([(A, A)], [(A, B)], False),
        ([(A, B)], [(A, A)], False),
        ([(A, B), (B, A)], [(A, A), (B, B)], False),
        ([(A, B), (B, C), (C, A)], [(B, A), (A, C), (C, B)], True),
        ([(A, X), (B, X), (A, B)], [(A, X), (B, X), (B, A)], True),
        ([(A, X), (B, None), (A, B)], [(A, X), (B, None), (B, A)], False),
        ([(A, B), (B, A), (C, C)], [(A, B), (B, C), (C, A)], False),
    ],
)
def test_rows_are_the_same_but_for_names(left, right, same):
    assert isomorphic(left, right) is same
    assert isomorphic(right, left) is same


@pytest.mark.parametrize(("right", "same"), [([(X, A), (None, B)], True), ([(None, A), (X, B)], False)])
def test_the_order_counts_where_it_is_asked_for(right, same):
    left = [(X, C), (None, A)]
    assert isomorphic(left, right)
    assert isomorphic(left, right, ordered=True) is same


TERMS = st.one_of(st.none(), st.sampled_from([A, B, C, ("blank", "d"), X, ("iri", "urn:y")]))


@settings(deadline=None)
@given(st.lists(st.tuples(TERMS, TERMS), max_size=8), st.permutations("abcd"), st.randoms())
def test_renaming_and_shuffling_change_nothing(rows, names, random):
    renaming = dict(zip("abcd", names, strict=True))
    other = [tuple(("blank", renaming[t[1]]) if t and t[0] == "blank" else t for t in row) for row in rows]
    random.shuffle(other)
    assert isomorphic(rows, other)
    assert not isomorphic(rows, [*other, (X, X)])
