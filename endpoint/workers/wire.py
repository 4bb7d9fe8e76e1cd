"""What the server and a worker say to each other over a socket pair: frames of a type, a kind of result and a length.

A short answer is one frame, so that it costs one message each way; a long one is a frame a chunk, and the socket's buffer
is how far a worker may run ahead of its reader. Requests are JSON, with the query behind it. Nothing is pickled: a worker that
a query has broken can't make the server run anything.
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from endpoint.execution import CHUNK, Kind, MemoryLimitError, QueryOptions, ResultFormat, UnservedKindError, WorkerLostError
from kg_build.errors import StoreError
from kg_build.store.snapshots import Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADER: Final = struct.Struct("!BBI")
MANNER: Final = struct.Struct("!I")
KINDS: Final[tuple[Kind, ...]] = ("solutions", "boolean", "graph")
LAST: Final = 0x80
"""Added to a kind: the worker ends after this answer, by its own wish."""


class Frame(IntEnum):
    """The types of frames."""

    OPEN = 1
    """To a worker: a snapshot to open ahead of queries."""
    QUERY = 2
    """To a worker: a query."""
    WHOLE = 3
    """From a worker: an answer that fits into a frame."""
    PART = 4
    """A chunk of a longer one."""
    END = 5
    """It is through, whole."""
    ERROR = 6
    """It isn't; JSON says why."""


class Channel:
    """One end of a socket pair. Not safe for several threads at once."""

    def __init__(self, end: socket.socket) -> None:
        self._socket = end
        self._buffer = bytearray()

    def fileno(self) -> int:
        """The descriptor, for `select.poll`."""
        return self._socket.fileno()

    def send(self, frame: Frame, payload: bytes = b"", kind: int = 0, timeout: float | None = None) -> None:
        """Send a frame. Raises `OSError` where the other end is gone or doesn't take it within so many seconds."""
        self._socket.settimeout(timeout)
        self._socket.sendall(HEADER.pack(frame, kind, len(payload)) + payload)

    def send_raw(self, data: bytearray) -> None:
        """Send a frame that has its header already."""
        self._socket.sendall(data)

    def receive(self, timeout: float | None = None) -> tuple[int, int, bytes]:
        """The next frame: type, kind, payload.

        Raises `TimeoutError` after ``timeout`` seconds without news (what came of a frame is kept), `EOFError` where the
        other end is gone.
        """
        self._socket.settimeout(timeout)
        while True:
            buffer = self._buffer
            if len(buffer) >= HEADER.size:
                frame, kind, length = HEADER.unpack_from(buffer)
                end = HEADER.size + length
                if len(buffer) >= end:
                    payload = bytes(memoryview(buffer)[HEADER.size : end])
                    # A slice of its own would have to move what follows; mostly nothing does.
                    self._buffer = buffer[end:]
                    return frame, kind, payload
            try:
                data = self._socket.recv(CHUNK + HEADER.size)
            except ConnectionError:
                data = b""
            if not data:
                raise EOFError
            buffer += data

    def is_quiet(self) -> bool:
        """Whether the other end lives and has said nothing, as it should between queries."""
        try:
            self._socket.settimeout(0)
            self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return not self._buffer
        except OSError:
            return False
        return False

    def cut(self) -> None:
        """Let whoever reads this end meet its end now; the one thing that another thread may do."""
        with contextlib.suppress(OSError):  # The other end was faster.
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close this end."""
        self._socket.close()


def encode_query(snapshot: Snapshot | None, query: str, options: QueryOptions, formats: Mapping[Kind, ResultFormat]) -> bytes:
    """A request. The snapshot is left out where the worker has it open."""
    union, defaults, named = options.union_default_graph, options.default_graphs, options.named_graphs
    types = tuple((kind, chosen.media_type) for kind, chosen in formats.items())
    return _encode_manner(snapshot, union, defaults, named, options.base_iri, types) + query.encode()


@lru_cache(maxsize=64)
def _encode_manner(
    snapshot: Snapshot | None,
    union: bool,
    defaults: tuple[str, ...] | None,
    named: tuple[str, ...] | None,
    base: str | None,
    types: tuple[tuple[str, str], ...],
) -> bytes:
    """All of a request but the query: the same for most. JSON with its length before it."""
    fields = {
        "snapshot": snapshot and snapshot.to_json(),
        "union": union,
        "defaults": defaults,
        "named": named,
        "base": base,
        "formats": dict(types),
    }
    encoded = json.dumps(fields).encode()
    return MANNER.pack(len(encoded)) + encoded


def decode_query(payload: bytes) -> tuple[Snapshot | None, str, QueryOptions, dict[Kind, ResultFormat]]:
    """The inverse of `encode_query`, but for the time, which is the server's business."""
    (length,) = MANNER.unpack_from(payload)
    end = MANNER.size + length
    snapshot, options, formats = _decode_manner(payload[MANNER.size : end])
    return snapshot, payload[end:].decode(), options, formats


@lru_cache(maxsize=64)
def _decode_manner(encoded: bytes) -> tuple[Snapshot | None, QueryOptions, dict[Kind, ResultFormat]]:
    fields: dict[str, Any] = json.loads(encoded)
    options = QueryOptions(
        timeout=0,
        union_default_graph=fields["union"],
        default_graphs=None if fields["defaults"] is None else tuple(fields["defaults"]),
        named_graphs=None if fields["named"] is None else tuple(fields["named"]),
        base_iri=fields["base"],
    )
    formats = {kind: _format(kind, fields["formats"][kind]) for kind in KINDS if kind in fields["formats"]}
    return fields["snapshot"] and Snapshot.from_json(fields["snapshot"]), options, formats


def _format(kind: Kind, media_type: str) -> ResultFormat:
    family = ox.RdfFormat if kind == "graph" else ox.QueryResultsFormat
    found = family.from_media_type(media_type)
    assert found is not None, media_type  # noqa: S101
    return found


_ERRORS: Final[dict[str, type[Exception]]] = {
    error.__name__: error
    for error in (SyntaxError, ValueError, RuntimeError, OSError, StoreError, MemoryLimitError, WorkerLostError)
}


def encode_error(error: BaseException) -> bytes:
    """What went wrong in a worker."""
    if isinstance(error, UnservedKindError):
        return json.dumps(["UnservedKindError", error.kind]).encode()
    if isinstance(error, MemoryError):
        error = MemoryLimitError()
    name = next((name for name, known in _ERRORS.items() if isinstance(error, known)), WorkerLostError.__name__)
    return json.dumps([name, str(error)]).encode("utf-8", "surrogatepass")


def decode_error(payload: bytes) -> Exception:
    """The inverse of `encode_error`."""
    name, message = json.loads(payload)
    if name == "UnservedKindError":
        return UnservedKindError(message)
    return _ERRORS[name](message)
