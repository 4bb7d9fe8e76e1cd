"""The writing process from the server's side: starting it, giving it orders, killing it at its deadline."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Final

from endpoint.execution import BusyError, MemoryLimitError, QueryTimeoutError, WorkerLostError
from endpoint.writing.wire import Order, RefusedError, Written, receive_outcome, send_order

if TYPE_CHECKING:
    from collections.abc import Sequence

QUEUE: Final = 16
"""Orders that may wait for their turn."""
PUBLISHING: Final = 60.0
"""Seconds that an order is given beyond its deadline once its change is made and is only to be written down."""
_BOOT: Final = """\
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from endpoint.writing.process import main
main(*map(int, sys.argv[2:]))
"""
_LOG = logging.getLogger(__name__)


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
        process = self._ready()
        is_publishing = False
        is_good = False
        try:
            process.end.settimeout(max(0.1, deadline - time.monotonic()))
            send_order(process.end, order, files)
            while True:
                outcome = receive_outcome(process.end)
                if outcome is not None:
                    is_good = True
                    return outcome
                is_publishing = True
                process.end.settimeout(max(0.0, deadline - time.monotonic()) + PUBLISHING)
        except RefusedError as error:
            is_good = error.kind not in {"memory", "lost"}
            raise
        except TimeoutError:
            if is_publishing:
                raise UnknownOutcomeError from None
            raise QueryTimeoutError from None
        except (EOFError, OSError):
            if is_publishing:
                raise UnknownOutcomeError from None
            raise self._lost(process) from None
        finally:
            if not is_good:
                self._drop(kill=True)

    def _ready(self) -> _Process:
        if self._closed:
            raise BusyError
        if self._process is not None and not self._process.is_alive():
            self._drop(kill=True)
        if self._process is None:
            self._process = _Process(self._memory)
        return self._process

    def _lost(self, process: _Process) -> Exception:
        if self._closed:
            return BusyError()
        status = process.wait()
        if status == -signal.SIGABRT:  # What the libraries do where they get no memory.
            return MemoryLimitError()
        _LOG.warning("the writing process ended in the middle of an order, with status %s", status)
        return WorkerLostError(f"ended with status {status}")

    def _drop(self, *, kill: bool) -> None:
        process, self._process = self._process, None
        if process is not None:
            if kill:
                process.kill()
            process.close()


class _Process:
    def __init__(self, memory: int) -> None:
        self.end, theirs = socket.socketpair()
        lifeline, self._lifeline = os.pipe()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, "-P", "-c", _BOOT, json.dumps(sys.path), str(theirs.fileno()), str(lifeline), str(memory)],
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(), lifeline),
                process_group=0,  # Ctrl-C is the server's to answer.
            )
        except OSError as error:
            self.end.close()
            os.close(self._lifeline)
            raise WorkerLostError(str(error)) from error
        finally:
            theirs.close()
            os.close(lifeline)

    @property
    def pid(self) -> int:
        return self._process.pid

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
        self.end.close()
        os.close(self._lifeline)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
