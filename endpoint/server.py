"""``serve``: the app behind its gateway until it is told to stop."""

from __future__ import annotations

import gc
import resource
import signal
import socket
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, TextIO

from werkzeug.wsgi import ClosingIterator

from endpoint.app import create_app, in_use, max_body
from endpoint.execution import ThreadExecutor
from endpoint.gateway.bridge import Threads
from endpoint.gateway.front import Front
from endpoint.gateway.guests import Guests
from endpoint.gateway.running import Server
from endpoint.operation.confinement import confine
from endpoint.operation.memory import give_back
from endpoint.operation.reloading import on_hangup
from kg_build.errors import StoreError, ZonekgError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask

    from endpoint.execution import Executor
    from kg_build.settings import Settings

SPARE = 4
"""Threads beside those for queries, so that /health and pages answer while all places are taken."""


LAST_WORDS = 1.0
"""Seconds that are left then to answer those that couldn't be ended."""


MOST_CONNECTIONS = 4096


EXAMPLE = """Ask it: curl -G {}sparql -H 'Accept: text/csv' --data-urlencode \
'query=SELECT ?zone {{ ?z a <https://w3id.org/zonekg/ontology#Zone> ; <http://www.w3.org/2004/02/skos/core#prefLabel> ?zone }}'"""
"""Printed when the server is ready; a line that works as it stands."""


def serve(
    settings: Settings, *, output: TextIO | None = None, reload: Callable[[], Settings] | None = None, confined: bool = False
) -> None:
    """Serve until SIGTERM or SIGINT, then answer no more and return.

    Prints ``Serving … at URL`` when it is ready. Raises `StoreError` where there is no store, `ZonekgError` where the
    address can't be had.

    Args:
        settings: The settings.
        output: Where to print; default: standard output.
        reload: Reads the settings anew; called at SIGHUP.
        confined: Whether the process, which is for nothing else then, gives up for good what serving doesn't need.
    """
    executor = make_executor(settings)
    try:
        with _listen(settings) as listener:
            _serve(settings, executor, listener, output or sys.stdout, reload, confined=confined)
    finally:
        executor.close()


def make_executor(settings: Settings) -> Executor:
    """What runs queries, as the settings say."""
    if not settings.processes:
        return ThreadExecutor(settings.threads)
    from endpoint.workers.executor import ProcessExecutor  # noqa: PLC0415

    return ProcessExecutor.from_settings(settings)


def _serve(
    settings: Settings,
    executor: Executor,
    listener: socket.socket,
    output: TextIO,
    reload: Callable[[], Settings] | None,
    *,
    confined: bool,
) -> None:
    app = create_app(settings, executor=executor)
    if (
        confined
    ):  # Before there are threads and processes, which take after this one; behind the port, which may need a privilege.
        confine()
        give_back()
    writing = in_use(app).writing
    try:
        _answer(app, settings, executor, listener, output, reload)
    finally:
        writing.close()


def _answer(
    app: Flask,
    settings: Settings,
    executor: Executor,
    listener: socket.socket,
    output: TextIO,
    reload: Callable[[], Settings] | None,
) -> None:
    found = in_use(app)
    reader = found.source.current()
    if not reader.has_more_than(0) and not found.writing.tokens.tokens():
        raise StoreError(f"{settings.store}: empty: no build has put anything into it yet")
    executor.prepare(reader)
    found.writing.prepare()
    under_way = _UnderWay(app)
    threads = Threads(executor.capacity + found.writing.capacity + SPARE)

    def longest_body(path: str, authorization: str) -> int:
        made = in_use(app)
        return made.writing.longest_body(path, {"AUTHORIZATION": authorization}) or max_body(made.settings)

    front = Front(under_way, lambda: in_use(app), threads, longest_body)
    server = Server(front, Guests(connections(), lambda: in_use(app).settings))
    port = listener.getsockname()[1]
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    previous = _on_signals(app, server, under_way, executor, reload)
    try:
        gc.freeze()  # What there is now stays; looking through it again and again takes time from requests.
        address = f"http://{host}:{port}/"
        print(f"Serving {settings.store} at {address}\n{EXAMPLE.format(address)}", file=output, flush=True)
        server.serve_on(listener)
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _listen(settings: Settings) -> socket.socket:
    """A socket bound to the address, made here so that nothing is left open where that fails."""
    listener: socket.socket | None = None
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        listener = socket.socket(found[0][0], socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(found[0][4])
        listener.listen()
    except OSError as error:
        if listener is not None:
            listener.close()
        reason = error.strerror or str(error)
        raise ZonekgError(f"{settings.host}:{settings.port}: can't listen there: {reason}") from error
    return listener


def connections() -> int:
    """How many may be open: half of the files that the process may have, the store needs some, too."""
    return max(64, min(MOST_CONNECTIONS, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2))


class _UnderWay:
    """Counts the requests that are being answered."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self._lock = threading.Lock()
        self.count = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self._add(1)
        try:
            return ClosingIterator(self._app(environ, start_response), lambda: self._add(-1))
        except BaseException:
            self._add(-1)
            raise

    def wait(self, seconds: float) -> None:
        """Wait until there are none, but no longer than so many seconds."""
        end = time.monotonic() + seconds
        while self.count and time.monotonic() < end:
            time.sleep(0.05)

    def _add(self, number: int) -> None:
        with self._lock:
            self.count += number


def _on_signals(
    app: Flask, server: Server, under_way: _UnderWay, executor: Executor, reload: Callable[[], Settings] | None
) -> dict[signal.Signals, Any]:
    """At the first signal to stop let requests end, then stop; at the second stop at once. At SIGHUP take other settings."""
    if threading.current_thread() is not threading.main_thread():
        return {}
    stopping = in_use(app).stopping

    def drain() -> None:
        patience = in_use(app).settings.stop_timeout
        server.stop(patience + 2 * LAST_WORDS)
        under_way.wait(patience)
        executor.close()  # Queries that still run are answered, too: that the server can't.

    def stop(_number: int, _frame: object) -> None:
        if stopping.is_set():
            server.stop(0)
        stopping.set()
        threading.Thread(target=drain, name="drain", daemon=True).start()

    handlers: dict[signal.Signals, Callable[[int, Any], None]] = dict.fromkeys((signal.SIGTERM, signal.SIGINT), stop)
    if reload is not None:
        handlers[signal.SIGHUP] = on_hangup(app, reload, stop)
    return {number: signal.signal(number, handler) for number, handler in handlers.items()}
