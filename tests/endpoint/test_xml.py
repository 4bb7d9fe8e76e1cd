from __future__ import annotations

import io

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from endpoint.sparql.xml import NAMELESS, UnsayableError, XmlChunks


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


PIECES = st.lists(st.sampled_from([NAMELESS[:-1], "区".encode(), b"<a>", b"\t\n", "\ufffd".encode(), b"\x7f", b"&amp;"]))


@given(PIECES, PIECES, st.lists(st.integers(0, 40), max_size=6), st.sampled_from([NAMELESS, b"\x01", "\uffff".encode(), b""]))
def test_it_is_found_wherever_the_text_is_cut(before, after, cuts, bad):
    data = b"".join(before) + bad + b"".join(after)
    ends = sorted({min(cut, len(data)) for cut in cuts} | {len(data)})
    chunks = Chunks(data[a:b] for a, b in zip([0, *ends], ends, strict=False))
    if bad:
        with pytest.raises(UnsayableError):
            list(XmlChunks(chunks, "xml"))
        assert chunks.closed
    else:
        assert b"".join(XmlChunks(chunks, "xml")) == data


def test_a_carriage_return_stays_one():
    assert list(XmlChunks(Chunks([b"a\r", b"\nb\r"]), "xml")) == [b"a&#13;", b"\nb&#13;"]


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
