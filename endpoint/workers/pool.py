"""The workers that live: handed out, taken back, replaced, and kept on the store's newest version."""

from __future__ import annotations

import contextlib
import logging
import select
import socket
import threading
import time
from collections import Counter, deque
from typing import TYPE_CHECKING, Final

from endpoint.execution import BusyError, QueryOptions
from endpoint.workers.remote import Nursery, NurseryError, Worker
from endpoint.workers.wire import Frame, encode_query

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg_build.store import Snapshot

LOOK: Final = 1.0
"""Seconds after which a worker that was killed while it had nothing to do is missed at the latest."""
PAUSES: Final = (0.1, 0.5, 2.0, 5.0)
"""Seconds between tries where workers can't be forked."""
REMEMBERED: Final = 16
"""Versions by which a new one is told from an old one that a late request still has."""
_LOG = logging.getLogger(__name__)


class Pool:
    """Keeps ``size`` workers, and beside those that are busy always ``spares`` more, up to ``most``. Safe for many threads.

    Nothing is started before it is needed, so a pool may be made before a server forks. ``memory``: bytes that a query may
    take. ``union``: whether new workers open the database with the union of all graphs. ``look`` is called every second or so.
    """

    def __init__(
        self, size: int, spares: int, most: int, memory: int, *, union: bool, look: Callable[[], None] = lambda: None
    ) -> None:
        self._size = size
        self._spares = spares
        self._most = most
        self._memory = memory
        self._union = union
        self._look = look
        self._changed = threading.Condition()
        self._idle: list[Worker] = []
        self._taken: set[Worker] = set()
        self._seekers = 0
        self._newest: Snapshot | None = None
        self._seen: deque[Snapshot] = deque(maxlen=REMEMBERED)
        self._keeper: threading.Thread | None = None
        self._looker: threading.Thread | None = None
        self._is_over = threading.Event()
        self._nursery: Nursery | None = None
        self._bell: tuple[socket.socket, socket.socket] | None = None
        self._closed = False
        self.forked = 0
        """Workers that were ever made."""
        self.replaced: Counter[str] = Counter()
        """Workers that were done away with, by reason."""

    def start(self, snapshot: Snapshot) -> None:
        """Make workers and let them open a snapshot, unless that has been done."""
        with self._changed:
            self._note(snapshot)

    def take(self, snapshot: Snapshot, until: float) -> Worker:
        """A worker that lives, preferably one that has the snapshot open. Raises `BusyError` where there is none in time."""
        with self._changed:
            self._note(snapshot)
            self._seekers += 1
            try:
                while True:
                    if (worker := self._take_idle(snapshot)) is not None:
                        return worker
                    left = until - time.monotonic()
                    if left <= 0 or self._closed:
                        raise BusyError
                    self._wake()
                    self._changed.wait(left)
            finally:
                self._seekers -= 1

    def take_at_once(self, snapshot: Snapshot) -> Worker | None:
        """The same, without waiting; None where none is idle."""
        with self._changed:
            self._note(snapshot)
            return self._take_idle(snapshot)

    def give_back(self, worker: Worker) -> None:
        """Take back a worker that is good for another query."""
        with self._changed:
            if worker.is_slow or self._closed or self._excess() > 0:
                self.replaced["put back" if worker.is_slow else "too many"] += 1
                worker.channel.close()  # It ends at that.
                self._wake()
            else:
                self._idle.append(worker)
            self._taken.discard(worker)
            self._changed.notify()

    def discard(self, worker: Worker, reason: str) -> None:
        """Do without a worker that is still at work, or has ended; once is enough. Its channel is left to whoever reads it."""
        with self._changed:
            if worker not in self._taken:
                return
        worker.kill()
        with self._changed:
            if worker in self._taken:
                self._taken.remove(worker)
                self.replaced[reason] += 1
            self._wake()

    def numbers(self) -> dict[str, int]:
        """How many workers are idle and busy, and how many were ever made."""
        with self._changed:
            return {"idle": len(self._idle), "busy": len(self._taken), "forked": self.forked}

    def close(self) -> None:
        """End all workers, busy ones too."""
        with self._changed:
            self._closed = True
            self._is_over.set()
            keeper, self._keeper = self._keeper, None
            looker, self._looker = self._looker, None
            if self._nursery is not None:
                self._nursery.cut()
            self._changed.notify_all()
            self._wake()
        for thread in (keeper, looker):
            if thread is not None:
                thread.join()
        with self._changed:
            bell, self._bell = self._bell, None
        for end in bell or ():
            end.close()

    def _take_idle(self, snapshot: Snapshot) -> Worker | None:
        while self._idle:
            worker = next((w for w in reversed(self._idle) if w.snapshot == snapshot), self._idle[-1])
            self._idle.remove(worker)
            # Those of a nursery that is gone are about to end.
            if worker.nursery.is_alive and worker.channel.is_quiet():
                self._taken.add(worker)
                if len(self._idle) < self._spares:
                    self._wake()
                return worker
            self._drop(worker)
            self._wake()
        return None

    def _drop(self, worker: Worker) -> None:
        """Forget a worker that ended while it had nothing to do."""
        self.replaced["died idle"] += 1
        worker.channel.close()

    def _note(self, snapshot: Snapshot) -> None:
        if snapshot not in self._seen:
            self._seen.append(snapshot)
            self._newest = snapshot
            self._wake()
        if self._keeper is None and not self._closed:
            self._bell = socket.socketpair()
            for end in self._bell:
                end.setblocking(False)
            self._keeper = threading.Thread(target=self._keep, name="workers", daemon=True)
            self._keeper.start()
            self._looker = threading.Thread(target=self._look_on, name="overdue", daemon=True)
            self._looker.start()

    def _wake(self) -> None:
        if self._bell is not None:
            with contextlib.suppress(BlockingIOError):  # It rings already.
                self._bell[1].send(b".")

    def _wanted(self) -> int:
        """How many workers there should be just now."""
        return min(self._most, max(self._size + self._spares, len(self._taken) + max(self._spares, self._seekers)))

    def _excess(self) -> int:
        """By how many there would be too many after one of the busy ones was taken back."""
        taken = len(self._taken)
        return len(self._idle) + taken - max(self._size + self._spares, taken - 1 + self._spares)

    def _keep(self) -> None:
        """What the pool's own thread does."""
        failures = 0
        try:
            while True:
                with self._changed:
                    if self._closed:
                        return
                    missing = self._wanted() - len(self._idle) - len(self._taken)
                try:
                    if missing > 0:
                        self._add()
                        failures = 0
                        continue
                except NurseryError as error:
                    self._tell(error)
                    pause = PAUSES[min(failures, len(PAUSES) - 1)]
                    failures += 1
                else:
                    pause = LOOK
                    self._bring_up()
                self._watch(pause)
        finally:
            with self._changed:
                idle, self._idle = self._idle, []
            for worker in idle:
                worker.channel.close()
            if self._nursery is not None:
                self._nursery.close()

    def _look_on(self) -> None:
        """In a thread of its own: the pool's may have to wait for the nursery, and forks as long as workers are missing."""
        while not self._is_over.wait(LOOK):
            self._look()

    def _add(self) -> None:
        nursery = self._nursery
        if nursery is not None and not nursery.is_alive:
            _LOG.error("the process that forks workers has ended; a new one is made")
            nursery.close()
            nursery = None
        if nursery is None:
            self._nursery = nursery = Nursery(self._memory)
        with self._changed:
            snapshot = self._newest
        worker = nursery.fork(snapshot, union=self._union)
        with self._changed:
            self.forked += 1
            self._idle.insert(0, worker)  # The ones with warm caches go first.
            self._changed.notify()

    def _tell(self, error: NurseryError) -> None:
        with self._changed:
            if not self._closed:
                _LOG.error("no worker for queries: %s", error)

    def _bring_up(self) -> None:
        """Let idle workers open the newest version, so that no query has to wait for it, and the old one can go."""
        while True:
            with self._changed:
                newest = self._newest
                stale = next((worker for worker in self._idle if worker.snapshot != newest), None)
                if stale is None or newest is None:
                    return
                with contextlib.suppress(OSError):  # One that has ended is found when it is looked at next.
                    stale.channel.send(Frame.OPEN, encode_query(newest, "", QueryOptions(0, self._union), {}), timeout=LOOK)
                stale.snapshot = newest

    def _watch(self, seconds: float) -> None:
        """Wait for something to do; drop workers that have ended."""
        poll = select.poll()
        with self._changed:
            bell = self._bell
            watched = {worker.channel.fileno(): worker for worker in self._idle}
        assert bell is not None  # noqa: S101 - whoever closes it waits for this thread first
        poll.register(bell[0], select.POLLIN)
        for descriptor in watched:
            poll.register(descriptor, 0)  # Nothing but that it hangs up.
        if self._nursery is not None and (control := self._nursery.fileno()) >= 0:
            poll.register(control, 0)
        happened = dict(poll.poll(seconds * 1000))
        with contextlib.suppress(BlockingIOError):
            bell[0].recv(4096)
        if self._nursery is not None and self._nursery.fileno() in happened:
            self._nursery.kill(0)  # It finds out that nobody is there.
        with self._changed:
            for descriptor in happened.keys() & watched.keys():
                worker = watched[descriptor]
                if worker in self._idle and not worker.channel.is_quiet():
                    self._idle.remove(worker)
                    self._drop(worker)
