"""The server with its workers, from outside."""

from __future__ import annotations

import http.client
import json
import os
import select
import signal
import socket
from urllib.parse import quote

import pytest
from serving import PATIENCE, started, with_settings

from .conftest import COUNT, ROWS, children, computed, eventually, lives


def running(store, **settings):
    """A server in which no query's time runs out by itself."""
    chosen = {"workers": 2, "query_timeout": PATIENCE, "queue_timeout": PATIENCE, **settings}
    return started(with_settings(store, **chosen), process_group=0)


@pytest.fixture(scope="module")
def server(store):
    with running(store) as found:
        yield found


@pytest.fixture
def address(server):
    return server[0]


def open_request(address, query, version="1.1", source="127.0.0.1", patience=PATIENCE, **parameters):
    """Send a request; returns the socket."""
    connection = socket.create_connection((address.hostname, address.port), patience, source_address=(source, 0))
    more = "".join(f"&{name}={value}" for name, value in parameters.items())
    head = "Host: h\r\nConnection: close\r\nAccept: text/tab-separated-values\r\n\r\n"
    connection.sendall(f"GET /sparql?query={quote(query)}{more} HTTP/{version}\r\n{head}".encode())
    return connection


def read(connection) -> bytes:
    data = bytearray()
    while chunk := connection.recv(1 << 16):
        data += chunk
    return bytes(data)


def ask(address, query="ASK {}", **options):
    with open_request(address, query, **options) as connection:
        response = http.client.HTTPResponse(connection)
        response.begin()
        return response, response.read()


def workers(process) -> set[int]:
    """The workers of a server."""
    return {worker for nursery in children(process.pid) for worker in children(nursery)}


def test_a_runaway_is_503_in_time_and_says_when_to_come_back(address):
    response, body = ask(address, COUNT, timeout=0.2)
    assert (response.status, response.getheader("Content-Type")) == (503, "application/problem+json")
    assert int(response.getheader("Retry-After")) > 0
    assert json.loads(body)["type"].endswith(":timeout")
    assert ask(address)[0].status == 200


def test_a_deadline_in_mid_answer_breaks_the_chunked_body(address):
    data = b""
    for seconds in (0.5, 2, 8, 30, PATIENCE):  # A busy machine may need longer for its first rows.
        with open_request(address, ROWS, timeout=seconds) as connection:
            data = read(connection)
        if b" 200 " in data[:20]:
            break
    assert data.startswith(b"HTTP/1.1 200 ")
    assert b"transfer-encoding: chunked\r\n" in data.lower()
    assert not data.endswith(b"0\r\n\r\n")


def test_http_1_0_gets_whole_answers_or_none(address):
    whole, body = ask(address, "SELECT * { ?a ?b ?c . ?d ?e ?f }", version="1.0")
    assert (whole.status, int(whole.getheader("Content-Length"))) == (200, len(body))
    late, body = ask(address, f"{ROWS} LIMIT 20000", version="1.0", timeout=0.001)
    assert (late.status, json.loads(body)["status"]) == (503, 503)


def test_an_answer_too_long_for_http_1_0_is_refused(address):
    response, body = ask(address, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", version="1.0")
    assert response.status == 505
    assert json.loads(body)["type"].endswith(":http-version")


@pytest.mark.parametrize("query", [COUNT, ROWS])
def test_a_client_that_leaves_frees_its_worker(server, query):
    address, process = server
    eventually(lambda: len(workers(process)) == 3)
    before = workers(process)
    at_first = max(map(computed, before))
    connection = open_request(address, query)
    if query == ROWS:
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
    else:
        # So much that it must be at the query.
        eventually(lambda: max(map(computed, workers(process))) > at_first + 0.1)
    connection.close()
    eventually(lambda: len(workers(process)) == 3 and workers(process) != before)


def test_limits_hold_for_each_client_address(store):
    # No time runs out here, however busy the machine is: each step waits for the one before.
    # No answers are kept: the two queries are one and the same, and so are those of the others.
    with running(store, workers=1, long_queries=4, client_queries=1, cache_memory=0) as (address, _):
        runaways = [open_request(address, COUNT) for _ in range(2)]
        try:
            # While others ask, one of the two must make room, and finds its client's long places taken.
            poll = select.poll()  # `select` stops at descriptor 1024, and a long run of tests has many files open.
            for connection in runaways:
                poll.register(connection, select.POLLIN)
            while not (over := poll.poll(0)):
                assert ask(address, source="127.0.0.2")[0].status == 200
            ((loser, _event),) = over
            answer = read(next(connection for connection in runaways if connection.fileno() == loser))
            assert b" 429 " in answer.split(b"\r\n")[0]
            assert b"\r\nretry-after: " in answer.lower()
        finally:
            for connection in runaways:
                connection.close()


def test_memory_has_a_ceiling(store):
    with running(store, worker_memory=64 << 20) as (address, _):
        response, body = ask(address, f"{ROWS} ORDER BY ?i ?a")
        assert (response.status, json.loads(body)["type"]) == (503, "urn:zonekg:problem:memory")
        assert response.getheader("Retry-After")
        assert ask(address)[0].status == 200


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_worker_outlives_its_server(store, number):
    with running(store) as (address, process):
        nurseries = children(process.pid)
        eventually(lambda: len(workers(process)) == 3)
        pids = nurseries | workers(process)
        # One of them is in the middle of a query that would take for ever.
        with open_request(address, COUNT, timeout=1 if number != signal.SIGKILL else PATIENCE):
            eventually(lambda: len(workers(process)) == 3)
            pids |= workers(process)
            os.killpg(process.pid, number)  # As a terminal does it: the whole group.
            process.wait(PATIENCE)
            eventually(lambda: not any(map(lives, pids)))


def test_a_server_killed_with_its_nursery_leaves_nothing(store):
    with running(store) as (address, process):
        eventually(lambda: len(workers(process)) == 3)
        (nursery,) = children(process.pid)
        pids = {nursery} | workers(process)
        with open_request(address, COUNT):
            os.kill(process.pid, signal.SIGSTOP)  # So that it makes no new one.
            os.kill(nursery, signal.SIGKILL)
            os.kill(process.pid, signal.SIGKILL)
            process.wait(PATIENCE)
            eventually(lambda: not any(map(lives, pids)))


def test_a_worker_killed_while_idle_costs_no_request(server):
    address, process = server
    eventually(lambda: len(workers(process)) == 3)
    victims = workers(process)
    for worker in victims:
        os.kill(worker, signal.SIGKILL)
    eventually(lambda: not any(map(lives, victims)))
    assert ask(address)[0].status == 200


def test_threads_remain_as_a_choice(store):
    with running(store, processes=False) as (address, process):
        assert ask(address)[0].status == 200
        assert children(process.pid) == set()
