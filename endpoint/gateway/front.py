"""The ASGI application: a request's body, the answers that are kept, and the app for all else.

An answer that is kept leaves from the event loop, before the app is entered: no thread, no worker, no turn. Who gets one has
passed all that the app checks, since the request is the same but for who asks. The same query asked by several clients at once
is run once; the others wait for its answer without taking a place. An ordinary query that isn't kept is run from the event loop,
too (`direct`), and handed to the app when it turns out to be none.
"""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass, replace
from enum import Enum
from typing import IO, TYPE_CHECKING, Any, Final

from werkzeug.http import parse_etags

from endpoint import clients
from endpoint.execution import QueryOptions
from endpoint.gateway.asked import PATH, Asked, asked
from endpoint.gateway.bodies import Bodies
from endpoint.gateway.bridge import Call, environment, environment_told
from endpoint.gateway.cache import Kept
from endpoint.gateway.connection import NAME
from endpoint.gateway.direct import Direct
from endpoint.gateway.headers import rendered
from endpoint.operation import observing
from endpoint.operation.proxies import networks, resolve
from endpoint.operation.records import CACHE, KEY
from endpoint.sparql.protocol import BEGUN, REUSABLE
from endpoint.workers.executor import ProcessExecutor
from endpoint.workers.run import Run

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable, Mapping
    from wsgiref.types import WSGIApplication, WSGIEnvironment

    from endpoint.gateway.bridge import Threads
    from endpoint.gateway.connection import Connection
    from endpoint.gateway.direct import Plan
    from endpoint.services import Services
    from endpoint.workers.loop import Failed
    from kg_build.store import Reader

    Receive = Callable[[], Awaitable[Mapping[str, Any]]]
    Send = Callable[[Mapping[str, Any]], Awaitable[None]]

STATUS: Final = b"cache-status"
"""RFC 9211: how an answer came about."""
_ITS_OWN: Final = frozenset((b"content-length", b"transfer-encoding", b"x-request-id", b"date", STATUS))
"""Headers that are true of one response alone."""
_OF_CONTENT: Final = frozenset((b"content-type", b"content-encoding", b"content-length"))
"""Headers that a 304 doesn't have (RFC 9110, section 15.4.5)."""


class _No(Enum):
    """What those get who waited for somebody else's answer, and can't have it."""

    ALONE = 1
    """It is a long one: each asks for itself."""
    AGAIN = 2
    """The other one had to give up for reasons of its own: the next one asks for all."""


_Outcome = Kept | _No


