from __future__ import annotations

import http.client
import http.server
import json
import signal
import socket
import subprocess
import sys
import threading
import zlib
from contextlib import contextmanager
from typing import ClassVar
from urllib.parse import quote, urlencode, urlsplit

import brotli
import pytest
from backports import zstd
from serving import PATIENCE

from endpoint.server import serve
from kg_build.errors import StoreError, ZonekgError
from kg_build.settings import Settings
from kg_build.store import open_for_build

CODE = """
import sys
from pathlib import Path
from endpoint.server import serve
from kg_build.settings import Settings
serve(Settings(store=Path(sys.argv[1]), port=0))
print("ended", flush=True)
"""


@contextmanager
def running(store):
    with subprocess.Popen([sys.executable, "-c", CODE, str(store)], stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline()
            assert line.startswith("Serving "), line
            yield urlsplit(line.split()[-1]), process
        finally:
            process.kill()


@pytest.fixture(scope="module")
def server(store):
    with running(store) as (address, _):
        yield address


def ask(address, method, path, body=None, **headers):
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=PATIENCE)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def query(address, text, **headers):
    return ask(address, "POST", "/sparql", text.encode(), **{"Content-Type": "application/sparql-query", **headers})


def test_a_query_is_answered(server):
    response, body = query(server, "ASK { ?s ?p ?o }")
    assert (response.status, json.loads(body)["boolean"]) == (200, True)


def test_a_long_answer_is_sent_in_chunks_and_whole(server):
    response, body = query(server, "SELECT * { ?a ?b ?c . ?d ?e ?f }", Accept="text/tab-separated-values")
    assert response.getheader("Transfer-Encoding") == "chunked"
    assert len(body.splitlines()) > 3000


@pytest.mark.parametrize(
    "path", [quote("/id/enterprise/远帆%20科技"), quote("/id/enterprise/远帆 科技"), quote("/id/zone/云岭经济开发区")]
)
def test_things_resolve_by_their_encoded_address(server, path):
    assert ask(server, "GET", path, Accept="text/turtle")[0].status == 200


def test_dumps_are_sent(server):
    response, body = ask(server, "GET", "/dump/zonekg.nq")
    assert (response.status, str(len(body))) == (200, response.getheader("Content-Length"))


@pytest.mark.parametrize("path", ["/dump/zonekg.nq", "/.well-known/void", "/", "/sparql"])
def test_an_answer_has_one_date(server, path):
    response, _ = ask(server, "GET", path, Accept="*/*")
    assert len(response.headers.get_all("Date")) == 1


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_an_answer_cut_off_by_its_deadline_does_not_look_whole(server, encoding):
    text = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Encoding": encoding}
    for seconds in (0.5, 2, 8, 30):  # A busy machine may need longer for its first rows.
        try:
            response, _ = ask(server, "POST", "/sparql", urlencode({"query": text, "timeout": seconds}), **headers)
        except http.client.IncompleteRead:
            break
        assert response.status == 503
    else:
        pytest.fail("no answer was ever begun")
    assert query(server, "ASK {}")[0].status == 200


class Bait(http.server.BaseHTTPRequestHandler):
    hits: ClassVar[list[str]] = []

    def do_GET(self):
        self.hits.append(self.path)
        self.send_response(200)
        self.end_headers()

    do_POST = do_GET  # noqa: N815

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def bait():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Bait) as listener:
        thread = threading.Thread(target=listener.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listener.server_port}"
        listener.shutdown()
        thread.join()


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * {{ SERVICE <{bait}/1> {{ ?s ?p ?o }} }}",
        "SELECT * {{ SERVICE SILENT <{bait}/2> {{ ?s ?p ?o }} }}",
        "PREFIX b: <{bait}/> SELECT * {{ SERVICEb:x {{}} }}",
        "PREFIX service: <{bait}/> PREFIX : <{bait}/> SELECT * {{ service:x {{}} }}",
        "SELECT * {{ BIND(<{bait}/3> AS ?g) SERVICE ?g {{ ?s ?p ?o }} }}",
        "SELECT * {{ FILTER EXISTS {{ SERVICE <{bait}/4> {{}} }} }}",
        "SELECT * FROM <{bait}/5> {{ ?s ?p ?o }}",
        "SELECT * FROM NAMED <{bait}/6> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        "LOAD <{bait}/7>",
    ],
)
def test_no_query_leaves_the_machine(server, bait, text):
    response, _ = query(server, text.format(bait=bait))
    assert Bait.hits == []
    assert response.status in {200, 400, 403}


