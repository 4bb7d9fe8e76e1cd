"""The writing process from the server's side: starting it, giving it orders, killing it at its deadline."""

from __future__ import annotations

import contextlib
import logging
import signal
import subprocess
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from endpoint.execution import BusyError, MemoryLimitError, QueryTimeoutError, WorkerLostError
from endpoint.processes import start
from endpoint.writing.wire import Order, RefusedError, Stage, Written, receive, send_order

if TYPE_CHECKING:
    from collections.abc import Sequence

QUEUE: Final = 16
"""Orders that may wait for their turn."""
PUBLISHING: Final = 60.0
"""Seconds that an order is given beyond its deadline once its change is made and is only to be written down."""
MARGIN: Final = 0.5
"""Seconds that a message may take at least, and by which the wait for a build is shorter than the whole."""
TRIES: Final = 3
"""Processes that an order is given to as long as none of them takes it."""
_LOG = logging.getLogger(__name__)


class NotBegunError(Exception):
    """The writing process ended before it took the order."""


class UnknownOutcomeError(Exception):
    """The writing process ended while it made the change a version: it may be one or not."""


class Writer:
    """Gives orders to the one writing process, one at a time; safe for many threads.

    Args:
        memory: Bytes that an order may take.

    The process is started by the first order, or by `start`, and anew when it has ended.
    """

    def __init__(self, memory: int) -> None:
        self._memory = memory
        self._turn = threading.Lock()
        self._waiting = threading.BoundedSemaphore(QUEUE)
        self._process: _Process | None = None
        self._closed = False

    def start(self) -> None:
        """Start the process now."""
        with self._turn:
            self._ready()

    @property
    def pid(self) -> int | None:
        """The process; None while there is none."""
        process = self._process
        return None if process is None else process.pid

    def run(self, order: Order, files: Sequence[int], deadline: float) -> Written:
        """Have something written: durable, and the current version, when this returns.

        Raises `endpoint.writing.wire.RefusedError` and, with nothing written, `BusyError`, `QueryTimeoutError` at the
        deadline (of `time.monotonic`), `MemoryLimitError`, `WorkerLostError`; `UnknownOutcomeError`.
        """
        if not self._waiting.acquire(blocking=False):
            raise BusyError
        try:
            if not self._turn.acquire(timeout=max(0.0, deadline - time.monotonic())):
                raise BusyError
            try:
                return self._run(order, files, deadline)
            finally:
                self._turn.release()
        finally:
            self._waiting.release()

    def close(self) -> None:
        """End the process; an order under way is lost unless it is being published."""
        self._closed = True
        if self._turn.acquire(timeout=1):
            try:
                self._drop(kill=False)
            finally:
                self._turn.release()
        elif (process := self._process) is not None:
            process.kill()

    def _run(self, order: Order, files: Sequence[int], deadline: float) -> Written:
        for _ in range(TRIES):
            process = self._ready()
            left = deadline - time.monotonic()
            # For a build it waits less than the whole time, so that it can say itself what it has waited for.
            process.send(replace(order, wait=max(0.0, left - max(MARGIN, left / 5))), files, left)
            try:
                written = process.outcome(deadline)
            except RefusedError as error:
                if error.is_last:
                    self._drop(kill=True)
                raise
            except NotBegunError:  # It had ended, or was about to, when the order came.
                self._drop(kill=True)
            except WorkerLostError as error:
                status = process.wait()
                self._drop(kill=True)
                raise self._lost(error, status) from None
            except BaseException:
                self._drop(kill=True)
                raise
            else:
                if written.is_last:
                    self._drop(kill=False)
                return written
        raise WorkerLostError("it ends whenever it is started")

    def _ready(self) -> _Process:
        if self._closed:
            raise BusyError
        if self._process is not None and not self._process.is_alive():
            self._drop(kill=False)
        if self._process is None:
            self._process = _Process(self._memory)
        return self._process

    def _lost(self, error: WorkerLostError, status: int | None) -> Exception:
        if self._closed:
            return BusyError()
        if status == -signal.SIGABRT:  # What the libraries do where they get no memory.
            return MemoryLimitError()
        _LOG.warning("the writing process ended in the middle of an order, with status %s", status)
        return error

    def _drop(self, *, kill: bool) -> None:
        process, self._process = self._process, None
        if process is not None:
            if kill:
                process.kill()
            process.close()


class _Process:
    def __init__(self, memory: int) -> None:
        try:
            self._child = start("endpoint.writing.process", str(memory))
        except OSError as error:
            raise WorkerLostError(str(error)) from error
        self.end, self._process = self._child.end, self._child.process

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, order: Order, files: Sequence[int], seconds: float) -> None:
        """Give it an order. Where it can't take it, `outcome` says so."""
        self.end.settimeout(max(MARGIN, seconds))
        with contextlib.suppress(OSError):
            send_order(self.end, order, files)

    def outcome(self, deadline: float) -> Written:
        """What comes of the order. Raises `RefusedError`, `NotBegunError`, `WorkerLostError`, `QueryTimeoutError`,
        `UnknownOutcomeError`.
        """
        stage: Stage | None = None
        try:
            while True:
                more = PUBLISHING if stage is Stage.PUBLISHING else 0.0
                self.end.settimeout(max(MARGIN, deadline - time.monotonic()) + more)
                found = receive(self.end)
                if isinstance(found, Written):
                    return found
                stage = found
        except TimeoutError:
            if stage is Stage.PUBLISHING:
                raise UnknownOutcomeError from None
            return self._stopped()
        except (EOFError, OSError):
            match stage:
                case Stage.PUBLISHING:
                    raise UnknownOutcomeError from None
                case Stage.BEGUN:
                    raise WorkerLostError("ended in the middle of an order") from None
                case _:
                    raise NotBegunError from None

    def _stopped(self) -> Written:
        """Kill it, then see how far it was: it may have gone on until the very last moment, and be through."""
        self.kill()
        stage: Stage | None = None
        self.end.settimeout(None)  # What it has said is here, and then the end.
        while True:
            try:
                found = receive(self.end)
            except (EOFError, OSError):
                raise UnknownOutcomeError if stage is Stage.PUBLISHING else QueryTimeoutError from None
            if isinstance(found, Written):
                return replace(found, is_last=True)
            stage = found

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        self._process.kill()

    def wait(self) -> int | None:
        """How it ended; None where it lives on."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(1)
        return None

    def close(self) -> None:
        self._child.hang_up()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
