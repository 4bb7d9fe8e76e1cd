from __future__ import annotations

import json
import threading
from contextlib import ExitStack, suppress

import pytest

from endpoint.gateway import connection as module
from endpoint.gateway.guests import Guests
from kg_build.settings import Settings

from .conftest import VALUE, eventually, serving
from .test_bridge import Endless

HEAD = b"GET /health HTTP/1.1\r\nHost: h\r\n"


def problem(answer: bytes):
    head, _, content = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    assert b"nosniff" in head
    return json.loads(content)


@pytest.mark.parametrize(
    "raw", [b"\x00\x01\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/1.1\r\nHo st: h\r\n\r\n", b"\x16\x03\x01\x02\x00\x01"]
)
def test_what_is_no_http_is_answered(served, raw):
    answer = served.send(raw)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert problem(answer)["status"] == 400


@pytest.mark.parametrize(
    "more", [b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", b"Content-Length: 3\r\nContent-Length: 4\r\n"]
)
def test_a_body_of_two_lengths_is_refused(served, more):
    assert served.send(b"POST /sparql HTTP/1.1\r\nHost: h\r\n" + more + b"\r\n0\r\n\r\n").startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    "more", [b"Transfer-Encoding: gzip, chunked\r\n", b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"]
)
def test_a_body_in_a_coding_that_is_not_known_is_not_read(served, more):
    answer = served.send(b"POST /sparql HTTP/1.1\r\nHost: h\r\n" + more + b"\r\n6\r\nASK {}\r\n0\r\n\r\n" + HEAD + b"\r\n")
    assert problem(answer)["status"] == 501
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"BREW / HTTP/1.1", 501),
        (b"get / HTTP/1.1", 501),
        (b"CONNECT e.example:80 HTTP/1.1", 501),
        (b"GET / HTTP/2.0", 505),
        (b"GET /", 505),
        (b"BREW", 400),
        (b"BREW / FTP/1.1", 400),
    ],
)
def test_what_nobody_here_knows_is_told_apart_from_nonsense(served, line, status):
    answer = served.send(line + b"\r\nHost: h\r\n\r\n")
    assert (answer[9:12], problem(answer)["status"]) == (str(status).encode(), status)


@pytest.mark.parametrize("method", [b"PATCH", b"PROPFIND", b"TRACE"])
def test_a_method_that_is_known_is_told_what_is_allowed(served, method):
    answer = served.send(method + b" /health HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 405 ")
    assert b"\r\nallow: " in answer


def test_a_ping_is_answered(served):
    answer = served.send(b"OPTIONS * HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 204 ")
    assert served.send(b"GET * HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 404 ")


