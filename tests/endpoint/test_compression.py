from __future__ import annotations

import zlib

import brotli
import pytest
from backports import zstd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from endpoint import compression
from endpoint.compression import CODINGS, SMALL, coding

UNPACK = {
    "gzip": lambda data: zlib.decompress(data, wbits=31),
    "br": brotli.decompress,
    "zstd": zstd.decompress,
}
LONG = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
MIDDLING = "SELECT * { ?s ?p ?o }"


def get(client, query, encodings=None, **headers):
    if encodings is not None:
        headers["Accept-Encoding"] = encodings
    accept = {"Accept": "text/tab-separated-values"}
    return client.get("/sparql", query_string={"query": query}, headers={**accept, **headers})


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("", None),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, br", "br"),
        ("gzip;q=1.0, br;q=0.9, *;q=0", "gzip"),
        ("br;q=0, gzip;q=0.1", "gzip"),
        ("gzip;q=0", None),
        ("deflate", None),
        ("*", "zstd"),
        ("zstd;q=0, *;q=0.5", "br"),
        ("*;q=0", None),
        ("identity", None),
        ("identity, gzip;q=0.5", None),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("identity;q=0", None),
    ],
)
def test_the_coding_is_the_one_that_the_client_likes_best(app, header, expected):
    headers = {} if header is None else {"Accept-Encoding": header}
    with app.test_request_context("/", headers=headers):
        assert coding() == expected


@pytest.mark.parametrize("query", [LONG, MIDDLING])
@pytest.mark.parametrize("name", CODINGS)
def test_an_answer_is_the_same_in_every_coding(client, query, name):
    plain, packed = get(client, query), get(client, query, name)
    assert packed.headers["Content-Encoding"] == name
    assert UNPACK[name](packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert "Content-Encoding" not in plain.headers


@pytest.mark.parametrize("encodings", [None, "gzip", "identity"])
def test_caches_are_told(client, encodings):
    for query in (LONG, "ASK {}"):
        assert {"Accept", "Accept-Encoding"} <= set(get(client, query, encodings).vary)
    assert "Accept-Encoding" in client.get("/", headers={"Accept-Encoding": encodings or ""}).vary


def test_small_answers_and_errors_are_left_as_they_are(client):
    assert len(get(client, "ASK {}").data) < SMALL
    assert "Content-Encoding" not in get(client, "ASK {}", "gzip").headers
    error = get(client, "SELECT", "gzip")
    assert (error.status_code, error.mimetype) == (400, "application/problem+json")
    assert "Content-Encoding" not in error.headers


def test_each_coding_has_a_tag_of_its_own(client):
    tags = {name: get(client, MIDDLING, name).headers["ETag"] for name in (*CODINGS, None)}
    assert len(set(tags.values())) == 4
    for name in tags:
        for other, etag in tags.items():
            again = get(client, MIDDLING, name, **{"If-None-Match": etag})
            assert again.status_code == (304 if other == name else 200)
            if again.status_code == 304:
                assert again.headers["ETag"] == etag
                assert "Accept-Encoding" in again.vary


@pytest.mark.parametrize("path", ["/", "/ontology", "/id/zone/云岭经济开发区", "/.well-known/void"])
def test_pages_are_compressed_and_known_again(client, path):
    headers = {"Accept-Encoding": "gzip", "Accept": "text/html, text/turtle;q=0.9"}
    first = client.get(path, headers=headers)
    assert first.headers["Content-Encoding"] == "gzip"
    assert int(first.headers["Content-Length"]) == len(first.data)
    assert zlib.decompress(first.data, wbits=31) == client.get(path, headers={"Accept": headers["Accept"]}).data
    assert client.get(path, headers={**headers, "If-None-Match": first.headers["ETag"]}).status_code == 304


def test_dumps_are_sent_as_they_lie_there(client):
    for path in ("/dump/zonekg.nt", "/dump/zonekg.nt.gz"):
        with client.get(path, headers={"Accept-Encoding": "gzip"}) as response:
            assert response.status_code == 200
            assert "Content-Encoding" not in response.headers


@pytest.mark.parametrize("name", CODINGS)
def test_the_first_bytes_can_be_read_before_the_rest_is_there(name):
    sent = []

    def body():
        for piece in (b"first ", b"second ", b"third"):
            sent.append(piece)
            yield piece

    stream = compression._Stream(body(), compression._PACKERS[name]())
    reader = {"gzip": lambda: zlib.decompressobj(31), "br": brotli.Decompressor, "zstd": zstd.ZstdDecompressor}[name]()
    read = reader.process if name == "br" else reader.decompress
    assert (read(next(stream)), sent) == (b"first ", [b"first "])
    assert b"".join(map(read, stream)) == b"second third"


@pytest.mark.parametrize("name", CODINGS)
def test_a_body_that_breaks_off_does_not_look_whole(name):
    def body():
        yield b"begun " * 1000
        raise OSError

    pieces = []
    stream = compression._Stream(body(), compression._PACKERS[name]())
    with pytest.raises(OSError):  # noqa: PT011
        pieces.extend(stream)
    with pytest.raises(Exception):  # noqa: B017, PT011 - each library has errors of its own
        UNPACK[name](b"".join(pieces))


def test_a_body_that_nobody_wants_is_closed():
    class Body:
        closed = False

        def __iter__(self):
            return iter([b"x"])

        def close(self):
            self.closed = True

    body = Body()
    compression._Stream(body, compression._PACKERS["gzip"]()).close()
    assert body.closed


NAMES = st.sampled_from(["gzip", "br", "zstd", "identity", "*", "deflate", "", "x-gzip"])
PARAMETERS = st.sampled_from(["", ";q=0", ";q=1", ";q=0.5", ";q=2", ";q=-1", ";q=x", ";", ";a=b;q=.1"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(NAMES, PARAMETERS).map("".join), max_size=5).map(",".join))
def test_whatever_is_asked_for_can_be_read(client, header):
    response = get(client, MIDDLING, header)
    data = response.data
    if name := response.headers.get("Content-Encoding"):
        data = UNPACK[name](data)
        assert f"{name};q=0," not in header.replace(" ", "") + ","
    assert data == get(client, MIDDLING).data
