"""What a connection may take its time with."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

CODE = """
import sys
from pathlib import Path
import endpoint.gateway.connection
from endpoint.server import serve
from kg_build.settings import Settings
endpoint.gateway.connection.SLOWEST = 0.5, 500.0
endpoint.gateway.connection.LOOK = 0.1
serve(Settings(store=Path(sys.argv[1]), port=0))
"""
HEAD = b"POST /sparql HTTP/1.1\r\nHost: h\r\nContent-Type: application/sparql-query\r\n"


@pytest.fixture
def address(store):
    with subprocess.Popen([sys.executable, "-c", CODE, str(store)], stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline()
            assert line.startswith("Serving "), line
            yield urlsplit(line.split()[-1])
        finally:
            process.kill()


@pytest.mark.parametrize(
    "piece",
    [
        b"GET /sparql?query=ASK{} HTTP/1.1\r\nHost: h\r\n",
        HEAD + b"Content-Length: 20\r\n\r\nASK {",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nASK",
    ],
)
def test_a_request_that_does_not_get_on_is_ended_and_told_so(address, piece):
    with socket.create_connection((address.hostname, address.port), 300) as slow:
        slow.sendall(piece)
        answer = b""
        while chunk := slow.recv(4096):
            answer += chunk
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith((b"HTTP/1.1 408 ", b"HTTP/1.0 408 "))
    assert json.loads(body)["status"] == 408


def test_a_request_that_comes_fast_enough_is_waited_for(address):
    # A long one may take longer than a short one: here at once, and then the rest of it.
    query = b"ASK {}" + b" " * 50_000
    with socket.create_connection((address.hostname, address.port), 300) as connection:
        connection.sendall(HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(query) + query[:-1])
        connection.sendall(query[-1:])
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")