def test_the_connection_of_a_web_socket_ends_with_the_answer(served):
    for more in (b"", b"\x81\x05hello"):
        answer = served.send(HEAD + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n" + more)
        assert answer.count(b"HTTP/1.1 ") == 1


def test_a_wish_for_another_http_is_passed_over(served):
    wish = HEAD + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"
    answer = served.send(wish + wish + HEAD + b"Connection: close\r\n\r\n")
    assert answer.count(b"HTTP/1.1 200 OK") == 3


def test_a_body_in_broken_chunks_is_refused(served):
    answer = served.send(b"POST /sparql HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nno number\r\n")
    assert problem(answer)["status"] == 400


@pytest.mark.parametrize("begun", [b"", HEAD, HEAD + b"X: ", HEAD + b"Content-Length: 100\r\n\r\nabc"])
def test_a_request_that_never_comes_to_its_end_is_given_up(served, monkeypatch, begun):
    monkeypatch.setattr(module, "SLOWEST", (0.2, 10_000))
    monkeypatch.setattr(module, "LOOK", 0.05)
    assert problem(served.send(begun))["status"] == 408


def test_many_slow_clients_keep_nobody_from_an_answer(served):
    slow = [served.connect() for _ in range(200)]
    for connection in slow:
        connection.sendall(HEAD)
    assert served.ask(query=VALUE)[0].status == 200
    for connection in slow:
        connection.close()


def test_a_connection_too_many_is_told_so(store):
    with serving(Settings(store=store, client_connections=2), most_open=1) as served, served.connect() as first:
        first.sendall(HEAD + b"\r\n")
        first.recv(4096)
        answer = served.send(b"")
        assert problem(answer)["status"] == 503
        assert b"\r\nRetry-After: " in answer


def is_answered(connection):
    connection.sendall(HEAD + b"\r\n")
    return connection.recv(4096).startswith(b"HTTP/1.1 200 ")


def is_let_in(served):
    with served.connect() as connection, suppress(ConnectionError):
        return is_answered(connection)
    return False


def test_one_client_has_its_share_of_connections_and_no_more(store):
    with serving(Settings(store=store, client_connections=2)) as served, ExitStack() as stack:
        own = [stack.enter_context(served.connect()) for _ in range(2)]
        assert all(map(is_answered, own))
        answer = served.send(b"")
        assert problem(answer)["status"] == 429
        assert b"\r\nRetry-After: " in answer
        assert all(map(is_answered, own))
        assert is_answered(stack.enter_context(served.connect("127.0.0.2")))
        own.pop().close()
        eventually(lambda: is_let_in(served))


def test_far_too_many_connections_of_a_client_end_without_a_word(store):
    with serving(Settings(store=store, client_connections=2)) as served, ExitStack() as stack:
        told = [stack.enter_context(served.connect()) for _ in range(4)][2:]
        for one in told:  # They stay as long as the client does, or for half a minute.
            assert one.recv(4096).startswith(b"HTTP/1.1 429 ")
        with served.connect() as fifth, suppress(ConnectionResetError):
            assert fifth.recv(4096) == b""
        with served.connect("127.0.0.2") as other:
            assert is_answered(other)


def test_a_trusted_proxy_has_as_many_as_there_are(store):
    settings = Settings(store=store, client_connections=1, trusted_proxies="127.0.0.1")
    with serving(settings) as served, ExitStack() as stack:
        assert all(is_answered(stack.enter_context(served.connect())) for _ in range(5))
        with served.connect("127.0.0.2") as other:
            assert is_answered(other)
            with served.connect("127.0.0.2") as second:
                assert second.recv(4096).startswith(b"HTTP/1.1 429 ")


def test_connections_are_counted_by_client_not_by_address():
    guests = Guests(16, lambda: Settings(trusted_proxies="10.0.0.0/8"))
    names = [guests.come(f"2001:db8:0:1::{n}")[0] for n in range(2)]
    assert guests.come("2001:db8:0:1::ffff")[1] == "too many"
    assert guests.come("2001:db8:0:2::1")[1] == "welcome"
    assert [guests.come("::ffff:10.0.0.1")[1] for _ in range(9)] == ["welcome"] * 9
    for name in names:
        guests.leave(name)
    assert guests.come("2001:db8:0:1::5")[1] == "welcome"


def test_a_head_too_long_is_refused_however_it_comes(served):
    for piece in (b"GET /" + b"x" * (1 << 20), HEAD + b"X: " + b"y" * (1 << 20), HEAD + b"X: y\r\n" * (1 << 18)):
        assert problem(served.send(piece + b"\r\n\r\n"))["status"] == 431


def test_a_long_body_behind_a_short_head_is_no_long_head(served):
    body = b"#" * (module.MAX_HEAD + 1000)
    head = b"POST /sparql HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: application/sparql-query\r\n"
    answer = served.send(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    "line", [b"POST /sparql", b"GET /health", b"GET /sparql?query=ASK%20%7B%7D", b"HEAD /health", b"DELETE /graphs?default"]
)
def test_a_body_declared_too_long_is_not_waited_for(served, line):
    head = b" HTTP/1.1\r\nHost: h\r\nContent-Type: application/sparql-query\r\nContent-Length: 99000000000\r\n\r\n"
    with served.connect() as connection:
        connection.sendall(line + head + b"ASK")
        with connection.makefile("rb") as file:
            answer = file.read()
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert b"\r\nconnection: close\r\n" in answer
        eventually(lambda: sent_in_vain(connection))


def sent_in_vain(connection):
    try:
        connection.sendall(b"#" * 1_000_000)
    except OSError:
        return True
    return False


def test_who_may_not_write_is_told_that_and_not_the_length(served):
    answer = served.send(b"PUT /graphs?default HTTP/1.1\r\nHost: h\r\nContent-Length: 99000000000\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 405 ")


def test_a_body_in_chunks_is_read_as_far_as_its_bound(served):
    head = b"POST /sparql HTTP/1.1\r\nHost: h\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"%x\r\n" % (1 << 16) + b"#" * (1 << 16) + b"\r\n"
    answer = served.send(head + chunk * 30)  # No end.
    assert problem(answer)["type"] == "urn:zonekg:problem:body"


CHUNKED = b"POST /sparql HTTP/1.1\r\nHost: h\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n"
CLOSE = b"Connection: close\r\n"


def test_a_trailer_is_no_header(served):
    ask = CHUNKED + CLOSE + b"\r\n6\r\nASK {}\r\n0\r\n"
    answer = served.send(ask + b"Accept: text/csv\r\nX-Request-Id: behind\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"behind" not in answer
    assert b"application/sparql-results+json" in answer


def test_a_trailer_says_nothing_of_who_asks(store, caplog):
    settings = Settings(store=store, trusted_proxies="127.0.0.1")
    with serving(settings) as served, caplog.at_level("INFO", "zonekg.access"):
        forwarded = b"X-Forwarded-For: 203.0.113.1\r\n"
        ask = CHUNKED + CLOSE + forwarded + b"\r\n6\r\nASK {}\r\n0\r\nX-Forwarded-For: 198.51.100.1\r\n\r\n"
        assert served.send(ask).startswith(b"HTTP/1.1 200 ")
        eventually(lambda: caplog.records)
    assert [record.zonekg["client"] for record in caplog.records] == ["203.0.113.1"]


@pytest.mark.parametrize(
    "more",
    [
        b"6\r\nASK {}\r\n0\r\n" + b"X-A: b\r\n" * 60_000,
        b"6\r\nASK {}\r\n0\r\nX-A: " + b"b" * 600_000,
        b"6;" + b"a" * 600_000,
        b"".join(b"1;%s\r\n \r\n" % (b"a" * 1000) for _ in range(600)),
    ],
)
def test_what_comes_beside_a_body_is_bounded(served, more):
    answer = served.send(CHUNKED + b"\r\n" + more)  # No end.
    assert problem(answer)["status"] == 431
    assert answer.count(b"HTTP/1.1 ") == 1


def test_a_body_may_come_byte_by_byte(served):
    answer = served.send(CHUNKED + CLOSE + b"\r\n6\r\nASK {}\r\n" + b"1\r\n \r\n" * 90_000 + b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("target", "host", "version", "status"),
    [
        (b"http://ours.example/health/ready", b"other.example", b"1.1", 200),
        (b"HTTP://ours.example:8000/sparql?query=ASK%7B%7D", b"other.example", b"1.1", 200),
        (b"http://ours.example/sparql?query=ASK%7B%7D", None, b"1.0", 200),
        (b"http://other.example/sparql?query=ASK%7B%7D", b"ours.example", b"1.1", 421),
        (b"http://[::1]:80/sparql?query=ASK%7B%7D", b"ours.example", b"1.1", 421),
        (b"http://ours.example/sparql?query=ASK%7B%7D", None, b"1.1", 400),
        (b"http://ours.example/sparql?query=ASK%7B%7D", b"a\r\nHost: b", b"1.1", 400),
        (b"ftp://ours.example/sparql?query=ASK%7B%7D", b"ours.example", b"1.1", 400),
        (b"http://me:secret@ours.example/sparql?query=ASK%7B%7D", b"ours.example", b"1.1", 400),
    ],
)
def test_the_host_of_a_whole_address_is_the_requests(store, target, host, version, status):
    with serving(Settings(store=store, hosts="ours.example")) as served:
        line = b"GET " + target + b" HTTP/" + version + b"\r\n"
        answer = served.send(line + (b"" if host is None else b"Host: " + host + b"\r\n") + CLOSE + b"\r\n")
        assert answer.startswith(b"HTTP/1.1 %d " % status)


def test_requests_may_follow_each_other(served):
    answer = served.send(HEAD + b"\r\n" + HEAD + b"\r\n" + HEAD + b"Connection: close\r\n\r\n")
    assert answer.count(b"HTTP/1.1 200 OK") == 3


def test_whoever_is_told_to_wait_before_sending_is_told_to_go_on(served):
    head = b"POST /sparql HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: application/sparql-query\r\n"
    answer = served.send(head + b"Expect: 100-continue\r\nContent-Length: 6\r\n\r\nASK {}")
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
    answer = served.send(head + b"Expect: 100-continue\r\nContent-Length: 100000000\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_client_that_reads_nothing_is_left(store, monkeypatch):
    monkeypatch.setattr(module, "STALLED", 0.2)
    app = Endless()
    with serving(Settings(store=store), app) as served, served.connect() as connection:
        connection.sendall(HEAD + b"\r\n")
        assert app.is_closed.wait(120)
        eventually(lambda: not served.server.server_state.connections)


class Held:
    """An answer that is there when it is let go."""

    def __init__(self):
        self.is_asked, self.is_let_go = threading.Event(), threading.Event()

    def __call__(self, environ, start_response):
        self.is_asked.set()
        assert self.is_let_go.wait(120)
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "4")])
        return [b"held"]


