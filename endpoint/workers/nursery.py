"""The process that workers are forked from: it has one thread, all modules loaded and no store open, so that forking it is
safe, takes milliseconds and shares its memory. The server has threads and can't be forked.

It does what it is told over a socket, a line of JSON each way, and ends with all its children when that closes. It alone
reaps them, so that no number that it is given can have become another process's. With each new one it hands a descriptor over
by which the server ends it without asking here: on a machine with too much to do this process may have to wait for a processor
longer than a query that runs away may run.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import select
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from endpoint.workers.handles import handle_of, slow_down
from endpoint.workers.worker import live
from kg_build.store.snapshots import Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST_TO_GO: Final = 500
"""What a worker's score is raised by for the kernel's out-of-memory killer, of 1000: should the machine run out of memory
all the same, the server is not what goes."""
LIVES: Final = "lives"
"""The answer to what became of a worker that is still there."""


def main(control: str, lifeline: str, memory: str) -> NoReturn:
    """Serve the server.

    Args:
        control: Descriptor of the socket that orders come from.
        lifeline: Descriptor of the pipe that closes with the server, for the workers.
        memory: Bytes that a query may take.
    """
    # What tells a server to stop often goes to all its processes; these must outlast the requests under way.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    gc.collect()
    gc.freeze()  # So that no collection in a worker writes to, and so copies, the pages that all share.
    _Nursery(socket.socket(fileno=int(control)), int(lifeline), int(memory)).serve()
    sys.exit(0)


class _Nursery:
    def __init__(self, control: socket.socket, lifeline: int, memory: int) -> None:
        self._control = control
        self._lifeline = lifeline
        self._memory = memory
        self._children: set[int] = set()
        self._ended: dict[int, int] = {}
        self._descriptors: list[int] = []
        self._handle: int | None = None
        # What a signal for a child that ended writes to, so that the wait in `serve` returns.
        self._own = socket.socketpair()

    def serve(self) -> None:
        pending = b""
        woken, waker = self._own
        for one in self._own:
            one.setblocking(False)
        signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        poll = select.poll()
        for one in (self._control, woken):
            poll.register(one, select.POLLIN)
        try:
            while True:
                ready = {descriptor for descriptor, _ in poll.poll()}
                if woken.fileno() in ready:
                    with contextlib.suppress(BlockingIOError):
                        woken.recv(4096)
                if self._control.fileno() in ready:
                    data, descriptors, _, _ = socket.recv_fds(self._control, 1 << 16, 8)
                    if not data:
                        return
                    self._descriptors += descriptors
                    *lines, pending = (pending + data).split(b"\n")
                    for line in lines:
                        self._answer(self._obey(json.loads(line)))
                # Last: nobody waits for it, and many may have ended at once.
                self._reap()
        except ConnectionError:  # The server is gone.
            return
        finally:
            for pid in self._children:
                os.kill(pid, signal.SIGKILL)
            for pid in self._children:
                os.waitpid(pid, 0)

    def _answer(self, answer: Any) -> None:
        """Say what came of an order; a new process goes with its handle."""
        data = json.dumps(answer).encode() + b"\n"
        if (handle := self._handle) is None:
            self._control.sendall(data)
            return
        self._handle = None
        try:
            socket.send_fds(self._control, [data], [handle])
        finally:
            os.close(handle)

    def _obey(self, order: Mapping[str, Any]) -> Any:
        match order["do"]:
            case "fork":
                return self._fork(order)
            case "kill":
                if order["pid"] in self._children:
                    os.kill(order["pid"], signal.SIGKILL)
            case "slow":
                if order["pid"] in self._children:
                    slow_down(order["pid"])
            case "status":
                return self._status(order["pid"])
            case other:
                raise AssertionError(other)
        return None

    def _fork(self, order: Mapping[str, Any]) -> int | str:
        """The number of a new process; where the system has none to give, in words why."""
        with socket.socket(fileno=self._descriptors.pop(0)) as end:
            try:
                pid = os.fork()
            except OSError as error:  # Those that there are must not go for the want of one more.
                return f"no more processes: {error}"
            if pid == 0:
                self._become_worker(end, order)
        self._children.add(pid)
        self._handle = handle_of(pid)
        return pid

    def _become_worker(self, end: socket.socket, order: Mapping[str, Any]) -> NoReturn:
        """Whatever goes wrong, the new process ends here: what is behind this ends the nursery, and all its workers with it."""
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for one in (self._control, *self._own):
                one.close()
            with contextlib.suppress(OSError):
                Path("/proc/self/oom_score_adj").write_text(str(FIRST_TO_GO), encoding="ascii")
            snapshot = order["snapshot"] and Snapshot.from_json(order["snapshot"])
            live(end, self._lifeline, self._memory, snapshot, union=order["union"])
        except BaseException:  # noqa: BLE001 - no memory for its threads, above all
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(1)

    def _reap(self, which: int = -1) -> None:
        """Note how those of all children, or how the one child, ended that have."""
        with contextlib.suppress(ChildProcessError):  # There is none left.
            while (found := os.waitpid(which, os.WNOHANG))[0]:
                pid, status = found
                self._children.discard(pid)
                self._ended[pid] = os.waitstatus_to_exitcode(status)
                if len(self._ended) > 1000:
                    del self._ended[next(iter(self._ended))]

    def _status(self, pid: int) -> int | str | None:
        if pid in self._children:
            self._reap(pid)
        return LIVES if pid in self._children else self._ended.pop(pid, None)
