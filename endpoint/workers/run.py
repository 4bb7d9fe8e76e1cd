"""`Run`: one query in one worker, from the first byte to whatever end."""

from __future__ import annotations

import logging
import signal
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

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
from endpoint.workers.places import GLANCE
from endpoint.workers.wire import KINDS, LAST, Frame, decode_error

if TYPE_CHECKING:
    from collections.abc import Mapping

    from endpoint.execution import QueryOptions, ResultFormat
    from endpoint.workers.places import Ticket
    from endpoint.workers.remote import Worker
    from kg_build.store import Reader

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """A query to be run."""

    reader: Reader
    query: str
    options: QueryOptions
    formats: Mapping[Kind, ResultFormat]
    deadline: float
    """A time of `time.monotonic`."""


class Owner(Protocol):
    """Who started a run."""

    is_closed: bool

    def again(self, order: Order, lost: Worker) -> Worker:
        """Give the query to another worker. Raises `BusyError` where there is none in time; the lost one is gone even so."""
        ...

    def drop(self, worker: Worker) -> None:
        """Do without a worker that isn't needed after all."""
        ...

    def ended(self, run: Run, ticket: Ticket, worker: Worker, how: str, *, is_good: bool) -> None:
        """It is through, in whatever way; ``is_good``: the worker can take another query."""
        ...


class Run:
    """One query in one worker: what `Answer.chunks` is. The kind is known when it has begun.

    An event loop may `hear` what the worker says first; all else is for the one thread that reads the answer.
    """

    def __init__(self, owner: Owner, ticket: Ticket, worker: Worker, order: Order) -> None:
        self.kind: Kind = "solutions"
        self.reader = order.reader
        self.waited = 0.0
        self.is_taken = False
        """Whether someone has asked for the answer, who sees to its end then."""
        self.is_through = False
        """Whether that was had as a `whole`."""
        self._owner = owner
        self._ticket = ticket
        self._worker = worker
        self._order = order
        self._is_gone = order.options.is_gone
        self.deadline = order.deadline
        self._is_second_try = False
        self.is_long = False
        self._heard: tuple[int, int, bytes] | None = None
        self._first: bytes | None = None
        self._worked_before = 0.0
        # Guards against ending or slowing down a worker that has gone on to another query.
        self._lock = threading.Lock()
        self._is_over = False
        self._is_good = False
        self._how = ""

    def fileno(self) -> int:
        """What becomes readable when the worker says something."""
        return self._worker.channel.fileno()

    def hear(self) -> bool:
        """Take what the worker has said, without waiting; returns whether there is something to go on with."""
        try:
            self._heard = self._worker.channel.receive(0)
        except (BlockingIOError, TimeoutError):
            return False
        except (EOFError, OSError):
            pass  # Whoever reads on meets the same, and finds out why.
        return True

    def whole(self, kind: Kind) -> bytes | None:
        """The answer, where all of it has been heard and it is of this kind. That ends the run."""
        if self._heard is None or self._heard[0] != Frame.WHOLE or KINDS[self._heard[1] & ~LAST] != kind:
            return None
        self.is_taken = self.is_through = True
        return self._next()

    def answer(self) -> Answer:
        """Wait for the first bytes. Raises what `Executor.run` says."""
        self.is_taken = True
        try:
            self._first = self._next()
        except BaseException:
            self.close()
            raise
        return Answer(self.kind, self, self.waited, is_long=self.is_long)

    def __iter__(self) -> Run:
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
        if self._heard is not None:
            heard, self._heard = self._heard, None
            return heard
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
                error = self._lost()
                if error is not None:
                    raise error from None

    def _lost(self) -> Exception | None:
        """The worker has ended before its query was through: why? None: another one has the query now."""
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
        is_from_outside = status == -signal.SIGKILL or not self._worker.nursery.is_alive
        if is_from_outside and not self._is_second_try and not self._ticket.is_streaming:
            _LOG.warning("a worker was ended from outside (status %s); another one gets its query", status)
            return self._try_again()
        self._end("lost", is_good=False)
        _LOG.warning("a worker ended in the middle of a query, with status %s", status)
        return WorkerLostError(f"ended with status {status}")

    def _try_again(self) -> Exception | None:
        """Give the query, of whose answer nothing has been heard, to another worker; returns why not."""
        self._is_second_try = True
        lost = self._worker
        try:
            worker = self._owner.again(self._order, lost)
        except BusyError:
            is_closed = self._owner.is_closed
            self._end("given up" if is_closed else "timeout", is_good=False)
            return BusyError() if is_closed else QueryTimeoutError()
        with self._lock:
            if not self._is_over:
                self._worker = worker
                lost.channel.close()
        if self._worker is not worker:
            self._owner.drop(worker)
            worker.channel.close()
            return QueryTimeoutError()
        if self._ticket.given_up_for is not None:  # Said to the one that was lost.
            self.give_up()
        elif self._ticket.state == "long" and not worker.is_slow:
            self.slow_down()
        return None

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
        self._owner.ended(self, self._ticket, self._worker, how, is_good=is_good)
