# ruff: noqa: PLC0415 - each server is imported where it alone is there
"""The smallest WSGI application that a server can be measured with, and how each server runs it: ``plain.py SERVER PORT``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any

BODY = b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"https://w3id.org/zonekg/id/zone/1"}}]}}'
HEADERS = [
    ("Content-Type", "application/sparql-results+json"),
    ("Content-Length", str(len(BODY))),
    ("ETag", '"0123456789abcdef"'),
    ("Vary", "Accept, Accept-Encoding"),
    ("X-Content-Type-Options", "nosniff"),
    ("Access-Control-Allow-Origin", "*"),
]
THREADS = 12


def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """A short answer; at ``/broken`` a long one that breaks off; at ``/told`` whether the server tells when a client leaves."""
    if environ["PATH_INFO"] == "/broken":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return _broken()
    if environ["PATH_INFO"] == "/told":
        names = {"zonekg.client_disconnected", "waitress.client_disconnected", "gunicorn.socket"}
        told = b"yes" if names & environ.keys() else b"no"
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(told)))])
        return [told]
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", HEADERS[:])
    return [BODY]


def _broken() -> Iterator[bytes]:
    yield b"begun"
    raise TimeoutError


def waitress(port: int) -> None:
    """Run by waitress."""
    from waitress.server import create_server

    create_server(app, listen=f"127.0.0.1:{port}", threads=THREADS, channel_request_lookahead=1, asyncore_use_poll=True).run()


def cheroot(port: int) -> None:
    """Run by cheroot."""
    from cheroot.wsgi import Server

    Server(("127.0.0.1", port), app, numthreads=THREADS).start()


def gunicorn(port: int) -> None:
    """Run by gunicorn, one process with threads."""
    options = ["-b", f"127.0.0.1:{port}", "-k", "gthread", "-w1", "--threads", str(THREADS), "--keep-alive", "60"]
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *options, "plain:app"])


def granian(port: int) -> None:
    """Run by granian, one process."""
    options = ["--interface", "wsgi", "--port", str(port), "--blocking-threads", str(THREADS), "--no-ws", "--http", "1"]
    os.execv(sys.executable, [sys.executable, "-m", "granian", *options, "--log-level", "critical", "plain:app"])


def gateway(port: int) -> None:
    """Run by our own gateway over uvicorn and httptools, in its threads."""
    import socket
    from types import SimpleNamespace

    from endpoint.gateway.bridge import Threads
    from endpoint.gateway.cache import AnswerCache
    from endpoint.gateway.front import Front
    from endpoint.gateway.running import Server

    services: Any = SimpleNamespace(answers=AnswerCache(0))
    with socket.create_server(("127.0.0.1", port)) as listener:
        front = Front(app, lambda: services, Threads(THREADS), lambda *_: 1_000_000)
        Server(front, 1000).serve_on(listener)


SERVERS = {server.__name__: server for server in (gateway, waitress, gunicorn, cheroot, granian)}

if __name__ == "__main__":
    SERVERS[sys.argv[1]](int(sys.argv[2]))
