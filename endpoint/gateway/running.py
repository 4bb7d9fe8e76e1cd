"""The server: an event loop, its listener, and an end in good order."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import logging
import math
import socket
import struct
import sys
from typing import TYPE_CHECKING, Any, Final

import uvicorn

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
_SO_ATTACH_FILTER: Final = 26
"""Linux, asm-generic/socket.h."""
_DROP_SYN: Final = (
    (0x30, 0, 0, 13),  # A = the flags, a byte of the TCP header
    (0x45, 0, 1, 0x02),  # SYN among them?
    (0x06, 0, 0, 0),  # then drop it
    (0x06, 0, 0, 0xFFFFFFFF),  # else let it pass
)
"""A socket filter in classic BPF: code, jumps if true and false, operand."""


def turn_away(listener: socket.socket) -> None:
    """Let no new connection begin, those that have begun go on.

    To close a listener resets what waits in its queue, and between the last look into the queue and the close there may come
    another. So packets that ask for a connection are dropped first (socket(7), SO_ATTACH_FILTER); who sent one asks again
    after a second, and is refused by the kernel then. Where there are no such filters, nothing happens.
    """
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in _DROP_SYN)
    buffer = ctypes.create_string_buffer(code)
    program = struct.pack("HP", len(_DROP_SYN), ctypes.addressof(buffer))
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            listener.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)


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
        for door in sockets or []:
            turn_away(door)
        await asyncio.sleep(ARRIVING)
        doors = [door.dup() for door in sockets or []]
        for server in self.servers:
            server.close()
        waiting: list[socket.socket] = []
        for door in doors:
            door.setblocking(False)
            with door, contextlib.suppress(BlockingIOError):
                while True:
                    waiting.append(door.accept()[0])
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
