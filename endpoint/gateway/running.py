"""The server: an event loop, its listener, and an end in good order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import socket
from typing import TYPE_CHECKING, Any, Final

import uvicorn

from endpoint.gateway import door
from endpoint.gateway.connection import Connection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from endpoint.gateway.front import Front
    from endpoint.gateway.guests import Guests

KEEP_ALIVE: Final = 75
"""Seconds that a connection may stay open without a request."""
BACKLOG: Final = 1024
"""Connections that may wait to be accepted."""
ARRIVING: Final = 0.1
"""Seconds for handshakes that are under way when the server is told to stop."""


class Server(uvicorn.Server):
    """Runs until it is told to stop; signals are its caller's business.

    Args:
        front: The application.
        guests: Bounds the connections.
    """

    def __init__(self, front: Front, guests: Guests) -> None:
        for name in ("uvicorn.error", "asyncio"):
            logging.getLogger(name).setLevel(logging.ERROR)  # Odd requests are no news.
        self._kind: type[Connection] = type("Limited", (Connection,), {"guests": guests})
        config = uvicorn.Config(
            front,
            http=self._kind,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            headers=[("Server", "zonekg")],
            backlog=BACKLOG,
            timeout_keep_alive=KEEP_ALIVE,
        )
        super().__init__(config)

    def serve_on(self, listener: socket.socket) -> None:
        """Serve until `stop`."""
        self.run(sockets=[listener])

    def stop(self, seconds: float) -> None:
        """Take no more connections, let what is under way end within so many seconds, and return from `serve_on`.

        May be called from any thread, and again, to wait no longer.
        """
        self.config.timeout_graceful_shutdown = max(1, math.ceil(seconds))
        self.force_exit = self.force_exit or seconds <= 0
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End; those who wait at the door are let in before it closes, and nobody more comes up to it."""
        self._kind.is_ending = True
        for listener in sockets or []:
            door.guard(listener)
        await asyncio.sleep(ARRIVING)
        listeners = [listener.dup() for listener in sockets or []]
        for server in self.servers:
            server.close()
        waiting: list[socket.socket] = []
        for listener in listeners:
            with listener:
                listener.setblocking(False)
                waiting += door.waiting(listener)
        loop = asyncio.get_running_loop()
        for one in waiting:
            with contextlib.suppress(OSError):
                await loop.connect_accepted_socket(self._connection, one)
        await super().shutdown(sockets)

    def _connection(self) -> asyncio.Protocol:
        return self._kind(self.config, self.server_state, self.lifespan.state)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[Any]:
        """Leave signals alone."""
        yield
