from __future__ import annotations

import asyncio
import io
import json

import pytest

from endpoint.gateway import bodies as module
from endpoint.gateway.bodies import Bodies

HEAD = b"POST /sparql HTTP/1.1\r\nHost: h\r\nContent-Type: application/sparql-query\r\n"
CHUNKS = {"transfer-encoding": "chunked"}


def read(bodies, *pieces, end="whole", limit=1000, headers=CHUNKS):
    """What becomes of a body that comes in these pieces."""
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    if end == "whole":
        messages[-1]["more_body"] = False
    else:
        messages.append({"type": "http.disconnect"})

    async def receive():
        return messages.pop(0)

    return asyncio.run(bodies.read(headers, limit, receive))


def test_a_short_body_is_in_memory_until_it_is_closed():
    bodies = Bodies()
    file, size, is_whole = read(bodies, b"ab", b"c")
    assert (file.read(), size, is_whole, bodies.held) == (b"abc", 3, True, 3)
    assert isinstance(file, io.BytesIO)
    file.close()
    file.close()
    assert bodies.held == 0


@pytest.mark.parametrize(("bound", "count"), [("IN_MEMORY", 0), ("ALL_IN_MEMORY", 1)])
def test_a_body_for_which_there_is_no_room_goes_to_a_file(monkeypatch, bound, count):
    monkeypatch.setattr(module, bound, 4)
    bodies = Bodies()
    others = [read(bodies, b"ab")[0] for _ in range(count)]
    file, size, is_whole = read(bodies, b"ab", b"cde")
    assert (file.read(), size, is_whole) == (b"abcde", 5, True)
    assert not isinstance(file, io.BytesIO)
    assert bodies.held == 2 * count
    for one in (file, *others):
        one.close()
    assert bodies.held == 0


def test_nothing_is_held_of_a_body_that_never_comes_to_its_end(monkeypatch):
    bodies = Bodies()
    assert read(bodies, b"ab", end="gone") is None
    file, size, is_whole = read(bodies, b"ab", b"cd", limit=3)
    assert (file.read(), size, is_whole) == (b"", 4, False)
    assert read(bodies, b"", headers={"content-length": "1001"})[1:] == (1001, False)
    assert read(bodies, b"", headers={})[1:] == (None, True)
    assert bodies.held == 0


def test_many_bodies_that_stop_before_their_end_take_no_more_memory_than_there_is_for_them(served, monkeypatch):
    monkeypatch.setattr(module, "ALL_IN_MEMORY", 100_000)
    held = []
    write = module._InMemory.write

    def watched(self, data):
        written = write(self, data)
        held.append(self._bodies.held)
        return written

    monkeypatch.setattr(module._InMemory, "write", watched)
    query = b"ASK {}" + b" " * 50_000
    senders = [served.connect() for _ in range(8)]
    try:
        for one in senders:
            one.sendall(HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(query) + query[:-1])
        for one in senders:
            one.sendall(query[-1:])
            with one.makefile("rb") as file:
                head, _, body = file.read().partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 ")
            assert json.loads(body)["boolean"] is True
    finally:
        for one in senders:
            one.close()
    assert max(held) <= 100_000
