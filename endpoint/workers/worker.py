"""What runs in each worker: a thread that takes queries from a socket and answers them, one after the other.

The thread has the deep stack that Oxigraph's evaluator wants (`endpoint.execution.STACK`). The main thread watches a pipe
whose other end the server alone holds: when that closes, for whatever reason, the worker ends, in the middle of a query,
too. So no worker outlives its server, not even one that is killed without a word.
"""

from __future__ import annotations

import contextlib
import os
import resource
import sys
import threading
import time
from typing import TYPE_CHECKING, Final, NoReturn

from endpoint.execution import CHUNK, STACK, Kind, evaluate
from endpoint.workers.wire import HEADER, KINDS, LAST, Channel, Frame, decode_query, encode_error
from kg_build.errors import StoreError
from kg_build.store.snapshots import Snapshot

if TYPE_CHECKING:
    import socket

    from kg_build.store.snapshots import Databases

GROWN: Final = 96 << 20
"""Memory, in bytes, by which a worker may have grown when a query is through; one that has grown more is replaced, since
the allocator seldom gives back what a query took."""
BRIEF: Final = 0.02
"""Seconds; what is through sooner hasn't grown by much, so nobody looks."""


def live(end: socket.socket, lifeline: int, memory: int, snapshot: Snapshot | None, *, union: bool) -> NoReturn:
    """Be a worker until the server ends it. Called in the process just forked.

    Args:
        end: Where queries come from.
        lifeline: Descriptor of the pipe that closes with the server.
        memory: Bytes that queries may take.
        snapshot: What to open before the first query.
        union: Whether that is to be the database with the union of all graphs.
    """
    worker = _Worker(Channel(end), memory)
    threading.stack_size(STACK)
    threading.Thread(target=worker.work, args=(snapshot, union), name="queries", daemon=True).start()
    with contextlib.suppress(OSError):
        os.read(lifeline, 1)
    os._exit(0)


class _Worker:
    def __init__(self, channel: Channel, memory: int) -> None:
        self._channel = channel
        self._memory = memory
        self._databases: Databases | None = None
        self._at_first = 0

    def work(self, snapshot: Snapshot | None, union: bool) -> None:
        """Answer queries until the server closes the socket or a query breaks something."""
        try:
            if snapshot is not None:
                self._open(snapshot, union=union)
            self._limit()
            while self._one():
                pass
        except (EOFError, OSError):
            pass
        except BaseException:  # noqa: BLE001 - a mistake of ours: say so before the process ends
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(0)

    def _limit(self) -> None:
        """Let the data of this process (not its stacks, not files in memory) grow by so much and no more."""
        data, self._at_first = usage()
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        wanted = data + self._memory
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_DATA, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))

    def _one(self) -> bool:
        frame, _, payload = self._channel.receive()
        if frame == Frame.OPEN:
            snapshot, _, options, _ = decode_query(payload)
            if snapshot is not None:
                self._open(snapshot, union=options.union_default_graph)
            return True
        return self._answer(payload)

    def _open(self, snapshot: Snapshot, *, union: bool) -> None:
        self._databases = snapshot.open()
        # What can't be opened is told to whoever asks for it.
        with contextlib.suppress(OSError, RuntimeError):
            _ = self._databases.union if union else self._databases.database

    def _answer(self, payload: bytes) -> bool:
        """Answer a query; returns whether the worker is good for another one."""
        began = time.monotonic()
        snapshot, query, options, formats = decode_query(payload)
        if snapshot is not None:
            self._databases = snapshot.open()
        output = _Output(self._channel)
        try:
            databases = self._ready(union=options.union_default_graph)
            evaluate(databases, query, options, formats, output)
        except BrokenPipeError:
            return False
        except BaseException as error:  # noqa: BLE001 - whatever it is, the waiting request must hear of it
            fatal = not isinstance(error, Exception) or isinstance(error, MemoryError)
            self._channel.send(Frame.ERROR, encode_error(error), LAST if fatal else 0)
            return not fatal
        last = time.monotonic() - began > BRIEF and usage()[1] - self._at_first > GROWN
        output.end(LAST if last else 0)
        return not last

    def _ready(self, *, union: bool) -> Databases:
        databases = self._databases
        assert databases is not None  # noqa: S101 - the first query names its snapshot
        try:
            _ = databases.union if union else databases.database
        except (OSError, RuntimeError) as error:
            raise StoreError(f"{databases.snapshot.union if union else databases.snapshot.database}: {error}") from error
        return databases


class _Output:
    """Collects an answer and sends it when a chunk is full."""

    def __init__(self, channel: Channel) -> None:
        self.kind: Kind = "solutions"
        self._channel = channel
        self._buffer = bytearray(HEADER.size)
        self._has_begun = False

    def write(self, data: bytes, /) -> int:
        """Called by the serialiser."""
        self._buffer += data
        if len(self._buffer) >= CHUNK:
            self._flush(Frame.PART, 0)
        return len(data)

    def flush(self) -> None:
        """Called by the serialiser; chunks go when they are full."""

    def _flush(self, frame: Frame, mark: int) -> None:
        self._has_begun = True
        HEADER.pack_into(self._buffer, 0, frame, KINDS.index(self.kind) | mark, len(self._buffer) - HEADER.size)
        self._channel.send_raw(self._buffer)
        del self._buffer[HEADER.size :]

    def end(self, mark: int) -> None:
        """Send the rest, and that it is the rest."""
        if not self._has_begun:
            self._flush(Frame.WHOLE, mark)
            return
        self._flush(Frame.PART, 0)
        self._channel.send(Frame.END, b"", mark)


def usage() -> tuple[int, int]:
    """Bytes of this process: data as RLIMIT_DATA counts them, and resident; nought where the system doesn't tell."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - a Path costs more than the file
            fields = file.read().split()
        page = resource.getpagesize()
        return int(fields[5]) * page, int(fields[1]) * page
    except OSError:
        return 0, 0
