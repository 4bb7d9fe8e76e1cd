from __future__ import annotations

import http.client
import threading

import pytest

from endpoint.gateway.bodies import IN_MEMORY
from endpoint.gateway.bridge import AHEAD, GONE, Threads
from kg_build.settings import Settings

from .conftest import eventually, serving


class Echo:
    """Keeps the environment of the last request, and its body."""

    def __call__(self, environ, start_response):
        self.environ = environ
        self.body = environ["wsgi.input"].read()
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
        return [b"ok"]


@pytest.fixture
def echo(store):
    app = Echo()
    with serving(Settings(store=store), app) as served:
        served.echo = app
        yield served


def test_the_environment_says_what_was_asked(echo):
    echo.ask("POST", "/a%20b/%E5%8C%BA?x=%20&y", b"body", Accept="text/csv", Content_Type="text/plain")
    found = {name: value for name, value in echo.echo.environ.items() if isinstance(value, str)}
    assert found["REQUEST_METHOD"] == "POST"
    assert found["PATH_INFO"].encode("latin-1").decode() == "/a b/区"
    assert found["QUERY_STRING"] == "x=%20&y"
    assert (found["SERVER_PROTOCOL"], found["SERVER_PORT"]) == ("HTTP/1.1", str(echo.port))
    assert (found["REMOTE_ADDR"], found["HTTP_ACCEPT"]) == ("127.0.0.1", "text/csv")
    assert (found["CONTENT_TYPE"], found["CONTENT_LENGTH"], echo.echo.body) == ("text/plain", "4", b"body")
    assert echo.echo.environ[GONE]() in {True, False}


def test_letters_may_be_sent_as_they_are(echo):
    assert echo.send("GET /id/开发区?a=区 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode()).startswith(b"HTTP/1.1 200")
    assert echo.echo.environ["PATH_INFO"].encode("latin-1").decode() == "/id/开发区"
    assert echo.echo.environ["QUERY_STRING"] == "a=%E5%8C%BA"


def test_headers_that_could_be_taken_for_others_are_left_out_and_equal_ones_joined(echo):
    head = b"GET / HTTP/1.1\r\nHost: h\r\nX_Forwarded_For: 1\r\nAccept: a/b\r\nAccept: c/d\r\nCookie: a=1\r\nCookie: b=2\r\n"
    echo.send(head + b"Connection: close\r\n\r\n")
    environ = echo.echo.environ
    assert "HTTP_X_FORWARDED_FOR" not in environ
    assert (environ["HTTP_ACCEPT"], environ["HTTP_COOKIE"]) == ("a/b,c/d", "a=1; b=2")


@pytest.mark.parametrize("size", [0, 10, IN_MEMORY - 1, IN_MEMORY + 100_000])
def test_bodies_arrive_whole_whatever_their_length_and_form(store, size):
    app = Echo()
    with serving(Settings(store=store, max_query_length=IN_MEMORY), app) as served:
        body = bytes(range(256)) * (size // 256 + 1)
        served.ask("POST", "/", body)
        assert app.body == body
        served.ask("POST", "/", iter([body[:100], body[100:]]))
        assert (app.body, app.environ["CONTENT_LENGTH"]) == (body, str(len(body)))
        assert "HTTP_TRANSFER_ENCODING" not in app.environ


class Endless:
    """An answer that never ends, and says how far it is."""

    def __init__(self, piece=b"x" * 65536, breaks_after=None):
        self.piece = piece
        self.breaks_after = breaks_after
        self.made = 0
        self.is_closed = threading.Event()

    def __call__(self, environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return self

    def __iter__(self):
        return self

    def __next__(self):
        if self.made == self.breaks_after:
            raise TimeoutError
        self.made += 1
        return self.piece

    def close(self):
        self.is_closed.set()


def test_an_answer_is_not_far_ahead_of_its_client(store):
    app = Endless(b"x" * (1 << 20))
    with serving(Settings(store=store), app) as served, served.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        eventually(lambda: app.made >= AHEAD)
        # Beside these, what the two ends' sockets hold.
        assert not app.is_closed.wait(1)
        assert app.made < 2 * AHEAD + 16


def test_an_answer_ends_when_its_client_leaves(store):
    app = Endless()
    with serving(Settings(store=store), app) as served:
        with served.connect() as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            connection.recv(1000)
        assert app.is_closed.wait(120)


def test_an_answer_that_breaks_off_does_not_look_whole(store):
    app = Endless(b"piece", breaks_after=3)
    with serving(Settings(store=store), app) as served:
        with pytest.raises(http.client.IncompleteRead):
            served.ask(path="/")
        assert app.is_closed.is_set()


def test_an_application_that_fails_is_a_500(store):
    def fails(environ, start_response):
        raise ValueError("not for everybody")

    with serving(Settings(store=store), fails) as served:
        response, content = served.ask(path="/")
        assert response.status == 500
        assert b"not for everybody" not in content


def test_there_are_no_more_threads_than_may_be():
    threads = Threads(2)
    may, done = threading.Semaphore(0), threading.Semaphore(0)
    at_work = []

    def job():
        at_work.append(threading.get_ident())
        may.acquire()
        done.release()

    for _ in range(5):
        threads.do(job)
    eventually(lambda: len(at_work) == 2)
    may.release(5)
    for _ in range(5):
        assert done.acquire(timeout=120)
    assert (len(at_work), len(set(at_work))) == (5, 2)
