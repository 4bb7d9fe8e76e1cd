"""Connections of waitress that let a client read why its request was refused.

A request that waitress itself refuses (a body or a header too large, no HTTP at all) is answered while the client may still be
sending. Closed at once, with bytes unread, the connection would be reset, and the answer lost with it (RFC 9112, section 9.6).
So the sending half is closed first, and what still comes is thrown away for a while. The answer is a problem document, as
all errors are.

And connections that let no client keep one for nothing: a request has to come within `PATIENCE` seconds, or at `LEAST_RATE`.
"""

from __future__ import annotations

import socket
import threading
import time
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask
from waitress.utilities import Error

from endpoint.errors import Problem
from endpoint.limits import SECURITY_HEADERS

MAX_THROWN_AWAY = 64_000_000
"""Bytes that a refused request may go on for."""
LONGEST = 30.0
"""Seconds that it may."""


PATIENCE = 20.0
"""Seconds for a request to come in, and for a client to take a part of its answer."""
LEAST_RATE = 500.0
"""Bytes a second that a request may come at for longer."""


class LateRequestError(Error):
    """A request that didn't come in time (RFC 9110, section 15.5.9)."""

    code = 408
    reason = "Request Timeout"


QUIET = 0.3
"""Seconds after which a new connection that says nothing holds up no end."""


def stop_listening(server: Any) -> None:
    """Let a server take the connections that wait to be accepted, and no more. Called in another thread than its own."""
    done = threading.Event()

    def accept_rest() -> None:
        before = -1
        while before != len(server.active_channels):
            before = len(server.active_channels)
            server.handle_accept()
        server.del_channel()
        server.socket.close()
        done.set()

    server.trigger.pull_trigger(accept_rest)
    done.wait(PATIENCE)


def is_quiet(server: Any) -> bool:
    """Whether none of a server's connections has a request under way."""
    quiet_since = time.time() - QUIET
    return not any(
        channel.requests or channel.request is not None or channel.total_outbufs_len or channel.last_activity > quiet_since
        for channel in list(server.active_channels.values())
    )


class Parser(HTTPRequestParser):
    """Refuses what another server before this one may have read in another way (RFC 9112, sections 6.1 and 6.3)."""

    def parse_header(self, header_plus: bytes) -> None:
        """Read the first line and the headers."""
        super().parse_header(header_plus)
        is_coded = self.chunked or "TRANSFER_ENCODING" in self.headers
        if is_coded and (self.version != "1.1" or "CONTENT_LENGTH" in self.headers):
            raise ParsingError("The request's length can be read in two ways.")


class ProblemTask(ErrorTask):
    """Answers a request that isn't handed to the app."""

    def execute(self) -> None:
        """Send the problem document; the connection ends with it."""
        error = self.request.error
        response = Problem(error.code, error.reason, str(error.body)).response()
        body = response.get_data()
        self.status = f"{error.code} {error.reason}"
        self.response_headers.extend([*response.headers.items(), *SECURITY_HEADERS.items()])
        self.set_close_on_finish()
        self.channel.is_refused = True
        self.content_length = len(body)
        self.write(body)


class Channel(HTTPChannel):
    """A connection; see the module."""

    error_task_class = ProblemTask
    parser_class = Parser
    is_refused = False
    _thrown_away: int | None = None
    """Bytes, from when on only the client's end of the connection is open."""
    _end = 0.0
    request: Any
    """The request that comes in; None between two."""
    _begun: float | None = None
    """When a request began to come in that isn't complete."""
    _got = 0
    """Bytes of it."""

    def received(self, data: bytes) -> bool:
        """Take what came in."""
        taken: bool = super().received(data)
        if self.request is None:
            self._begun = None
        elif self._begun is None:
            self._begun, self._got = time.monotonic(), 0
        else:
            self._got += len(data)
        return taken

    def handle_close(self) -> None:
        """Close, in two steps where the client may still be sending."""
        if self.is_refused and self._thrown_away is None and self.connected and not self.total_outbufs_len:
            try:
                self.socket.shutdown(socket.SHUT_WR)
            except OSError:
                super().handle_close()
                return
            self._thrown_away = 0
            self._end = time.monotonic() + LONGEST
            self.will_close = self.close_when_flushed = False
            return
        super().handle_close()

    def readable(self) -> bool:
        """Whether there may be something to read. Asked every second, whatever comes."""
        if self._begun is not None and time.monotonic() - self._begun > PATIENCE + self._got / LEAST_RATE:
            self._give_up()
        return not self.will_close if self._thrown_away is not None else super().readable()

    def _give_up(self) -> None:
        """Answer a request that is too late."""
        self._begun = None
        with self.requests_lock:
            late, self.request = self.request, None
            if late is None or self.will_close or self.close_when_flushed:
                return
            late.error = LateRequestError("The request took too long to come in.")
            self.requests.append(late)
            if len(self.requests) == 1:
                self.server.add_task(self)

    def handle_read(self) -> None:
        """Read, or throw away."""
        if self._thrown_away is None:
            super().handle_read()
            return
        try:
            # At the end of what comes this closes the connection itself.
            self._thrown_away += len(self.recv(1 << 18))
        except OSError:
            super().handle_close()
            return
        if self._thrown_away > MAX_THROWN_AWAY or time.monotonic() > self._end:
            super().handle_close()
