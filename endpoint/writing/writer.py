"""The writing process from the server's side: starting it, giving it orders, killing it at its deadline."""

from __future__ import annotations

import contextlib
import logging
import signal
import subprocess
import threading
import time
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from endpoint.execution import BusyError, MemoryLimitError, QueryTimeoutError, WorkerLostError
from endpoint.processes import start
from endpoint.writing.wire import AGAIN, Order, RefusedError, Stage, Written, receive, send_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

QUEUE: Final = 16
"""Orders that may wait for their turn."""
PUBLISHING: Final = 60.0
"""Seconds that an order is given beyond its deadline once its change is made and is only to be written down."""
MARGIN: Final = 0.5
"""Seconds that a message may take at least, and by which the wait for a build is shorter than the whole."""
SHORT: Final = 20_000
"""Characters of an update that may share a version with others."""
TOGETHER: Final = 5.0
"""Seconds that updates given together may take; if they need more each gets its own time, alone."""
TRIES: Final = 3
"""Processes that an order is given to as long as none of them takes it."""
_LOG = logging.getLogger(__name__)


class NotBegunError(Exception):
    """The writing process ended before it took the order."""


class UnknownOutcomeError(Exception):
    """The writing process ended while it made the change a version: it may be one or not."""


@dataclass(eq=False, slots=True)
class _Ticket:
    """An order that waits, and what came of it."""

    order: Order
    files: Sequence[int]
    deadline: float
    is_alone: bool = False
    """Whether it has been tried with others, and they didn't get through."""
    outcome: Written | BaseException | None = None

    @property
    def may_be_joined(self) -> bool:
        """Whether it may share a version with others."""
        update = self.order.update
        return not self.is_alone and update is not None and len(update) <= SHORT and self.order.expected is None

    def result(self) -> Written:
        """What came of it, or the exception."""
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        assert self.outcome is not None  # noqa: S101 - asked for when it is there
        return self.outcome


