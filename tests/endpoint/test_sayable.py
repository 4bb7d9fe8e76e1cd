from __future__ import annotations

import io

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from endpoint.sparql.sayable import NAMELESS, Sayable, UnsayableError


class Chunks:
    def __init__(self, pieces):
        self._pieces = iter(pieces)
        self.closed = False

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._pieces)

    def close(self):
        self.closed = True


@given(st.lists(st.binary(max_size=5)), st.lists(st.integers(0, 30), max_size=6), st.booleans())
def test_it_is_found_wherever_the_text_is_cut(others, cuts, there):
    data = b"".join(others) + (NAMELESS if there else b"") + b"tail"
    ends = sorted({min(cut, len(data)) for cut in cuts} | {len(data)})
    chunks = Chunks(data[a:b] for a, b in zip([0, *ends], ends, strict=False))
    if there:
        with pytest.raises(UnsayableError):
            list(Sayable(chunks))
        assert chunks.closed
    else:
        assert b"".join(Sayable(chunks)) == data


@pytest.mark.parametrize(
    ("predicate", "sayable"),
    [
        ("http://e/p", True),
        ("http://e/区", True),
        ("http://e/1", False),
        ("http://e/", False),
        ("http://e/1a", True),
        ("urn:1", False),
    ],
)
def test_the_engine_writes_what_is_looked_for(predicate, sayable):
    text = ox.Literal("<oxprefix: & more")
    stream = io.BytesIO()
    ox.serialize([ox.Triple(ox.NamedNode("http://e/s"), ox.NamedNode(predicate), text)], stream, ox.RdfFormat.RDF_XML)
    assert (NAMELESS in stream.getvalue()) is not sayable