REFUSED = [
    b"BREW / HTTP/1.1\r\nHost: h\r\n\r\n",
    b"\x00\x01",
    b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nno number\r\n",
    HEAD + b"X: " + b"y" * (1 << 19),
]


@pytest.mark.parametrize("refused", REFUSED, ids=["method", "nonsense", "chunks", "length"])
def test_those_before_a_refused_request_are_answered_first(store, refused):
    app = Held()
    with serving(Settings(store=store), app) as served, served.connect() as connection:
        connection.sendall((HEAD + b"\r\n") * 2 + refused)
        assert app.is_asked.wait(120)
        app.is_let_go.set()
        with connection.makefile("rb") as file:
            answer = file.read()
    first, second, last = (b"HTTP/1.1 " + part for part in answer.split(b"HTTP/1.1 ")[1:])
    assert first.startswith(b"HTTP/1.1 200 ")
    assert first.endswith(b"\r\n\r\nheld")
    assert second.endswith(b"\r\n\r\nheld")
    assert problem(last)["status"] >= 400


@pytest.mark.parametrize("refused", REFUSED, ids=["method", "nonsense", "chunks", "length"])
def test_a_refusal_waits_for_an_answer_under_way(store, refused):
    app = Held()
    with serving(Settings(store=store), app) as served, served.connect() as connection:
        connection.sendall(HEAD + b"\r\n")
        assert app.is_asked.wait(120)
        connection.sendall(refused)
        eventually(lambda: any(one.is_refused for one in served.server.server_state.connections))
        app.is_let_go.set()
        with connection.makefile("rb") as file:
            answer = file.read()
    assert b"\r\n\r\nheldHTTP/1.1 " in answer
    assert problem(b"HTTP/1.1 " + answer.split(b"HTTP/1.1 ")[2])["status"] >= 400


def test_a_slow_request_behind_another_is_given_up_when_that_is_answered(store, monkeypatch):
    monkeypatch.setattr(module, "SLOWEST", (0.2, 10_000))
    monkeypatch.setattr(module, "LOOK", 0.05)
    app = Held()
    with serving(Settings(store=store), app) as served, served.connect() as connection:
        connection.sendall(HEAD + b"\r\n" + HEAD)
        eventually(lambda: any(one.is_refused for one in served.server.server_state.connections))
        app.is_let_go.set()
        with connection.makefile("rb") as file:
            answer = file.read()
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"heldHTTP/1.1 408 " in answer


def test_who_wanted_no_more_hears_nothing_about_what_follows(store):
    app = Held()
    with serving(Settings(store=store), app) as served, served.connect() as connection:
        connection.sendall(HEAD + b"Connection: close\r\n\r\n" + REFUSED[0])
        app.is_let_go.set()
        with connection.makefile("rb") as file:
            assert file.read().endswith(b"\r\n\r\nheld")
