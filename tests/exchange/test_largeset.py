from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kg_build.exchange.largeset import LargeSet


def iter_of(names):
    """The names of a set that nobody else holds."""
    held = LargeSet()
    for name in names:
        held.add(name)
    return iter(held)


@settings(deadline=None)
@given(st.lists(st.text(max_size=3)))
def test_it_is_a_set_in_the_order_of_code_points(names):
    held = LargeSet()
    assert [held.add(name) for name in names] == [name not in names[:place] for place, name in enumerate(names)]
    assert list(held) == sorted(set(names))
    assert all(name in held for name in names)
    assert list(iter_of(names)) == sorted(set(names))
    assert "absent" not in held
