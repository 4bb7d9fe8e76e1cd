"""Who asks, and whether they are still there: what a WSGI server tells of the connection."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from endpoint.gateway.bridge import GONE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TOLD: Final = (GONE, "waitress.client_disconnected")
"""Under which names servers give a function that tells."""
_SOCKETS: Final = ("gunicorn.socket", "werkzeug.socket")
"""Under which names servers give the connection itself."""
NETWORK: Final = 64
"""Bits of an IPv6 address that tell clients apart: one of them has all addresses of such a network."""


@lru_cache(maxsize=1024)
def name(address: str | None) -> str:
    """A client's name, the same for all addresses that it can have at will."""
    if not address:
        return ""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, NETWORK), strict=False))
    return str(found)


def departure(environ: Mapping[str, Any]) -> Callable[[], bool] | None:
    """What tells whether the client has left; None where the server gives no way to know before something is sent.

    `zonekg serve` tells; waitress does with ``channel_request_lookahead``.
    """
    for key in _TOLD:
        told: Callable[[], bool] | None = environ.get(key)
        if told is not None:
            return told
    for key in _SOCKETS:
        connection = environ.get(key)
        if isinstance(connection, socket.socket) and not isinstance(connection, ssl.SSLSocket):
            return lambda: _is_closed(connection)
    return None


def _is_closed(connection: socket.socket) -> bool:
    try:
        return not connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:
        return True
