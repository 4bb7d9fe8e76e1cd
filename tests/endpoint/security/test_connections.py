"""What a client may not do with its connection: hold it, or slip one request into another."""

from __future__ import annotations

import pytest

from .conftest import parts

HIDDEN = b"GET /robots.txt HTTP/1.1\r\nHost: h\r\n\r\n"
"""What must never be answered where it is hidden in another request."""
POST = b"POST /sparql HTTP/1.1\r\nHost: h\r\nContent-Type: application/sparql-query\r\n"
CHUNKED = b"6\r\nASK {}\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    "request_",
    [
        POST + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
        POST + b"Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n" + CHUNKED + HIDDEN,
        POST + b"Content-Length: 6\r\nContent-Length: 7\r\n\r\nASK {}" + HIDDEN,
        POST + b"Content-Length: 6, 7\r\n\r\nASK {}" + HIDDEN,
        POST + b"Content-Length: +6\r\n\r\nASK {}" + HIDDEN,
        POST + b"Content-Length: 0x6\r\n\r\nASK {}" + HIDDEN,
        POST + b"Content-Length: -1\r\n\r\n" + HIDDEN,
        POST + b"Content-Length : 6\r\n\r\nASK {}" + HIDDEN,
        POST + b"Transfer-Encoding: xchunked\r\n\r\n" + CHUNKED + HIDDEN,
        POST + b"Transfer-Encoding: chunked, identity\r\n\r\n" + CHUNKED + HIDDEN,
        POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n" + CHUNKED + HIDDEN,
        POST + b"Transfer-Encoding : chunked\r\n\r\n" + CHUNKED + HIDDEN,
        POST + b"Transfer-Encoding: chunked\r\n\r\n0x6\r\nASK {}\r\n0\r\n\r\n" + HIDDEN,
        POST + b"Transfer-Encoding: chunked\r\n\r\n+6\r\nASK {}\r\n0\r\n\r\n" + HIDDEN,
        POST + b"Transfer-Encoding: chunked\r\n\r\n6\r\nASK {}XX0\r\n\r\n" + HIDDEN,
        POST.replace(b"1.1", b"1.0") + b"Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKED + HIDDEN,
    ],
)
def test_no_request_hides_in_another(server, request_):
    # After what can be read in two ways nothing more is read: it is refused, or the connection ends with its answer.
    answer = server.send(request_ + b"GET /health HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    assert b"User-agent" not in answer
    assert answer.count(b"HTTP/1.") <= 1


def test_requests_one_after_the_other_are_answered_in_order(server):
    last = b"GET /health HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    answer = server.send(HIDDEN + POST + b"Content-Length: 6\r\n\r\nASK {}" + last)
    assert answer.count(b"HTTP/1.1 200 ") == 3
    assert answer.index(b"User-agent") < answer.index(b"boolean") < answer.index(b'"status"')


def test_many_connections_that_say_little_keep_nobody_out(server):
    connections = [server.connect() for _ in range(200)]
    try:
        for number, connection in enumerate(connections):
            connection.sendall((b"", b"GET / HTTP/1.1\r\n", POST + b"Content-Length: 100\r\n\r\nASK")[number % 3])
        assert server.is_well()
    finally:
        for connection in connections:
            connection.close()


@pytest.mark.parametrize(
    "request_",
    [
        b"\r\nHTTP/9.9 GET /\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: h\r\nX: \x00\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nExpect: nonsense\r\n\r\n",
        b"CONNECT e.example:80 HTTP/1.1\r\nHost: e.example\r\nConnection: close\r\n\r\n",
        b"TRACE / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
        b"GET http://e.example/ HTTP/1.1\r\nHost: e.example\r\nConnection: close\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
    ],
)
def test_odd_requests_do_no_harm(server, request_):
    answer = server.send(request_, is_all=True)
    assert not answer or parts(answer)[0] < 500 or parts(answer)[0] in {501, 505}
