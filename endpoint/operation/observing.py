"""Around the whole app: who asks, what came of it, how long it took. Told to the log and to the metrics when the last byte
has gone, whoever answered.

An answer that breaks off is told in one line. What is raised then, so that the server ends the connection, says no more.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any, Final

from endpoint.execution import ClientGoneError, MemoryLimitError, QueryTimeoutError, WorkerLostError
from endpoint.operation import proxies
from endpoint.operation.logs import FIELDS, BrokenOffError, clean, tell
from endpoint.operation.records import CACHE, KEY, Record, request_id, trace
from endpoint.sparql.xml import UnsayableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from endpoint.services import Services

_ACCESS = logging.getLogger("zonekg.access")
_SLOW = logging.getLogger("zonekg.slow")
_QUIET: Final = frozenset({"/health", "/health/ready", "/metrics"})
"""Routes that are asked every few seconds: only what goes wrong there is told."""
LONGEST_QUERY: Final = 4000
"""Characters of a query that the log shows."""
_REASONS: Final[dict[type[BaseException], str]] = {
    QueryTimeoutError: "timeout",
    ClientGoneError: "left",
    MemoryLimitError: "memory",
    WorkerLostError: "lost",
    UnsayableError: "unsayable",
}


class Observed:
    """A WSGI application with an eye on it.

    Args:
        app: The application.
        services: Gives what it works with just now; settings may change.
    """

    def __init__(self, app: WSGIApplication, services: Callable[[], Services]) -> None:
        self._app = app
        self._services = services

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        services = self._services()
        proxies.resolve(environ, proxies.networks(services.settings.trusted_proxies))
        call = Call(services, environ)
        environ[KEY] = call.record

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            call.status = int(status[:3])
            headers.append(("X-Request-Id", call.record.request_id))
            return start_response(status, headers, *rest)

        try:
            return _Body(self._app(environ, start), call)
        except BaseException:
            call.finish()
            raise


class Call:
    """One request, from its arrival to the last byte of its answer.

    Whoever answers before the app is entered makes one himself, sets ``status``, ``size`` and what he knows of the ``record``,
    sends ``record.request_id`` as ``X-Request-Id``, and calls `finish`, or `hand_over`.
    """

    def __init__(self, services: Services, environ: WSGIEnvironment) -> None:
        self.record = Record(request_id(environ), trace(environ), cache=environ.get(CACHE, ""))
        self.status = 500
        self.size = 0
        self.first: float | None = None
        self._services = services
        self._environ = environ
        self._began = time.monotonic()
        self._is_over = False
        services.metrics.in_progress.inc()

    def elapsed(self) -> float:
        """Seconds since the request came."""
        return time.monotonic() - self._began

    def break_off(self, error: Exception) -> None:
        """Note why the answer isn't whole."""
        reason = next((name for kind, name in _REASONS.items() if isinstance(error, kind)), "error")
        self.record.outcome = reason
        self._services.metrics.broken(reason)
        fields = {"request_id": self.record.request_id, "reason": reason, "bytes": self.size}
        _ACCESS.warning("answer broken off: %s", reason, exc_info=error if reason == "error" else None, extra={FIELDS: fields})

    def hand_over(self) -> None:
        """Leave it to another one of these to tell of the request."""
        self._is_over = True
        self._services.metrics.in_progress.dec()

    def finish(self) -> None:
        """Tell of the request, once."""
        if self._is_over:
            return
        self._is_over = True
        seconds = self.elapsed()
        metrics, settings, record = self._services.metrics, self._services.settings, self.record
        metrics.in_progress.dec()
        metrics.observe(record, self._environ.get("REQUEST_METHOD", ""), self.status, seconds, self.size)
        if 0 < settings.slow_query <= seconds and record.query:
            metrics.slow()
            _SLOW.warning("slow query", extra={FIELDS: self._fields(seconds) | {"query": clean(record.query, LONGEST_QUERY)}})
        failed = self.status >= 500
        if failed or (settings.access_log and record.route not in _QUIET):
            level = logging.ERROR if self.status == 500 else logging.WARNING if failed else logging.INFO
            fields = self._fields(seconds)
            tell(_ACCESS, level, f"{fields['method']} {fields['path']} {self.status}", fields)

    def _fields(self, seconds: float) -> dict[str, object]:
        environ, record = self._environ, self.record
        # The query string stays out: queries go to the slow-query log, and tokens nowhere.
        path = str(environ.get("PATH_INFO", "")).encode("latin-1", "replace").decode("utf-8", "replace")
        fields: dict[str, object] = {
            "request_id": record.request_id,
            "client": environ.get("REMOTE_ADDR", ""),
            "method": str(environ.get("REQUEST_METHOD", ""))[:20],
            "path": clean(path),
            "status": self.status,
            "bytes": self.size,
            "seconds": round(seconds, 6),
        }
        if self.first is not None:
            fields["first_byte"] = round(self.first, 6)
        for name in ("form", "cache", "outcome"):
            if value := getattr(record, name):
                fields[name] = value
        if record.waited is not None:
            fields["waited"] = round(record.waited, 6)
        if agent := environ.get("HTTP_USER_AGENT"):
            fields["agent"] = clean(str(agent), 200)
        if record.trace is not None:
            fields |= {"trace_id": record.trace.trace_id, "span_id": record.trace.span_id, "parent_id": record.trace.parent_id}
        return fields


class _Body:
    """An answer's bytes on their way. An object, so that one never begun can be closed."""

    def __init__(self, body: Iterable[bytes], call: Call) -> None:
        self._body = body
        self._pieces: Iterator[bytes] = iter(body)
        self._call = call
        self._is_whole = False

    def __iter__(self) -> _Body:
        return self

    def __next__(self) -> bytes:
        call = self._call
        try:
            piece = next(self._pieces)
        except StopIteration:
            self._is_whole = True
            call.finish()
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the client must see that the answer is not whole
            self._is_whole = True  # As far as it will ever be.
            call.break_off(error)
            call.finish()
            raise BrokenOffError(call.record.outcome) from None
        if call.first is None:
            call.first = call.elapsed()
        call.size += len(piece)
        return piece

    def close(self) -> None:
        """Called by the server when it sends no more."""
        call = self._call
        if not self._is_whole and call.size and not call.record.outcome:
            call.record.outcome = "left"
        try:
            close = getattr(self._body, "close", None)
            if close is not None:
                close()
        finally:
            call.finish()
