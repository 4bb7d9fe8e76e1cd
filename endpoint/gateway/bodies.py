"""Bodies of requests as they come: short ones in memory, as long as there is room for them, all others on disk.

Whoever sends a body slowly, or all but its end, has it held meanwhile, on as many connections as may be open.
"""

from __future__ import annotations

import io
import tempfile
from typing import IO, TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    Receive = Callable[[], Awaitable[Mapping[str, Any]]]

IN_MEMORY: Final = 1 << 20
"""Bytes of a body that are held in memory; what is longer goes to a file."""
ALL_IN_MEMORY: Final = 32 << 20
"""Bytes of all bodies that are; what would be more goes to files, however short."""


class Bodies:
    """What is held of bodies in memory. Used in the event loop only."""

    def __init__(self) -> None:
        self.held = 0
        """Bytes of those that are open."""

    async def read(self, headers: Mapping[str, str], limit: int, receive: Receive) -> tuple[IO[bytes], int | None, bool] | None:
        """The body, to be closed; its length as far as that is known, and whether it is there. None where the client left."""
        if "content-length" not in headers and "transfer-encoding" not in headers:
            return io.BytesIO(), None, True
        declared = int(headers.get("content-length", "0"))
        if declared > limit:
            return io.BytesIO(), declared, False
        size, file = 0, cast("IO[bytes]", _InMemory(self))
        is_whole = False
        try:
            while not is_whole:
                message = await receive()
                if message["type"] != "http.request":
                    return None
                piece = message["body"]
                size += len(piece)
                if size > limit:
                    return io.BytesIO(), size, False
                if isinstance(file, _InMemory) and (size > IN_MEMORY or self.held + len(piece) > ALL_IN_MEMORY):
                    file = _moved(file)
                file.write(piece)
                is_whole = not message["more_body"]
            file.seek(0)
            return file, size, True
        finally:
            if not is_whole:
                file.close()


class _InMemory(io.BytesIO):
    def __init__(self, bodies: Bodies) -> None:
        super().__init__()
        self._bodies = bodies
        self._size = 0

    def write(self, data: Any, /) -> int:
        self._size += len(data)
        self._bodies.held += len(data)
        return super().write(data)

    def close(self) -> None:
        self._bodies.held -= self._size
        self._size = 0
        super().close()


def _moved(file: _InMemory) -> IO[bytes]:
    moved = cast("IO[bytes]", tempfile.TemporaryFile())  # noqa: SIM115 - it lives as long as its request
    with file:
        moved.write(file.getbuffer())
    return moved
