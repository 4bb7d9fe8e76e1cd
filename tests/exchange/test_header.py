from __future__ import annotations

import io

import pyoxigraph as ox
import pytest

from kg_build.exchange.header import OrderedStream


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize(
    ("rdf_format", "data", "expected"),
    [
        (ox.RdfFormat.TURTLE, b"@prefix b: <x> .\n@prefix a: <y> .\nb:s b:p 1 .\n",
         b"@prefix a: <y> .\n@prefix b: <x> .\nb:s b:p 1 .\n"),
        (ox.RdfFormat.TRIG, b"<s> <p> 1 .\n@prefix", b"<s> <p> 1 .\n@prefix"),
        (ox.RdfFormat.TURTLE, b"@prefix b: <x> .\n@prefix a: <y> .\n", b"@prefix a: <y> .\n@prefix b: <x> .\n"),
        (ox.RdfFormat.RDF_XML, b'<rdf:RDF xmlns:b="x" xmlns:a="y"><a>\r</a>', b'<rdf:RDF xmlns:a="y" xmlns:b="x"><a>&#13;</a>'),
        (ox.RdfFormat.N_TRIPLES, b"<s> <p> 1 .\n", b"<s> <p> 1 .\n"),
        (ox.RdfFormat.TURTLE, b"", b""),
    ],
)  # fmt: skip
def test_prefixes_are_put_in_order_whatever_the_pieces(rdf_format, data, expected, size):
    out = io.BytesIO()
    stream = OrderedStream(out, rdf_format)
    for start in range(0, len(data), size):
        stream.write(data[start : start + size])
    stream.finish()
    assert out.getvalue() == expected
