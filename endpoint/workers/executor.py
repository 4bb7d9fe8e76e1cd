"""`ProcessExecutor`: a place, a worker, the answer as it comes, and an end to it when its time is up."""

from __future__ import annotations

import atexit
import logging
import os
import signal
import threading
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prometheus_client import Histogram

from endpoint.execution import (
    Answer,
    BusyError,
    ClientGoneError,
    Kind,
    MemoryLimitError,
    QueryTimeoutError,
    TooManyError,
    WorkerLostError,
)
from endpoint.workers.places import GLANCE, Places, Ticket
from endpoint.workers.pool import Pool
from endpoint.workers.wire import KINDS, LAST, Frame, decode_error, encode_query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from endpoint.execution import QueryOptions, ResultFormat
    from endpoint.workers.remote import Worker
    from kg_build.settings import Settings
    from kg_build.store import Reader

QUEUE: Final = 32
"""Queries that may wait for a place."""
SPARES: Final = 1
"""Workers that stand ready beside those for short queries."""
LEAST_MEMORY, MOST_MEMORY = 128 << 20, 2 << 30
"""Bounds of what a query may take where no setting says."""
GRACE: Final = 1.0
"""Seconds by which a query must be late to be ended by another than the one who reads its answer."""
LEAST_PATIENCE: Final = 0.05
"""Seconds that a worker is given to take a query, however late it is."""
_LOG = logging.getLogger(__name__)


class ProcessExecutor:
    """Runs each query in a worker process.

    Args:
        workers: Queries that run at once with full priority; 0: as many as there are processors, at least two.
        long: Queries that may run on beside them when they take long and others wait.
        per_client: Long queries that one client may have.
        wait: Seconds that a query waits for a place.
        memory: Bytes that a query may take; 0: a share of the machine's memory.
        union: Whether queries mostly ask the union of all graphs.

    Processes are started by the first query, or by `prepare`.
    """

    def __init__(
        self, workers: int = 0, *, long: int = 16, per_client: int = 12, wait: float = 15.0, memory: int = 0, union: bool = True
    ) -> None:
        workers = workers or max(2, processors())
        self.capacity = workers + long + QUEUE
        self._wait = wait
        self._places = Places(workers, long, per_client, QUEUE)
        most = workers + long + SPARES
        self._pool = Pool(workers, SPARES, most, memory or share_of_memory(most), union=union, look=self._end_overdue)
        self._runs: set[_Run] = set()
        self.ends: Counter[str] = Counter()
        """Queries that left their worker so far, by how they ended."""
        self.waits = Histogram("zonekg_query_wait_seconds", "Time that a query waited for its turn.", registry=None)
        self.is_closed = False
        atexit.register(self.close)

    @classmethod
    def from_settings(cls, settings: Settings) -> ProcessExecutor:
        """As the settings say."""
        return cls(
            settings.workers,
            long=settings.long_queries,
            per_client=settings.client_queries,
            wait=settings.queue_timeout,
            memory=settings.worker_memory,
            union=settings.union_default_graph,
        )

    def prepare(self, reader: Reader) -> None:
        """Start the workers now and let them open a version, so that the first query needn't wait for it."""
        self._pool.start(reader.snapshot)

    def run(self, reader: Reader, query: str, options: QueryOptions, formats: Mapping[Kind, ResultFormat]) -> Answer:
        """See `Executor.run`. The answer holds the reader, so that its version stays while it is read."""
        began = time.monotonic()
        deadline = began + options.timeout
        try:
            try:
                ticket = self._places.enter(options.client, min(deadline, began + self._wait), options.is_gone)
            finally:
                waited = time.monotonic() - began
                self.waits.observe(waited)
            try:
                run = self._begin(ticket, reader, query, options, formats, deadline)
            except BaseException:
                self._places.leave(ticket)
                raise
        except BusyError:
            if time.monotonic() >= deadline:
                raise QueryTimeoutError from None
            raise
        return Answer(run.kind, run, waited, is_long=run.is_long)

    def statistics(self) -> dict[str, int]:
        """What there is just now (idle, busy, short, long, waiting) and was so far (forked, and how queries ended)."""
        return {**self._pool.numbers(), **self._places.numbers(), **self.ends}

    @property
    def replaced(self) -> Counter[str]:
        """Workers that were done away with so far, by reason."""
        return self._pool.replaced

    def close(self) -> None:
        """End all workers; queries that run are lost."""
        self.is_closed = True
        atexit.unregister(self.close)
        self._pool.close()

    def _begin(
        self,
        ticket: Ticket,
        reader: Reader,
        query: str,
        options: QueryOptions,
        formats: Mapping[Kind, ResultFormat],
        deadline: float,
    ) -> _Run:
        snapshot = reader.snapshot
        while True:
            worker = self._pool.take(snapshot, deadline)
            known = worker.snapshot == snapshot
            worker.snapshot = snapshot
            run = _Run(self, ticket, worker, reader, options, deadline)
            try:
                request = encode_query(None if known else snapshot, query, options, formats)
                worker.channel.send(Frame.QUERY, request, timeout=max(LEAST_PATIENCE, deadline - time.monotonic()))
            except OSError:  # It has ended since it was looked at. Nothing has been run yet.
                self._pool.discard(worker, "died idle")
                worker.channel.close()
                continue
            try:
                self._runs.add(run)
                self._places.attach(ticket, run)
                run.begin()
            except BaseException:
                run.close()
                raise
            return run

    def _end_overdue(self) -> None:
        """End queries whose time is up while nobody reads their answers: a client that takes its time, or a forgotten one."""
        late = time.monotonic() - GRACE
        for run in list(self._runs):
            if run.deadline < late:
                run.end("timeout")

    def _ended(self, run: _Run, ticket: Ticket, worker: Worker, how: str, *, is_good: bool) -> None:
        """A query is through, in whatever way."""
        self.ends[how] += 1
        self._runs.discard(run)
        if is_good:
            self._pool.give_back(worker)
        else:
            self._pool.discard(worker, "grown" if how == "answered" else how)
        self._places.leave(ticket)


