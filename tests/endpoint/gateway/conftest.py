from __future__ import annotations

import http.client
import socket
import threading
import time
from contextlib import contextmanager
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest

from endpoint.app import create_app, max_body
from endpoint.gateway.bridge import Threads
from endpoint.gateway.front import Front
from endpoint.gateway.guests import Guests
from endpoint.gateway.running import Server
from endpoint.services import EXTENSION
from kg_build.settings import Settings
from kg_build.store import open_for_build

VALUE = "SELECT ?o { <http://e/s> <http://e/p> ?o }"


class Served:
    """A gateway that listens, and what stands behind it."""

    def __init__(self, port, app, services, server):
        self.port = port
        self.app = app
        self.services = services
        self.server = server

    def connect(self, source="127.0.0.1"):
        return socket.create_connection(("127.0.0.1", self.port), 120, source_address=(source, 0))

    def ask(self, method="GET", path="/sparql", body=None, *, query=None, **headers):
        if query is not None:
            path = f"{path}?{urlencode({'query': query})}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()

    def send(self, data: bytes) -> bytes:
        """All that is answered to some bytes."""
        with self.connect() as connection:
            connection.sendall(data)
            with connection.makefile("rb") as file:
                return file.read()


@contextmanager
def serving(settings, app=None, threads=8, most_open=4096, executor=None):
    """A gateway in a thread of this process, over our app or another one."""
    ours = create_app(settings, executor=executor)

    def services():
        return ours.extensions[EXTENSION]

    front = Front(app or ours, services, Threads(threads), lambda *_: max_body(settings))
    server = Server(front, Guests(most_open, lambda: services().settings))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        thread = threading.Thread(target=server.serve_on, args=(listener,))
        port = listener.getsockname()[1]
        thread.start()
        try:
            yield Served(port, ours, services, server)
        finally:
            server.stop(0)
            thread.join(120)


def build(folder, value):
    with open_for_build(folder, fresh=True) as made:
        made.extend([ox.Quad(*map(ox.NamedNode, ("http://e/s", "http://e/p", f"http://e/{value}", "http://e/g")))])


@pytest.fixture
def store(tmp_path):
    """A store of one quad."""
    build(tmp_path / "s", "first")
    return tmp_path / "s"


@pytest.fixture
def served(store):
    with serving(Settings(store=store)) as found:
        yield found


def eventually(happens, seconds=120):
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.01)
