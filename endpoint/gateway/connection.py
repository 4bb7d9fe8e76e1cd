"""A client's connection: uvicorn's, parsed by httptools, with bounds on what a client may do to it.

What isn't handed to the app (a head too large, no HTTP at all, a request that dribbles in, one connection too many) is answered
with a problem document, as all errors are. The client may still be sending then. Closed at once, with bytes unread, the
connection would be reset, and the answer lost with it (RFC 9112, section 9.6); so the sending half is closed first, and what
still comes is thrown away for a while.
"""

from __future__ import annotations

import re
from asyncio import Event
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import quote_from_bytes

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from endpoint.errors import Problem
from endpoint.gateway import door
from endpoint.gateway.headers import rendered
from endpoint.limits import SECURITY_HEADERS

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping

    from endpoint.gateway.guests import Guests

NAME: Final = "zonekg.connection"
"""The extension of the scope (ASGI, section "Extensions") under which the app finds the connection."""
CYCLE: Final = "zonekg.cycle"
"""The one under which `Connection.respond` finds the request."""
MAX_HEAD: Final = 1 << 18
"""Bytes of a request before its body. The app has tighter limits, and better words for them."""
MAX_BESIDE: Final = 1 << 18
"""Bytes between and behind the chunks of a body (RFC 9112, section 7.1): extensions, and trailer fields."""
A_BYTE_S_CHUNK: Final = 8
"""Bytes that each byte of a body may have about it, where it is a chunk of its own."""
MAX_THROWN_AWAY: Final = 64_000_000
"""Bytes that a refused request may go on for: a client that is still sending doesn't read."""
QUIET: Final = 1.0
"""Seconds after which a connection that says nothing holds up no end: a packet that was lost comes again sooner (RFC 6298)."""
LINGER: Final = 30.0
"""Seconds that it may."""
LOOK: Final = 5.0
"""Seconds between looks at whether a request gets on."""
SLOWEST: Final = 20.0, 500
"""Seconds that a request may take to arrive, and the bytes for which it gets one more."""
STALLED: Final = 60.0
"""Seconds that a client may read nothing of an answer that waits for it."""
_VERSIONS: Final = frozenset(("1.0", "1.1"))
_REQUEST_LINE: Final = re.compile(rb"(?:\A|\n)[!#$%&'*+.^_`|~0-9A-Za-z-]+ [^\s]+ HTTP/1\.[01]\r?\n")
"""RFC 9112, section 3."""
_READABLE: Final = " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"