class _Run:
    """One query in one worker: what `Answer.chunks` is. The kind is known when it has begun."""

    def __init__(
        self, owner: ProcessExecutor, ticket: Ticket, worker: Worker, reader: Reader, options: QueryOptions, deadline: float
    ) -> None:
        self.kind: Kind = "solutions"
        self._owner = owner
        self._ticket = ticket
        self._worker = worker
        self._reader = reader
        self._is_gone = options.is_gone
        self.deadline = deadline
        self.is_long = False
        self._first: bytes | None = None
        self._worked_before = 0.0
        # Guards against ending or slowing down a worker that has gone on to another query.
        self._lock = threading.Lock()
        self._is_over = False
        self._is_good = False
        self._how = ""

    def begin(self) -> None:
        """Wait for the first bytes."""
        self._first = self._next()

    def __iter__(self) -> _Run:
        return self

    def __next__(self) -> bytes:
        """The next chunk. An object, not a generator: one that was never begun can be closed, too."""
        if self._first is not None:
            first, self._first = self._first, None
            return first
        chunk = None if self._is_over else self._next()
        if chunk is None:
            if self._how == "timeout":
                self.close()
                raise QueryTimeoutError
            if self._how != "answered":
                raise ClientGoneError
            raise StopIteration
        return chunk

    def close(self) -> None:
        """Give the query up: what is still at work on it is killed."""
        self._end("left", is_good=False)

    def end(self, how: str) -> None:
        """End it, unless it has ended, and note how; for another thread than the one that reads."""
        self._over(how, is_good=False)

    def worked(self) -> float:
        """See `places.Job`."""
        return self._worker.worked() - self._worked_before

    def slow_down(self) -> None:
        """See `places.Job`."""
        with self._lock:
            if not self._is_over:
                self._worker.slow_down()

    def give_up(self) -> None:
        """See `places.Job`. Whoever reads the answer meets its end."""
        with self._lock:
            if not self._is_over:
                self._worker.kill()
                self._worker.channel.cut()  # A process may take its time to die.

    def _next(self) -> bytes | None:
        frame, kind, payload = self._receive()
        is_last = bool(kind & LAST)
        if frame in {Frame.PART, Frame.WHOLE}:
            self.kind = KINDS[kind & ~LAST]
        match frame:
            case Frame.PART:
                self.is_long = True
                if not self._ticket.is_streaming:
                    self._worked_before = self._worker.worked()
                    self._ticket.is_streaming = True
                return payload
            case Frame.WHOLE:
                self._end("answered", is_good=not is_last)
                return payload
            case Frame.END:
                self._end("answered", is_good=not is_last)
                return None
            case _:
                error = decode_error(payload)
                self._end("memory" if isinstance(error, MemoryLimitError) else "refused", is_good=not is_last)
                raise error

    def _receive(self) -> tuple[int, int, bytes]:
        while True:
            left = self.deadline - time.monotonic()
            if left <= 0:
                self._end("timeout", is_good=False)
                raise QueryTimeoutError
            try:
                return self._worker.channel.receive(left if self._is_gone is None else min(left, GLANCE))
            except TimeoutError:
                if self._is_gone is not None and self._is_gone():
                    self._end("left", is_good=False)
                    raise ClientGoneError from None
            except (EOFError, OSError):
                raise self._lost() from None

    def _lost(self) -> Exception:
        """The worker has ended before its query was through: why?"""
        if self._is_over:  # It was late, and another thread was faster to see it.
            return QueryTimeoutError()
        if self._ticket.given_up_for is not None:
            self._end("given up", is_good=False)
            return TooManyError() if self._ticket.given_up_for == "client" else BusyError()
        if self._owner.is_closed:
            self._end("given up", is_good=False)
            return BusyError()
        status = self._worker.status()
        if status == -signal.SIGABRT:  # What the libraries do where they get no memory.
            self._end("memory", is_good=False)
            return MemoryLimitError()
        self._end("lost", is_good=False)
        _LOG.warning("a worker ended in the middle of a query, with status %s", status)
        return WorkerLostError(f"ended with status {status}")

    def _end(self, how: str, *, is_good: bool) -> None:
        """It has ended, as the thread that reads it sees."""
        self._over(how, is_good=is_good)
        if not self._is_good:
            self._worker.channel.close()

    def _over(self, how: str, *, is_good: bool) -> None:
        with self._lock:
            if self._is_over:
                return
            self._is_over = True
            self._how, self._is_good = how, is_good
        self._owner._ended(self, self._ticket, self._worker, how, is_good=is_good)  # noqa: SLF001 - two halves of one thing


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def share_of_memory(workers: int) -> int:
    """What each of so many workers may take so that all together leave a quarter of the machine, or of its container."""
    return min(MOST_MEMORY, max(LEAST_MEMORY, machine_memory() * 3 // 4 // workers))


def machine_memory() -> int:
    """Bytes of memory that the machine has, or its container."""
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            total = min(total, int(Path(limit).read_text(encoding="ascii")))
        except (OSError, ValueError):  # Not in a container, or one without a limit: "max".
            continue
    return total
