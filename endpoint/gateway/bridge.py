"""A WSGI application behind an event loop: it runs in threads, its answer leaves whole or as it comes.

The other way round than a WSGI server of threads: a connection that waits costs no thread, and what a client does to its
connection reaches no thread, but that it has left.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from dataclasses import dataclass
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes

from endpoint.operation.proxies import HEADERS as FORWARDING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from wsgiref.types import WSGIApplication, WSGIEnvironment

    from endpoint.gateway.connection import Connection

GONE: Final = "zonekg.client_disconnected"
"""Under this name the environment has a function that tells whether the client has left."""
AT_ONCE: Final = 1 << 20
"""Bytes up to which an answer whose length is known is handed over in one piece."""
AHEAD: Final = 8
"""Pieces of an answer that a thread may be ahead of the connection."""
FILE_PIECE: Final = 1 << 17
"""Bytes of a file that are read at once."""
_GLANCE: Final = 0.5
_TOLD: Final = {
    name: f"HTTP_{name.upper().replace('-', '_')}"
    for name in ("user-agent", "x-request-id", "traceparent", *(name[5:].lower().replace("_", "-") for name in FORWARDING))
}
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Head:
    """How an answer begins; ``body`` where it is there as a whole."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes | None


class Threads:
    """Threads that do what they are given, started when they are needed, ``most`` of them. They end with the process."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._jobs: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._lock = threading.Lock()
        self._started = 0
        self._free = 0

    def do(self, job: Callable[[], None]) -> None:
        """Do something as soon as a thread is free."""
        with self._lock:
            self._free -= 1
            is_needed = self._free < 0 and self._started < self._most
            self._started += is_needed
            self._free += is_needed
        self._jobs.put(job)
        if is_needed:
            threading.Thread(target=self._work, name="requests", daemon=True).start()

    def _work(self) -> None:
        while True:
            job = self._jobs.get()
            try:
                job()
            finally:
                with self._lock:
                    self._free += 1


def environment(
    scope: Mapping[str, Any], headers: Mapping[str, str], body: IO[bytes], length: int | None, connection: Connection
) -> WSGIEnvironment:
    """The environment of a request (PEP 3333), read from its ASGI scope.

    Args:
        scope: The scope.
        headers: Its headers, names in lower case; those with an underscore in their names are left out, since they could
            not be told from others.
        body: The body.
        length: Its length; None where there is none.
        connection: The connection that it came over.
    """
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "REQUEST_URI": scope["raw_path"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": scope["server"][0],
        "SERVER_PORT": str(scope["server"][1]),
        "REMOTE_ADDR": scope["client"][0] if scope["client"] else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.errors": _Errors(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
        "wsgi.file_wrapper": _File,
        GONE: lambda: connection.is_gone,
    }
    for name, value in headers.items():
        if name not in {"content-length", "content-type", "transfer-encoding"} and "_" not in name:
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    if length is not None:
        environ["CONTENT_LENGTH"] = str(length)
    if "content-type" in headers:
        environ["CONTENT_TYPE"] = headers["content-type"]
    return environ


def environment_told(scope: Mapping[str, Any], headers: Mapping[str, str]) -> WSGIEnvironment:
    """The part of the environment that tells who asks, and how; for those who answer themselves."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "REMOTE_ADDR": scope["client"][0] if scope["client"] else "",
    }
    for name in headers.keys() & _TOLD.keys():
        environ[_TOLD[name]] = headers[name]
    return environ


class _Errors:
    """Where an application may write to."""

    def write(self, text: str) -> None:
        if text.strip():
            _LOG.error("%s", text.rstrip())

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Nothing is held back."""


class _File:
    """A file in pieces."""

    def __init__(self, file: IO[bytes], _size: int = 0) -> None:
        self._file = file

    def __iter__(self) -> _File:
        return self

    def __next__(self) -> bytes:
        if piece := self._file.read(FILE_PIECE):
            return piece
        raise StopIteration

    def close(self) -> None:
        self._file.close()


class Call:
    """One call of the application, in a thread; its results are awaited in the loop that made it."""

    def __init__(self, app: WSGIApplication, environ: WSGIEnvironment) -> None:
        self.environ = environ
        self._app = app
        self._loop = asyncio.get_running_loop()
        self._head: asyncio.Future[Head] = self._loop.create_future()
        self._pieces: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._room = threading.Semaphore(AHEAD)
        self._is_unwanted = False
        self._is_whole = False

    async def head(self, threads: Threads) -> Head:
        """Call it; returns when the answer begins. Raises what the application raises."""
        threads.do(self._work)
        return await self._head

    async def piece(self) -> bytes | None:
        """The next piece of an answer that isn't there as a whole; None at its end, see `is_whole`."""
        piece = await self._pieces.get()
        self._room.release()
        return piece

    @property
    def is_whole(self) -> bool:
        """Whether the end was one, and the answer didn't break off."""
        return self._is_whole

    def give_up(self) -> None:
        """Nobody wants the rest of the answer."""
        self._is_unwanted = True
        self._room.release()

    def _work(self) -> None:
        begun: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> Callable[[bytes], object]:
            begun[:] = int(status[:3]), headers
            return _write

        try:
            answer = self._app(self.environ, start_response)
            try:
                status, headers = begun
                if _is_short(self.environ, status, headers):
                    self._tell(self._begin, Head(status, headers, b"".join(answer)))
                    return
                self._tell(self._begin, Head(status, headers, None))
                try:
                    for piece in answer:
                        if piece and not self._hand_over(piece):
                            return
                    self._is_whole = True
                finally:
                    self._tell(self._pieces.put_nowait, None)
            finally:
                close = getattr(answer, "close", None)
                if close is not None:
                    close()
        except BaseException as error:  # noqa: BLE001 - whatever it is, the loop must hear of it
            self._tell(self._fail, error)

    def _hand_over(self, piece: bytes) -> bool:
        while not self._room.acquire(timeout=_GLANCE):
            if self._is_unwanted:
                return False
        if self._is_unwanted:
            return False
        self._tell(self._pieces.put_nowait, piece)
        return True

    def _tell(self, what: Callable[[Any], None], value: object) -> None:
        try:
            self._loop.call_soon_threadsafe(what, value)
        except RuntimeError:  # The loop has ended: the server was told to stop at once.
            self._is_unwanted = True

    def _begin(self, head: Head) -> None:
        if not self._head.done():
            self._head.set_result(head)

    def _fail(self, error: BaseException) -> None:
        if not self._head.done():
            self._head.set_exception(error)
        elif not self.environ[GONE]():
            _LOG.warning("an answer broke off: %r", error)


def _is_short(environ: WSGIEnvironment, status: int, headers: list[tuple[str, str]]) -> bool:
    if environ["REQUEST_METHOD"] == "HEAD" or status in {204, 304}:
        return True
    length = next((value for name, value in headers if name.lower() == "content-length"), None)
    return length is not None and int(length) <= AT_ONCE


def _write(_data: bytes) -> object:
    raise NotImplementedError("write() of PEP 3333 is for applications older than this one")