@dataclass(frozen=True, slots=True)
class _Request:
    scope: Mapping[str, Any]
    headers: Mapping[str, str]
    body: IO[bytes]
    length: int | None
    is_whole: bool
    """Whether the body is there; one that is too long isn't."""
    connection: Connection
    send: Send


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An answer that may be kept: for what, and who waits for it."""

    asked: Asked
    flight: asyncio.Future[_Outcome] | None = None


class Front:
    """The application that connections talk to.

    Args:
        app: The WSGI application.
        services: Gives what it works with now.
        threads: What it runs in.
        max_body: Gives the bytes that a body may have, by the path and the header Authorization. A longer one is read no further
            than to where that is known, from its declared length mostly, and the app is told the length, so that it says what
            is wrong; the connection ends with that answer.
    """

    def __init__(
        self, app: WSGIApplication, services: Callable[[], Services], threads: Threads, max_body: Callable[[str, str], int]
    ) -> None:
        self._app = app
        self._services = services
        self._threads = threads
        self._max_body = max_body
        self._flights: dict[Hashable, asyncio.Future[_Outcome]] = {}
        self._direct = Direct(services())
        self._bodies = Bodies()

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer a request."""
        connection: Connection = scope["extensions"][NAME]
        headers = _headers(scope["headers"])
        limit = self._max_body(scope["path"], headers.get("authorization", ""))
        read = await self._bodies.read(headers, limit, receive)
        if read is None:
            if not connection.is_refused:
                await connection.cut()
            return
        body, length, is_whole = read
        if not is_whole:
            connection.forgo_body(scope)
        with body:
            await self._answer(_Request(scope, headers, body, length, is_whole, connection, send))

    async def _answer(self, request: _Request) -> None:
        scope, body = request.scope, request.body
        services = self._services()
        wanted = None
        content = body.getvalue() if scope["path"] == PATH and isinstance(body, io.BytesIO) else b""
        if request.is_whole and len(content) == (request.length or 0):  # A long one isn't in memory.
            tells_origin = "*" not in services.settings.cors_origins
            found = asked(
                *(scope["method"], scope["path"], scope["query_string"], request.headers, content), tells_origin=tells_origin
            )
            wanted = _Wanted(found) if found is not None else None
        if wanted is not None and services.answers.largest:
            await self._find(request, wanted, services)
        else:
            await self._run(request, wanted)

    async def _find(self, request: _Request, wanted: _Wanted, services: Services) -> None:
        """Answer from what is kept, or with what somebody else is asking for just now, or ask."""
        reader = services.source.at_hand()
        if wanted.asked.is_fresh_only or reader is None:
            await self._run(request, wanted)
            return
        stamp = (reader.snapshot, services.settings)
        kept = services.answers.get(wanted.asked.key, stamp)
        if kept is not None:
            await self._give(request, kept, "hit", b"hit")
            return
        key = (wanted.asked.key, stamp)
        while (flight := self._flights.get(key)) is not None:
            outcome = await asyncio.shield(flight)
            if request.connection.is_gone:
                return
            if isinstance(outcome, Kept):
                services.answers.count("collapsed")
                await self._give(request, outcome, "collapsed", b"fwd=uri-miss; collapsed")
                return
            if outcome is _No.ALONE:
                await self._run(request, wanted)
                return
        flight = self._flights[key] = asyncio.get_running_loop().create_future()
        try:
            await self._run(request, replace(wanted, flight=flight))
        finally:
            del self._flights[key]
            if not flight.done():
                flight.set_result(_No.AGAIN)

    async def _give(self, request: _Request, kept: Kept, cache: str, how: bytes) -> None:
        """Send an answer that is there, and let it be told of like any other."""
        told = observing.Call(self._services(), self._environ_told(request, cache))
        told.record.route, told.record.form = PATH, kept.form
        try:
            told.status, told.size = await _send_kept(request, kept, how, told.record.request_id)
            told.first = told.elapsed()
        finally:
            told.finish()

    async def _run(self, request: _Request, wanted: _Wanted | None) -> None:
        """Ask."""
        if wanted is None:
            await self._let_app(request, None, None, None)
            return
        services = self._services()
        if self._direct.services is not services:
            self._direct = Direct(services)
        plan = self._direct.plan(wanted.asked)
        reader = services.source.at_hand()
        begun: Run | Failed | None = None
        if plan is not None and reader is not None and request.scope["method"] != "HEAD":
            head = self._direct.head(plan, reader, request.headers)
            if head is not None:
                begun = await self._ask(request, wanted, plan, reader, head)
                if isinstance(begun, Run) and begun.is_through:
                    return
        try:
            await self._let_app(request, wanted, plan, begun)
        finally:
            if begun is not None and not begun.is_taken:
                self._threads.do(begun.close)

    async def _ask(self, request: _Request, wanted: _Wanted, plan: Plan, reader: Reader, head: bytes) -> Run | Failed | None:
        """Run a query, and send its answer if that is an ordinary one; what is returned says how far it came."""
        services = self._services()
        executor = services.executor
        assert isinstance(executor, ProcessExecutor)  # noqa: S101 - there is no plan for others
        environ = self._environ_told(request, "miss" if services.answers.largest else "")
        options = QueryOptions(
            timeout=plan.asked.timeout,
            union_default_graph=services.settings.union_default_graph,
            default_graphs=plan.asked.default_graphs,
            named_graphs=plan.asked.named_graphs,
            base_iri=services.settings.base_iri,
            client=clients.name(environ["REMOTE_ADDR"]),
            is_gone=lambda: request.connection.is_gone,
        )
        told = observing.Call(services, environ)
        try:
            begun = await executor.begin(reader, plan.guarded.text, options, plan.formats, self._threads.do)
            body = begun.whole(plan.kind) if isinstance(begun, Run) else None
            if body is None or not isinstance(begun, Run):
                told.hand_over()
                return begun
            told.record.route, told.record.form, told.record.query = PATH, plan.form, plan.guarded.text
            told.record.waited = begun.waited
            own, body = self._direct.own(plan, reader, body)
            is_kept = False
            if services.answers.largest:
                snapshot = reader.snapshot if plan.guarded.is_constant else None
                answer = Kept(200, head + rendered(own), body, (snapshot, services.settings), plan.form)
                is_kept = self._keep(request, wanted, answer)
            last = [
                *own,
                (b"x-request-id", told.record.request_id.encode("latin-1")),
                *_status(services, wanted, is_kept=is_kept),
            ]
            last.append((b"content-length", b"%d" % len(body)))
            await request.connection.respond(request.scope, 200, head + rendered(last), body)
            told.status, told.size, told.first = 200, len(body), told.elapsed()
        finally:
            told.finish()
        return begun

    async def _let_app(self, request: _Request, wanted: _Wanted | None, plan: Plan | None, begun: Run | Failed | None) -> None:
        """Let the app answer."""
        services = self._services()
        environ = _environment(request)
        if wanted is not None and services.answers.largest:
            environ[CACHE] = "miss"
        if begun is not None:
            environ[BEGUN] = begun
        call = Call(self._app, environ)
        head = await call.head(self._threads)
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in head.headers]
        shared = tuple((name, value) for name, value in headers if name not in _ITS_OWN)
        stamp = (environ.get(REUSABLE), services.settings)
        form = environ[KEY].form if KEY in environ else ""
        if head.body is not None:
            is_kept = False
            if wanted is not None and environ["REQUEST_METHOD"] != "HEAD":
                is_kept = self._keep(request, wanted, Kept(head.status, rendered(shared), head.body, stamp, form))
                reader = services.source.at_hand()
                if plan is not None and reader is not None and head.status == 200 and stamp[0] in {None, reader.snapshot}:
                    self._direct.learn(plan, reader, shared)
            headers += _status(services, wanted, is_kept=is_kept)
            if not request.is_whole:
                await request.connection.respond(request.scope, head.status, rendered(headers), head.body)
                return
            await request.send({"type": "http.response.start", "status": head.status, "headers": headers})
            await request.send({"type": "http.response.body", "body": head.body})
            return
        if wanted is not None and wanted.flight is not None:
            wanted.flight.set_result(_No.ALONE)
        headers += _status(services, wanted, is_kept=False)
        await request.send({"type": "http.response.start", "status": head.status, "headers": headers})
        body = await self._stream(request, call, services.answers.largest if wanted else 0)
        if body is not None and wanted is not None and environ["REQUEST_METHOD"] != "HEAD":
            self._keep(request, replace(wanted, flight=None), Kept(head.status, rendered(shared), body, stamp, form))

    def _environ_told(self, request: _Request, cache: str) -> WSGIEnvironment:
        """As much of a request's environment as is told of it."""
        environ = environment_told(request.scope, request.headers)
        resolve(environ, networks(self._services().settings.trusted_proxies))
        environ[CACHE] = cache
        return environ

    @staticmethod
    async def _stream(request: _Request, call: Call, largest: int) -> bytes | None:
        """Send the pieces of an answer as they come; returns it, if it is whole and no longer than ``largest``."""
        connection = request.connection
        pieces: list[bytes] = []
        size = 0
        while (piece := await call.piece()) is not None:
            size += len(piece)
            if size <= largest:
                pieces.append(piece)
            else:
                pieces.clear()
            await request.send({"type": "http.response.body", "body": piece, "more_body": True})
            if connection.is_gone:
                call.give_up()
                return None
        if not call.is_whole:
            await connection.cut()
            return None
        await request.send({"type": "http.response.body", "body": b""})
        return b"".join(pieces) if size <= largest else None

    def _keep(self, request: _Request, wanted: _Wanted, answer: Kept) -> bool:
        """Keep an answer if it is one to be kept, and give it to those who wait for it; returns whether it is kept."""
        services = self._services()
        if wanted.flight is not None and answer.status not in {304, 429} and not request.connection.is_gone:
            wanted.flight.set_result(answer)
        reader = services.source.at_hand()
        is_private = any(name == b"set-cookie" for name, _ in answer.headers)
        if answer.status != 200 or is_private or reader is None or answer.stamp != (reader.snapshot, services.settings):
            return False
        return services.answers.put(wanted.asked.key, answer, wanted.asked.weight)


