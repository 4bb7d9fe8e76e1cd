"""`Handle`: a process that can be ended without asking the one that started it.

A number may be another process's as soon as whoever started the first one has reaped it, so only that one may kill by number.
Linux has descriptors for processes (``pidfd_open(2)``) that go on meaning the same one.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
from pathlib import Path
from typing import Final

NICE: Final = 15
"""By how much a query that others wait for is put back: the rest gets most of a processor then."""


class Handle:
    """A descriptor for a process, which is closed with this. Safe for several threads."""

    def __init__(self, pid: int, descriptor: int) -> None:
        self._pid = pid
        self._descriptor = descriptor

    def kill(self) -> None:
        """End it at once; one that has ended is no error."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._descriptor, signal.SIGKILL)

    def slow_down(self) -> None:
        """See `slow_down`; one that has ended is no error."""
        if not self.has_ended(0):
            slow_down(self._pid)

    def has_ended(self, seconds: float) -> bool:
        """Whether it ends within so many seconds, with all its threads."""
        poll = select.poll()
        poll.register(self._descriptor, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def __del__(self) -> None:
        os.close(self._descriptor)


def handle_of(pid: int) -> int | None:
    """A descriptor for a child that hasn't been reaped; None where the system has none to give."""
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        return None


def slow_down(pid: int) -> None:
    """Put all threads of a process back; on Linux each has a niceness of its own."""
    with contextlib.suppress(OSError):
        tasks = [int(task.name) for task in Path(f"/proc/{pid}/task").iterdir()] if Path("/proc").is_dir() else []
        for task in tasks or [pid]:
            os.setpriority(os.PRIO_PROCESS, task, min(19, os.getpriority(os.PRIO_PROCESS, task) + NICE))
