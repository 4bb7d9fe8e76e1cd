"""`ProcessExecutor`: a place, a worker, the answer as it comes, and an end to it when its time is up."""

from __future__ import annotations

import atexit
import os
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prometheus_client import Histogram

from endpoint.execution import BusyError, ClientGoneError, QueryTimeoutError, TooManyError
from endpoint.workers.loop import Calls, Failed, first_words, turn
from endpoint.workers.places import Places
from endpoint.workers.pool import Pool
from endpoint.workers.run import Order, Run
from endpoint.workers.wire import Frame, encode_query

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from endpoint.execution import Answer, Kind, QueryOptions, ResultFormat
    from endpoint.workers.loop import Elsewhere
    from endpoint.workers.places import Ticket
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


class ProcessExecutor:
    """Runs each query in a worker process.

    Args:
        workers: Queries that run at once with full priority; 0: one more than there are processors, so that none
            has to wait while the server passes an answer on.
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
        workers = at_once(workers)
        self.capacity = workers + long + QUEUE
        self._wait = wait
        self._places = Places(workers, long, per_client, QUEUE)
        most = workers + long + SPARES
        self._pool = Pool(workers, SPARES, most, memory or share_of_memory(most), union=union, look=self._end_overdue)
        self._runs: set[Run] = set()
        self._calls = Calls()
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
            order = Order(reader, query, options, formats, deadline)
            run = self._begin(ticket, order, lambda: self._pool.take(reader.snapshot, deadline))
        except BusyError:
            if time.monotonic() >= deadline:
                raise QueryTimeoutError from None
            raise
        assert run is not None  # noqa: S101 - a worker was waited for
        run.waited = waited
        return run.answer()

    async def begin(
        self, reader: Reader, query: str, options: QueryOptions, formats: Mapping[Kind, ResultFormat], elsewhere: Elsewhere
    ) -> Run | Failed | None:
        """Run a query as far as its first words, or for `PATIENCE`, without holding up the event loop that calls this.

        Where all is not said by then, whoever gets the run reads on in a thread, or closes it there. None: no worker stands
        ready, so `run` is to be called. ``elsewhere`` does what may take a while in a thread.
        """
        began = time.monotonic()
        deadline = began + options.timeout
        order = Order(reader, query, options, formats, deadline)
        waited = 0.0

        def begin(ticket: Ticket) -> Run | None:
            nonlocal waited
            waited = time.monotonic() - began
            return self._begin(ticket, order, lambda: self._pool.take_at_once(reader.snapshot))

        try:
            run = await turn(self._places, options, min(deadline, began + self._wait), elsewhere, self._calls, begin)
        except (BusyError, TooManyError, ClientGoneError) as error:
            is_late = isinstance(error, BusyError) and time.monotonic() >= deadline
            waited = time.monotonic() - began
            return Failed(reader, QueryTimeoutError() if is_late else error)
        finally:
            self.waits.observe(waited)
        if run is not None:
            run.waited = waited
            await first_words(run)
        return run

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

    def _begin(self, ticket: Ticket, order: Order, take: Callable[[], Worker | None]) -> Run | None:
        """Give the query to a worker; without one, or with an error, the place is left."""
        try:
            worker = self._given(order, take)
        except BaseException:
            self._places.leave(ticket)
            raise
        if worker is None:
            self._places.leave(ticket)
            return None
        run = Run(self, ticket, worker, order)
        self._runs.add(run)
        self._places.attach(ticket, run)
        return run

    def _given(self, order: Order, take: Callable[[], Worker | None]) -> Worker | None:
        """A worker that has got the query; None where none is to be had."""
        snapshot = order.reader.snapshot
        while (worker := take()) is not None:
            known = worker.snapshot == snapshot
            worker.snapshot = snapshot
            request = encode_query(None if known else snapshot, order.query, order.options, order.formats)
            try:
                worker.channel.send(Frame.QUERY, request, timeout=max(LEAST_PATIENCE, order.deadline - time.monotonic()))
            except OSError:  # It has ended since it was looked at. Nothing has been run yet.
                self._pool.discard(worker, "died idle")
                worker.channel.close()
                continue
            return worker
        return None

    def again(self, order: Order, lost: Worker) -> Worker:
        """See `run.Owner`."""
        self._pool.discard(lost, "lost")
        found = self._given(order, lambda: self._pool.take(order.reader.snapshot, order.deadline))
        assert found is not None  # noqa: S101 - it was waited for
        return found

    def drop(self, worker: Worker) -> None:
        """See `run.Owner`."""
        self._pool.discard(worker, "timeout")

    def _end_overdue(self) -> None:
        """End queries whose time is up while nobody reads their answers: a client that takes its time, or a forgotten one."""
        late = time.monotonic() - GRACE
        for run in list(self._runs):
            if run.deadline < late:
                run.end("timeout")

    def ended(self, run: Run, ticket: Ticket, worker: Worker, how: str, *, is_good: bool) -> None:
        """See `run.Owner`."""
        self.ends[how] += 1
        self._runs.discard(run)
        if is_good:
            self._pool.give_back(worker)
        else:
            self._pool.discard(worker, "grown" if how == "answered" else how)
        self._places.leave(ticket)
        self._calls.follow()


def at_once(setting: int) -> int:
    """Queries that run at once with full priority: the setting ``workers``, or what it stands for where it is 0."""
    return setting or processors() + 1


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