async def _send_kept(request: _Request, kept: Kept, how: bytes, identity: str) -> tuple[int, int]:
    """Send it, or that the client has it already; returns the status and the body's length."""
    method = request.scope["method"]
    own = [(b"x-request-id", identity.encode("latin-1")), (STATUS, b"zonekg; " + how)]
    status, body, lines = kept.status, kept.body, kept.lines
    known = request.headers.get("if-none-match")
    if known is not None and status == 200 and method != "POST" and _is_known(known, kept):
        status, body = 304, b""
        lines = rendered([(name, value) for name, value in kept.headers if name not in _OF_CONTENT])
    else:
        own.append((b"content-length", b"%d" % len(body)))
    if method == "HEAD":
        body = b""
    await request.connection.respond(request.scope, status, lines + rendered(own), body)
    return status, len(body)


def _environment(request: _Request) -> WSGIEnvironment:
    return environment(request.scope, request.headers, request.body, request.length, request.connection)


def _is_known(header: str, kept: Kept) -> bool:
    tag = next((value for name, value in kept.headers if name == b"etag"), b"").decode("latin-1")
    return parse_etags(header).contains_weak(tag.strip('"'))


def _status(services: Services, wanted: _Wanted | None, *, is_kept: bool) -> list[tuple[bytes, bytes]]:
    if wanted is None or not services.answers.largest:
        return []
    how = b"zonekg; fwd=request" if wanted.asked.is_fresh_only else b"zonekg; fwd=uri-miss"
    return [(STATUS, how + b"; stored" if is_kept else how)]


def _headers(pairs: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by name in lower case; of one name as one (RFC 9110, section 5.3)."""
    found: dict[str, str] = {}
    for encoded, value in pairs:
        name = encoded.decode("latin-1")
        text = value.decode("latin-1")
        found[name] = f"{found[name]}{'; ' if name == 'cookie' else ','}{text}" if name in found else text
    return found