def test_nesting_does_not_take_the_server_down(server):
    assert query(server, "SELECT * {" + "{ " * 3000 + "} " * 3000 + "}")[0].status == 400
    assert query(server, "ASK {}")[0].status == 200


def test_an_odd_request_line_does_not_take_the_server_down(server):
    for raw in (b"GET /sparql?query=%ff%fe HTTP/1.1\r\nHost: h\r\n\r\n", b"\x00\x01\r\n\r\n", b"GET /id/%ff HTTP/1.0\r\n\r\n"):
        with socket.create_connection((server.hostname, server.port), PATIENCE) as connection:
            connection.sendall(raw)
            assert connection.recv(100).startswith(b"HTTP/1.")
    assert query(server, "ASK {}")[0].status == 200


def send(server, *pieces):
    """The whole answer to a request that is sent to its end before anything is read."""
    with socket.create_connection((server.hostname, server.port), PATIENCE) as connection:
        for piece in pieces:
            connection.sendall(piece)
        with connection.makefile("rb") as file:
            return file.read()


HEAD = b"POST /sparql HTTP/1.1\r\nHost: h\r\nContent-Type: application/sparql-query\r\n"


@pytest.mark.parametrize("size", [1_000_000, 6_000_000, 20_000_000])
def test_a_body_that_is_too_long_is_answered_whatever_its_length(server, size):
    body = b"x" * size
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (size, body)
    for answer in (
        send(server, HEAD, b"Connection: close\r\nContent-Length: %d\r\n\r\n" % size, body),
        send(server, HEAD, b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n", chunked),
    ):
        assert answer.startswith(b"HTTP/1.1 413 ")
        head, _, content = answer.partition(b"\r\n\r\n")
        assert b"application/problem+json" in head
        assert json.loads(content)["status"] == 413
    assert query(server, "ASK {}")[0].status == 200


def test_headers_that_are_too_long_are_answered(server):
    for length in (10_000, 200_000, 2_000_000):
        answer = send(server, b"GET /sparql HTTP/1.1\r\nHost: h\r\nConnection: close\r\nAccept: ", b"a/b," * length, b"\r\n\r\n")
        assert answer.startswith((b"HTTP/1.1 431 ", b"HTTP/1.0 431 "))
        assert json.loads(answer.partition(b"\r\n\r\n")[2])["status"] == 431
    assert query(server, "ASK {}")[0].status == 200


def test_a_client_that_never_ends_is_left(server):
    with socket.create_connection((server.hostname, server.port), PATIENCE) as connection:
        connection.sendall(HEAD + b"Content-Length: 1000000000\r\n\r\n")
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            connection.sendall(b"x" * 999_000_000)
    assert query(server, "ASK {}")[0].status == 200


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
def test_a_long_answer_is_compressed_as_it_comes(server, encoding):
    text = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
    response, body = query(server, text, **{"Accept": "text/tab-separated-values", "Accept-Encoding": encoding})
    assert (response.getheader("Content-Encoding"), response.getheader("Transfer-Encoding")) == (encoding, "chunked")
    unpack = {"gzip": lambda data: zlib.decompress(data, 31), "br": brotli.decompress, "zstd": zstd.decompress}[encoding]
    assert unpack(body) == query(server, text, Accept="text/tab-separated-values")[1]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_good_order(store, number):
    with running(store) as (_, process):
        process.send_signal(number)
        assert process.stdout.read().splitlines()[-1] == "ended"
        assert process.wait(PATIENCE) == 0


def test_a_request_under_way_is_answered_before_the_end(store):
    with running(store) as (address, process):
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=PATIENCE)
        connection.request("POST", "/sparql", b"SELECT * { ?a ?b ?c . ?d ?e ?f }", {"Content-Type": "application/sparql-query"})
        response = connection.getresponse()
        process.send_signal(signal.SIGTERM)
        assert json.loads(response.read())["results"]["bindings"]
        connection.close()
        assert process.wait(PATIENCE) == 0


def test_a_taken_port_is_one_line(store):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(ZonekgError, match="can't listen there: Address already in use") as caught:
            serve(Settings(store=store, port=other.getsockname()[1]))
    assert "\n" not in str(caught.value)


def test_a_missing_store_is_one_line(tmp_path):
    with pytest.raises(StoreError, match="no store here"):
        serve(Settings(store=tmp_path / "none", port=0))


def test_an_empty_store_is_one_line(tmp_path):
    with open_for_build(tmp_path / "s"):
        pass
    with pytest.raises(StoreError, match="empty"):
        serve(Settings(store=tmp_path / "s", port=0))