class Connection(HttpToolsProtocol):
    """A connection; see the module."""

    guests: Guests
    """All that are open."""
    _guest: str | None = None
    """Whose it is."""
    is_gone = False
    """Whether it has ended, from whichever side."""
    is_ending = False
    """Whether the server, or this connection, is about to end."""
    is_refused = False
    """Whether it has been told why, and is only listened to until its end."""
    _refusal: tuple[int, str, str] | None = None
    """Status, title and detail for a head that is HTTP, but none that is served."""
    _last_words: bytes = b""
    """A refusal that waits until the requests before it are answered."""
    _text = b""
    """What came last."""
    _in_head = True
    _is_receiving = True
    _head = 0
    _beside = 0
    """Bytes that came with a body and were none of it, beyond those that its own may have about them."""
    _received = 0
    _total = 0
    _quiet_since = -1
    """Bytes that had come when it was looked at last, at the server's end."""
    _look: asyncio.TimerHandle | None = None
    _stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin; a connection too many is told so."""
        super().connection_made(transport)
        if self.is_ending:
            door.let_in(transport.get_extra_info("socket"))
        self._ended = Event()
        self._began = self.loop.time()
        self._look = self.loop.call_later(LOOK, self._look_after)
        self._guest, welcome = self.guests.come(self.client[0] if self.client else "")
        if welcome == "far too many":
            transport.abort()
        elif welcome == "too many":
            self.refuse(429, "Too Many Requests", "As many connections of this client are open as may be.", {"Retry-After": "5"})
        elif len(self.connections) > self.guests.most:
            self.refuse(503, "Busy", "As many connections are open as may be.", {"Retry-After": "5"})

    def connection_lost(self, exc: Exception | None) -> None:
        """End, and let those who wait for it know."""
        self.is_gone = True
        for timer in (self._look, self._stalled):
            if timer is not None:
                timer.cancel()
        if self._guest is not None:
            self.guests.leave(self._guest)
        super().connection_lost(exc)
        self._ended.set()

    async def cut(self) -> None:
        """End it in the middle of whatever is being sent, so that the client sees that it isn't whole."""
        self.transport.abort()
        await self._ended.wait()

    async def respond(self, scope: Mapping[str, Any], status: int, lines: bytes, body: bytes) -> None:
        """Answer a request in one piece.

        Args:
            scope: The request's scope.
            status: The status.
            lines: The headers, see `rendered`; with Content-Length, where the status has one.
            body: The body, none for HEAD.
        """
        if self.flow.write_paused:
            await self.flow.drain()
        cycle: RequestResponseCycle = scope["extensions"][CYCLE]
        if cycle.disconnected:
            return
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        end = b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n"
        self.transport.write(b"".join((STATUS_LINE[status], rendered(cycle.default_headers), lines, end, body)))
        cycle.message_event.set()
        if cycle.more_body:
            self._hang_up()
        elif not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()

    def forgo_body(self, scope: Mapping[str, Any]) -> None:
        """Let the rest of a request's body be none of ours: its answer, which must be given by `respond`, is the last."""
        scope["extensions"][CYCLE].keep_alive = False

    def data_received(self, data: bytes) -> None:
        """Take some bytes, or throw them away."""
        self._received += len(data)
        self._total += len(data)
        if self.is_refused:
            if self._received > MAX_THROWN_AWAY:
                self.transport.abort()
            return
        if self._in_head:
            if self._head == 0 and not data.isascii():
                data = _readable(data)
            self._head += len(data)
        else:
            self._beside += len(data)
        self._feed(data)
        if self._in_head and self._head > MAX_HEAD:
            self.refuse(431, "Request Header Fields Too Large", f"A request's head has {MAX_HEAD} bytes at most.")
        elif not self._in_head and self._beside > MAX_BESIDE:
            detail = f"Extensions of a body's chunks and what follows them have {MAX_BESIDE} bytes at most."
            self.refuse(431, "Request Header Fields Too Large", detail)

    def _feed(self, data: bytes) -> None:
        """Let the parser have some bytes. A wish for another protocol is passed over (RFC 9110, section 7.8)."""
        self._unset_keepalive_if_required()
        self._text = data
        while data:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                data = data[upgrade.args[0] :]
                if self.cycle is not None and self.cycle.keep_alive:
                    continue
            except httptools.HttpParserError as error:
                self._refuse_unread(error)
            return

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self.scope["extensions"] = cast("Any", {NAME: self})
        self._is_receiving = True
        self._began = self.loop.time()
        self._received = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header. A trailer field is none: a proxy that answers for some headers hasn't seen it (RFC 9110, section 6.5.1)."""
        if self._in_head:
            super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self._beside = max(0, self._beside - A_BYTE_S_CHUNK * len(body))
        super().on_body(body)

    def on_headers_complete(self) -> None:
        """The head is through."""
        self._in_head, self._head, self._beside = False, 0, 0
        self._check_head()
        self._take_host()
        is_for_server = self.url == b"*" and self.parser.get_method() == b"OPTIONS"  # RFC 9110, section 9.3.7.
        if is_for_server:
            self.url = b"/"
        super().on_headers_complete()
        if is_for_server:
            self.scope["path"], self.scope["raw_path"] = "*", b"*"
        self.scope["extensions"][CYCLE] = cast("Any", self.cycle)  # Behind it may come others before it is answered.
        if self.is_ending or self._get_upgrade() == b"websocket":  # What follows that would be no HTTP.
            self.cycle.keep_alive = False

    def _check_head(self) -> None:
        """Raise `ValueError` for what the parser lets pass and nobody here serves."""
        version = self.parser.get_http_version()
        codings = b",".join(value for name, value in self.headers if name == b"transfer-encoding").lower()
        if version not in _VERSIONS:
            self._refusal = (505, "HTTP Version Not Supported", "Versions 1.0 and 1.1 are spoken here.")
        elif self.parser.get_method() == b"CONNECT":
            self._refusal = (501, "Not Implemented", "This server is no proxy.")
        elif codings and version == "1.0":
            # RFC 9112, section 6.1: another server before this one may have read it in another way.
            self._refusal = (400, "Bad Request", "Version 1.0 knows no Transfer-Encoding.")
        elif codings.endswith(b"chunked") and codings != b"chunked":  # RFC 9112, section 6.1; others are the parser's to refuse.
            self._refusal = (501, "Not Implemented", "Of transfer codings chunked alone is known here.")
        if self._refusal is not None:
            raise ValueError

    def _take_host(self) -> None:
        """Where the target is a whole address, let its host be the request's, whatever the header Host says (RFC 9112, 3.2.2).

        Raises `ValueError` for an address that no server of this kind has.
        """
        if self.url.startswith((b"/", b"*")):
            return
        url = httptools.parse_url(self.url)
        if (url.schema or b"").lower() not in {b"http", b"https"} or not url.host or url.userinfo:
            raise ValueError
        host = b"[%s]" % url.host if b":" in url.host else url.host
        host += b":%d" % url.port if url.port else b""
        told = [number for number, (name, _) in enumerate(self.headers) if name == b"host"]
        if len(told) == 1:  # Two, or none in 1.1, are an error all the same.
            self.headers[told[0]] = b"host", host
        elif not told and self.parser.get_http_version() == "1.0":
            self.headers.append((b"host", host))

    def on_message_complete(self) -> None:
        """The request is through."""
        self._is_receiving, self._in_head = False, True
        super().on_message_complete()

    def pause_writing(self) -> None:
        """The client doesn't keep up."""
        super().pause_writing()
        self._stalled = self.loop.call_later(STALLED, self.transport.abort)

    def resume_writing(self) -> None:
        """It does again."""
        super().resume_writing()
        if self._stalled is not None:
            self._stalled.cancel()

    def shutdown(self) -> None:
        """End when there is nothing to do; who has just connected, or asked, may be about to ask."""
        self.is_ending = True
        self._end_if_quiet(self._total)

    def _end_if_quiet(self, received: int) -> None:
        """Look again after a while in which nothing came."""
        if self.transport.is_closing():
            return
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.keep_alive = False  # It ends with its answer.
        elif self._quiet_since == received:
            self.transport.close()
        else:
            self._quiet_since = received
            self.loop.call_later(QUIET, lambda: self._end_if_quiet(self._total))

    def _refuse_unread(self, error: httptools.HttpParserError) -> None:
        """Say what is wrong with what the parser can't read, or what was found wrong with it."""
        if self._refusal is not None:
            self.refuse(*self._refusal)
        elif isinstance(error, httptools.HttpParserInvalidMethodError) and _REQUEST_LINE.search(self._text):
            self.refuse(501, "Not Implemented", "The request's method is not known here.")
        else:
            self.refuse(400, "Bad Request", "Invalid HTTP request received.")

    def refuse(self, status: int, title: str, detail: str, headers: dict[str, str] | None = None) -> None:
        """Answer a request that the app doesn't see, and end the connection."""
        if self.is_refused:
            return
        self.is_refused = True
        self._unset_keepalive_if_required()
        self._last_words = _refusal(Problem(status, title, detail, headers=headers))
        if self._drop_unread():
            self._say_last()

    def on_response_complete(self) -> None:
        """A request is answered. Those behind it come next, then what there is to say against the one that was refused."""
        was_last = not self.pipeline
        super().on_response_complete()
        if was_last and self._last_words and not self.transport.is_closing():
            self._unset_keepalive_if_required()
            self._say_last()

    def _drop_unread(self) -> bool:
        """Forget the request whose body is still to come; returns whether no other one is to be answered (RFC 9112, 9.3.2)."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            return True
        if not cycle.more_body:
            return False
        if self.pipeline and self.pipeline[0][0] is cycle:  # The app has not been called yet, and need not be.
            self.pipeline.popleft()
            return False
        cycle.disconnected = True  # The app waits for the body.
        cycle.message_event.set()
        return True

    def _say_last(self) -> None:
        self.transport.write(self._last_words)
        self._last_words = b""
        self._hang_up()

    def _hang_up(self) -> None:
        """Send no more, and throw away what still comes for a while."""
        self.is_refused = True
        self.transport.write_eof()
        self.loop.call_later(LINGER, self.transport.abort)

    def _look_after(self) -> None:
        """End a request that comes too slowly."""
        self._look = self.loop.call_later(LOOK, self._look_after)
        seconds, rate = SLOWEST
        if not self._is_receiving or self.is_refused:
            return
        if self.flow.read_paused:  # It is us that it waits for.
            self._began = self.loop.time()
        elif self.loop.time() - self._began > seconds + self._received / rate:
            self.refuse(408, "Request Timeout", "The request came too slowly.")


def _refusal(problem: Problem) -> bytes:
    """A problem as a whole answer, the connection's last."""
    response = problem.response()
    lines = [f"{name}: {value}\r\n" for name, value in (*response.headers.items(), *SECURITY_HEADERS.items())]
    head = "".join([*lines, "Connection: close\r\n\r\n"])
    return STATUS_LINE[problem.status] + head.encode("latin-1") + response.get_data()


def _readable(data: bytes) -> bytes:
    """A request line in which letters are sent as they are, with these percent-encoded, as the parser wants them."""
    line, end, rest = data.partition(b"\r\n")
    return quote_from_bytes(line, safe=_READABLE).encode() + end + rest