class Writer:
    """Gives orders to the one writing process; safe for many threads.

    Args:
        memory: Bytes that an order may take.

    The process is started by the first order, or by `start`, and anew when it has ended. One order is given at a time, but short
    updates that wait for their turn together are given together: what takes longest, to make a version safe on disk, is done
    once for all of them. Each is still done as a whole or not at all; where they don't get through together, each is given alone.
    """

    def __init__(self, memory: int) -> None:
        self._memory = memory
        self._changed = threading.Condition()
        self._is_free = True
        self._queue: deque[_Ticket] = deque()
        self._waiting = threading.BoundedSemaphore(QUEUE)
        self._process: _Process | None = None
        self._closed = False

    def start(self) -> None:
        """Start the process now."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_free)
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
        ticket = _Ticket(order, files, deadline)
        try:
            with self._changed:
                self._queue.append(ticket)
            while (group := self._turn(ticket)) is not None:
                try:
                    self._give(group)
                finally:
                    with self._changed:
                        self._queue.extendleft(one for one in reversed(group) if one.outcome is None)
                        self._is_free = True
                        self._changed.notify_all()
            return ticket.result()
        finally:
            self._waiting.release()

    def close(self) -> None:
        """End the process; an order under way is lost unless it is being published."""
        self._closed = True
        with self._changed:
            if self._changed.wait_for(lambda: self._is_free, 1):
                self._drop(kill=False)
            elif (process := self._process) is not None:
                process.kill()

    def _turn(self, ticket: _Ticket) -> list[_Ticket] | None:
        """Wait until an order is through (None), or until it is the first of those to be given now."""
        with self._changed:
            while ticket.outcome is None:
                is_queued = ticket in self._queue
                if self._is_free and is_queued and self._queue[0] is ticket:
                    self._is_free = False
                    return self._taken()
                left = ticket.deadline - time.monotonic()
                if is_queued and left <= 0:
                    self._queue.remove(ticket)
                    self._changed.notify_all()  # Another one may be the first now.
                    raise BusyError
                # What somebody has taken is soon through; nobody says that nothing was written before it is known.
                self._changed.wait(left if is_queued else None)
        return None

    def _taken(self) -> list[_Ticket]:
        """The first order and, of those behind it, as many as may be joined."""
        group = [self._queue.popleft()]
        while group[0].may_be_joined and self._queue and self._queue[0].may_be_joined:
            if self._queue[0].order.store != group[0].order.store:
                break
            group.append(self._queue.popleft())
        return group

    def _give(self, group: list[_Ticket]) -> None:
        """Have orders done. One without an outcome afterwards is to be given again, alone."""
        if len(group) > 1:
            self._give_together(group)
            return
        (ticket,) = group
        try:
            ticket.outcome = self._run(ticket.order, ticket.files, ticket.deadline)
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            ticket.outcome = error

    def _give_together(self, group: list[_Ticket]) -> None:
        now = time.monotonic()
        deadline = min(now + TOGETHER, *(ticket.deadline for ticket in group))
        for ticket in group:
            ticket.is_alone = True  # The next time, should there be one.
        try:
            process = self._ready()
            for number, ticket in enumerate(group):
                order = replace(ticket.order, wait=max(0.0, (deadline - now) / 2), together=1 if number else len(group))
                process.send(order, (), deadline - now)
            outcomes = process.outcomes(deadline)
            for ticket in group:
                outcome = next(outcomes)
                ticket.outcome = None if isinstance(outcome, RefusedError) and outcome.kind == AGAIN else outcome
            last = [ticket.outcome for ticket in group if getattr(ticket.outcome, "is_last", False)]
            if last:
                self._drop(kill=isinstance(last[0], RefusedError))
        except (NotBegunError, WorkerLostError, QueryTimeoutError):  # One of them is too much: which, shows when they are alone.
            self._drop(kill=True)
        except BaseException as error:  # noqa: BLE001 - as above; above all that nobody knows what was written
            self._drop(kill=True)
            for ticket in group:
                ticket.outcome = ticket.outcome or error

    def _run(self, order: Order, files: Sequence[int], deadline: float) -> Written:
        for _ in range(TRIES):
            process = self._ready()
            left = deadline - time.monotonic()
            # For a build it waits less than the whole time, so that it can say itself what it has waited for.
            process.send(replace(order, wait=max(0.0, left - max(MARGIN, left / 5))), files, left)
            try:
                outcome = next(process.outcomes(deadline))
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
                if outcome.is_last:
                    self._drop(kill=isinstance(outcome, RefusedError))
                if isinstance(outcome, RefusedError):
                    raise outcome
                return outcome
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

    def outcomes(self, deadline: float) -> Iterator[Written | RefusedError]:
        """What comes of the orders that were given. Raises `NotBegunError`, `WorkerLostError`, `QueryTimeoutError`,
        `UnknownOutcomeError`.
        """
        stage: Stage | None = None
        try:
            while True:
                more = PUBLISHING if stage is Stage.PUBLISHING else 0.0
                self.end.settimeout(max(MARGIN, deadline - time.monotonic()) + more)
                try:
                    found = receive(self.end)
                except RefusedError as error:
                    yield error
                    continue
                if isinstance(found, Written):
                    yield found
                else:
                    stage = found
        except TimeoutError:
            if stage is Stage.PUBLISHING:
                raise UnknownOutcomeError from None
            yield from self._stopped()
        except (EOFError, OSError):
            match stage:
                case Stage.PUBLISHING:
                    raise UnknownOutcomeError from None
                case Stage.BEGUN:
                    raise WorkerLostError("ended in the middle of an order") from None
                case _:
                    raise NotBegunError from None

    def _stopped(self) -> Iterator[Written | RefusedError]:
        """Kill it, then see how far it was: it may have gone on until the very last moment, and be through."""
        self.kill()
        stage: Stage | None = None
        self.end.settimeout(None)  # What it has said is here, and then the end.
        while True:
            try:
                found = receive(self.end)
            except RefusedError as error:
                yield error
                continue
            except (EOFError, OSError):
                raise UnknownOutcomeError if stage is Stage.PUBLISHING else QueryTimeoutError from None
            if isinstance(found, Written):
                yield replace(found, is_last=True)
            else:
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
