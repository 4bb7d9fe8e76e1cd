"""Connections of waitress that let a client read why its request was refused.

A request that waitress itself refuses (a body or a header too large, no HTTP at all) is answered while the client may still be
sending. Closed at once, with bytes unread, the connection would be reset, and the answer lost with it (RFC 9112, section 9.6).
So the sending half is closed first, and what still comes is thrown away for a while. The answer is a problem document, as
all errors are.
"""

from __future__ import annotations

import socket
import time
from copy import copy
from typing import TYPE_CHECKING

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import ErrorTask

from endpoint.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from waitress.adjustments import Adjustments

MAX_THROWN_AWAY = 64_000_000
"""Bytes that a refused request may go on for."""
LONGEST = 30.0
"""Seconds that it may."""


class ProblemTask(ErrorTask):
    """Answers a request that isn't handed to the app."""

    def execute(self) -> None:
        """Send the problem document; the connection ends with it."""
        error = self.request.error
        response = Problem(error.code, error.reason, str(error.body)).response()
        body = response.get_data()
        self.status = f"{error.code} {error.reason}"
        self.response_headers.extend([*response.headers.items(), ("X-Content-Type-Options", "nosniff")])
        self.set_close_on_finish()
        self.channel.is_refused = True
        self.content_length = len(body)
        self.write(body)


class Channel(HTTPChannel):
    """A connection; see the module."""

    error_task_class = ProblemTask
    is_refused = False
    _thrown_away: int | None = None
    """Bytes, from when on only the client's end of the connection is open."""
    _end = 0.0

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
        """Whether there may be something to read."""
        return not self.will_close if self._thrown_away is not None else super().readable()

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


def channel_taking(longest_body: Callable[[str, Mapping[str, str]], int | None]) -> type[Channel]:
    """Connections on which some requests may have longer bodies than the rest.

    ``longest_body`` is asked when a request's head is there, before any of its body is taken, with the path and the headers
    (capitals, underscores); None: as long as all.
    """

    class Parser(HTTPRequestParser):
        adj: Adjustments

        def parse_header(self, header_plus: bytes) -> None:
            super().parse_header(header_plus)
            longest = longest_body(self.path, self.headers)
            if longest is not None:
                wider: Adjustments = copy(self.adj)
                wider.max_request_body_size = longest
                self.adj = wider

    class Taking(Channel):
        parser_class = Parser

    return Taking
