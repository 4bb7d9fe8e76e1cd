from __future__ import annotations

import io

import pytest

from kg_build.exchange.header import OrderedXml


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'<rdf:RDF xmlns:b="x" xmlns:a="y"><a>\r</a>', b'<rdf:RDF xmlns:a="y" xmlns:b="x"><a>&#13;</a>'),
        (b"<rdf:RDF></rdf:RDF>", b"<rdf:RDF></rdf:RDF>"),
        (b"<?xml", b"<?xml"),
        (b"", b""),
    ],
)
def test_prefixes_are_put_in_order_whatever_the_pieces(data, expected, size):
    out = io.BytesIO()
    stream = OrderedXml(out)
    for start in range(0, len(data), size):
        stream.write(data[start : start + size])
    stream.finish()
    assert out.getvalue() == expected
