"""How a listener closes without a reset for anybody who has just connected.

To close a listener resets what waits in its queue, and between the last look into the queue and the close there may come another.
So nobody may come any more before that look. Linux lets a socket ask that packets have come over few hops (ip(7), IP_MINTTL, made
for RFC 5082): of a listener that asks for none, those that want a connection are dropped, and handshakes that are under way end,
as their packets are no longer the listener's. Who is turned away so asks again after a second, and is refused by the kernel then.
A socket filter does the same, but some kernels want a privilege for it, which the server has given up. Elsewhere the door just
closes.
"""

from __future__ import annotations

import contextlib
import socket
import sys
from typing import Final

_HOPS: Final = ((socket.IPPROTO_IP, 21), (socket.IPPROTO_IPV6, 73))
"""Linux, in.h and in6.h: IP_MINTTL, IPV6_MINHOPCOUNT."""
_NONE: Final = 255
"""What no packet has any more that comes with the usual 64 or 128; a connection on this machine is no exception."""


def guard(listener: socket.socket) -> None:
    """Let no new connection begin; those that have begun go on, once they are let in."""
    _ask(listener, _NONE)


def let_in(one: socket.socket) -> None:
    """Read what a connection sends that has come since `guard`: it takes after the listener."""
    _ask(one, 0)


def waiting(listener: socket.socket) -> list[socket.socket]:
    """Let in those that wait in the queue of a listener that doesn't block; nor do they."""
    found = []
    with contextlib.suppress(OSError):
        while True:
            found.append(listener.accept()[0])
            found[-1].setblocking(False)
            let_in(found[-1])
    return found


def _ask(one: socket.socket, hops: int) -> None:
    if sys.platform == "linux":
        for level, option in _HOPS:
            with contextlib.suppress(OSError):  # One of the two, where it speaks but one protocol.
                one.setsockopt(level, option, hops)
