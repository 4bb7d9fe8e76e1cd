"""The server's end of the nursery: starting it, and telling it to fork, kill and slow down workers."""

from __future__ import annotations

import contextlib
import json
import logging
import socket
import subprocess
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from endpoint.processes import standing, start
from endpoint.workers.handles import Handle
from endpoint.workers.nursery import LIVES
from endpoint.workers.wire import Channel

if TYPE_CHECKING:
    from kg_build.store import Snapshot

PATIENCE: Final = 20.0
"""Seconds after which somebody looks what a nursery that doesn't answer is about, and seconds of a processor that it may take
for an answer."""
WAITS: Final = 3
"""So many times it may be about nothing, then it is given up, and all workers with it. One long wait may be over before it has
begun: where the whole machine is put to sleep, clocks go on."""
STRIVING: Final = frozenset("RD")
"""States of a process that gets on as soon as it is given a processor or what it reads from a disk. A nursery takes a fifth of a
second of a processor to begin and milliseconds to fork, but where processes enough want the same processor that may take minutes.
To do away with one for that would end queries that run, and the next one would have to begin under the same load."""
LINGER: Final = 5.0
"""Seconds that a process that has closed its socket is given to have ended, so that it is known how. To give much memory back
takes a while."""
LAST_MOMENTS: Final = 1.0
"""The same for the nursery itself."""
LOOK: Final = 0.005
"""Seconds between looks meanwhile."""
FLAGS: Final = getattr(socket, "MSG_CMSG_CLOEXEC", 0)
"""What is received is not for other processes that the server starts."""
_LOG = logging.getLogger(__name__)


class NurseryError(Exception):
    """The nursery doesn't answer, or can't be started."""


@dataclass(eq=False, slots=True)
class Worker:
    """A worker process, from the server's side. Whoever has taken it from the pool has it alone."""

    pid: int
    channel: Channel
    nursery: Nursery
    snapshot: Snapshot | None
    """What it has open, or will have by its next query."""
    handle: Handle | None = None
    """By which it is ended and put back; None where the system has no such thing and the nursery has to be asked."""
    is_slow: bool = False
    """Whether it was put back, which can't be undone."""

    def kill(self) -> None:
        """End it at once, in the middle of whatever it does."""
        if self.handle is not None:
            self.handle.kill()
        else:
            self.nursery.kill(self.pid)

    def slow_down(self) -> None:
        """Let all else on the machine go before it, for good."""
        self.is_slow = True
        if self.handle is not None:
            self.handle.slow_down()
        else:
            self.nursery.slow_down(self.pid)

    def worked(self) -> float:
        """Seconds of a processor that it has had in its life; 0 where the system doesn't tell."""
        return standing(self.pid)[1]

    def status(self) -> int | None:
        """How it ended: an exit code, or a signal's number below 0; None where it lives on, or nobody knows."""
        if self.handle is not None and not self.handle.has_ended(LINGER):
            return None
        return self.nursery.status(self.pid)


class Nursery:
    """A running nursery. Safe for many threads.

    Args:
        memory: Bytes that a query may take.
    """

    def __init__(self, memory: int) -> None:
        self._lock = threading.Lock()
        try:
            self._child = start("endpoint.workers.nursery", str(memory))
        except OSError as error:
            raise NurseryError(str(error)) from error
        self._control, self._process = self._child.end, self._child.process
        self._control.settimeout(PATIENCE)
        self.is_alive = True
        self._is_cut = False

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def fileno(self) -> int:
        """The descriptor that hangs up with it, for `select.poll`; -1 when that is known."""
        return self._control.fileno()

    def fork(self, snapshot: Snapshot | None, *, union: bool) -> Worker:
        """A new worker, which opens a snapshot first. Raises `NurseryError`; the nursery may be alive all the same."""
        ours, theirs = socket.socketpair()
        try:
            order = {"do": "fork", "snapshot": snapshot and snapshot.to_json(), "union": union}
            pid, handles = self._call(order, theirs.fileno())
            if not isinstance(pid, int):
                raise NurseryError(pid)
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return Worker(pid, Channel(ours), self, snapshot, Handle(pid, handles[0]) if handles else None)

    def kill(self, pid: int) -> None:
        """Kill a worker; one that has ended is no error."""
        # A nursery that is gone has taken its workers along.
        with contextlib.suppress(NurseryError):
            self._call({"do": "kill", "pid": pid})

    def slow_down(self, pid: int) -> None:
        """Put a worker back."""
        with contextlib.suppress(NurseryError):
            self._call({"do": "slow", "pid": pid})

    def status(self, pid: int) -> int | None:
        """See `Worker.status`; the answer is given once."""
        end = time.monotonic() + LINGER
        with contextlib.suppress(NurseryError):
            while (status := self._call({"do": "status", "pid": pid})[0]) == LIVES and time.monotonic() < end:
                time.sleep(LOOK)  # Here, not there: others are served meanwhile.
            return status if isinstance(status, int) else None
        return None

    def cut(self) -> None:
        """Let whoever waits for it wait no longer: it is about to be closed."""
        self._is_cut = True
        with contextlib.suppress(OSError):  # It was faster.
            self._control.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End it and all its workers."""
        with self._lock:
            was_alive, self.is_alive = self.is_alive, False
            if was_alive:
                self._hang_up()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _call(self, order: dict[str, Any], descriptor: int | None = None) -> tuple[Any, list[int]]:
        """The answer to an order, and descriptors that came with it."""
        with self._lock:
            if not self.is_alive:
                raise NurseryError("gone")
            try:
                data = json.dumps(order).encode() + b"\n"
                if descriptor is None:
                    self._control.sendall(data)
                else:
                    socket.send_fds(self._control, [data], [descriptor])
                line, descriptors = self._answer()
                return json.loads(line), descriptors
            except (OSError, EOFError, ValueError) as error:
                self.is_alive = False
                if not self._is_cut:
                    _LOG.error(
                        "the process that forks workers is given up at %r: %r, %s", order["do"], error, self._ending(error)
                    )
                self._hang_up()
                raise NurseryError(f"the process that forks workers is gone: {error!r}") from error

    def _answer(self) -> tuple[bytes, list[int]]:
        line, descriptors = b"", list[int]()
        waits, worked = WAITS, None
        while not line.endswith(b"\n"):
            try:
                data, more, _, _ = socket.recv_fds(self._control, 4096, 1, FLAGS)
            except TimeoutError:
                state, seconds = standing(self.pid)
                worked = seconds if worked is None else worked
                if state not in STRIVING or seconds - worked > PATIENCE:
                    waits -= 1
                if not waits:
                    raise
                continue
            if not data:
                raise EOFError
            line += data
            descriptors += more
        return line, descriptors

    def _ending(self, error: Exception) -> str:
        """How it ended, in words; one that doesn't answer is ended."""
        try:
            if isinstance(error, TimeoutError):
                return "it didn't answer"
            return f"it has ended with status {self._process.wait(LAST_MOMENTS)}"
        except subprocess.TimeoutExpired:
            return "it is about to end"
        finally:
            self._process.kill()

    def _hang_up(self) -> None:
        """Close all that it and its workers live by."""
        self._child.hang_up()
