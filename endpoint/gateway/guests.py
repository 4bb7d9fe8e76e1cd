"""Who is connected: no client may take the places of all others, so the connections of each are counted."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, Literal

from endpoint import clients
from endpoint.operation.proxies import is_trusted, networks

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg_build.settings import Settings

SHARE: Final = 8
"""One client may have one of so many connections where no setting says."""
PATIENCE: Final = 2
"""Times a client's connections; more aren't even told that they are too many, since who is told stays a while."""


class Guests:
    """The clients that have connections. Used in the event loop only.

    Args:
        most: Connections at once, of all clients.
        settings: Gives the settings now.
    """

    def __init__(self, most: int, settings: Callable[[], Settings]) -> None:
        self.most = most
        self._settings = settings
        self._open: Counter[str] = Counter()

    def come(self, address: str) -> tuple[str, Literal["welcome", "too many", "far too many"]]:
        """A connection from an address, the peer's own: the name to `leave` by, and whether its client may have it.

        A trusted proxy's aren't bounded: it asks for many.
        """
        settings = self._settings()
        name = clients.name(address)
        self._open[name] += 1
        most = settings.client_connections or max(1, self.most // SHARE)
        if self._open[name] <= most or is_trusted(address, networks(settings.trusted_proxies)):
            return name, "welcome"
        return name, "too many" if self._open[name] <= PATIENCE * most else "far too many"

    def leave(self, name: str) -> None:
        """One of a client's connections has ended."""
        self._open[name] -= 1
        if not self._open[name]:
            del self._open[name]
