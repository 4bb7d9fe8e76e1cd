"""What a request may not do by its address and its headers."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest

from endpoint.limits import MAX_HEADERS

from .conftest import parts


def test_a_host_has_to_be_one_and_no_more(server):
    for lines in (
        [],
        ["Host: a", "Host: b"],
        ["Host: a, b"],
        ['Host: a"><script>'],
        ["Host: a b"],
        ["Host: a/b"],
        ["Host: a@b"],
        ["Host: a\\b"],
        ["Host: [::1"],
        ["Host: a:b"],
        ["Host: "],
    ):
        request = "\r\n".join(["GET / HTTP/1.1", "Connection: close", *lines, "", ""])
        status, _, body = parts(server.send(request.encode()))
        assert status == 400, lines
        assert b"script" not in body


def test_http_1_0_needs_no_host(server):
    assert parts(server.send(b"GET /health HTTP/1.0\r\n\r\n"))[0] == 200


@pytest.mark.parametrize(
    "target",
    [
        "/static/../../../../../../etc/passwd",
        "/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/static/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/static/....//....//etc/passwd",
        "/static/..%5c..%5cviews.py",
        "/static/%2e%2e/views.py",
        "/static/..%c0%af..%c0%afviews.py",
        "/static//etc/passwd",
        "/static/%00",
        "/static/style.css%00.html",
        "//etc/passwd",
        "/../../etc/passwd",
        "/id/../../../etc/passwd",
        "/dump/zonekg.ttl/../../../etc/passwd",
        "/dump/zonekg.%2e%2e%2f%2e%2e",
        "/dump/zonekg.ttl.%2e%2e%2fnew",
        "/ontology/..%2f..%2fpyproject",
        "/ontology/../zone",
        "/graphs/..%2f..%2fetc%2fpasswd",
        "file:///etc/passwd",
    ],
)
def test_no_path_leads_out(server, target):
    status, _, body = server.get(target)
    assert 400 <= status < 500
    assert b"root:" not in body
    assert b"import" not in body


@pytest.mark.parametrize(
    ("target", "header"),
    [
        ("/sparql?query=ASK%7B%7D&default-graph-uri=http://e/%0d%0aSet-Cookie:%20a=b", "Accept: */*"),
        ("/graphs?graph=http://e/%0d%0aSet-Cookie:%20a=b", "Accept: */*"),
        ("/graphs/%0d%0aSet-Cookie:%20a=b", "Accept: */*"),
        ("/id/zone/%0d%0aSet-Cookie:%20a=b", "Accept: */*"),
        ("/id/zone/%250d%250aSet-Cookie:%2520a=b", "Accept: text/turtle"),
        ("/id/zone/old", "Accept: text/turtle"),  # Its new address has a line break in it, percent-encoded.
        ("/dump/zonekg.%0d%0aSet-Cookie:%20a=b", "Accept: */*"),
        ("/ontology.%0d%0aSet-Cookie:%20a=b", "Accept: */*"),
        ("/health", "X-Request-Id: a%0d%0aSet-Cookie: a=b"),
        ("/health", "X-Request-Id: a\tSet-Cookie: a=b"),
        ("/health", "X-Request-Id: a\x0bSet-Cookie: a=b"),
        ("/health", "Origin: https://a\tSet-Cookie: a=b"),
        ("/health", "X-Forwarded-Host: a\tSet-Cookie: a=b"),
    ],
)
def test_nothing_that_is_sent_becomes_a_header(server, target, header):
    _, lines, _ = server.get(target, header)
    assert not any(line.startswith("set-cookie") for line in lines)
    assert not any("\r" in line or "\n" in line for line in lines)


def test_a_header_that_goes_on_in_the_next_line_is_no_header_of_ours(server):
    _, lines, _ = server.get("/health", "X-Request-Id: a", " Set-Cookie: a=b")
    assert not any(line.startswith("set-cookie") for line in lines)


@pytest.mark.parametrize(
    ("coding", "body"),
    [("gzip", gzip.compress(bytes(50_000_000))), ("deflate", zlib.compress(bytes(50_000_000))), ("br", b"\x00")],
)
def test_a_packed_query_is_not_unpacked(server, coding, body):
    head = "POST /sparql HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: application/sparql-query\r\n"
    head += f"Content-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n"
    status, _, content = parts(server.send(head.encode(), body))
    assert (status, json.loads(content)["type"]) == (415, "urn:zonekg:problem:content-coding")


def test_headers_have_to_be_few_and_short(server):
    assert server.get("/", *(f"X-{n}: a" for n in range(MAX_HEADERS + 1)))[0] == 431
    assert server.get("/", "X-Long: " + "a" * 20_000)[0] == 431
    assert server.get("/" + "a" * 400_000)[0] in {400, 414, 431}
    assert server.get("/", "X-Very-Long: " + "a" * 1_000_000)[0] in {400, 431}


SECURITY = {
    "x-content-type-options: nosniff",
    "x-frame-options: deny",
    "referrer-policy: same-origin",
    "cross-origin-opener-policy: same-origin",
}


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/", 200),
        ("/sparql", 200),
        ("/sparql?query=ASK%7B%7D", 200),
        ("/sparql?query=x", 400),
        ("/id/zone/a&b", 200),
        ("/id/zone/old", 301),
        ("/nowhere", 404),
        ("/static/style.css", 200),
        ("/dump/zonekg.nq", 200),
        ("/ontology", 200),
        ("/health", 200),
        ("/metrics", 200),
        ("/openapi.json", 200),
    ],
)
def test_every_answer_carries_the_headers_of_security(server, target, status):
    found, lines, _ = server.get(target)
    assert found == status
    assert set(lines) >= SECURITY
    assert any(line.startswith("content-security-policy: default-src 'none'") for line in lines)
    assert any(line.startswith("x-request-id: ") for line in lines)


@pytest.mark.parametrize("request_", [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n"])
def test_what_is_no_http_is_told_so_in_the_same_shape(server, request_):
    status, lines, body = parts(server.send(request_))
    assert status == 400
    assert set(lines) >= SECURITY
    assert json.loads(body)["status"] == 400
