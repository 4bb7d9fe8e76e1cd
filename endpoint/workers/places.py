"""Who may run: a few places for queries that are soon through, more for long ones, a fair queue before both.

Nobody knows of a query how long it will take. So each begins in one of the ``short`` places. When others wait and it has
had its turn (`TURN`), it moves to one of the ``long`` places, where it runs on with low priority, and its place is free. One
client may have ``per_client`` long queries; one that finds no long place for its query loses it when another client waits.
So whatever runs, a short place becomes free within a turn, and no client can take them all.

Of those who wait, clients that have the fewest queries running go first; among these, by turns, the one who came first
and the one who came last: a burst of heavy queries then can't hold up a light one that comes behind it, and yet those
who came first get on.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Final, Literal, Protocol

from endpoint.execution import BusyError, ClientGoneError, TooManyError

if TYPE_CHECKING:
    from collections.abc import Callable

TURN: Final = 0.5
"""Seconds that a query has its short place for when others wait."""
STREAMING_TURN: Final = 1.5
"""The same for a query that is sending its answer, in seconds of a processor: it won't be long, even if the machine is busy."""
STREAMING_LIMIT: Final = 5.0
"""Seconds after which its turn is over all the same: its client takes its time."""
GLANCE: Final = 0.1
"""Seconds between looks at whether a place can be made and whether the client is still there."""


class Job(Protocol):
    """A query that runs, as `Places` sees it."""

    def worked(self) -> float:
        """Seconds of a processor that it has had since it began to send its answer. Called with a lock held."""
        ...

    def slow_down(self) -> None:
        """Let all else go before it. Like `give_up` called without a lock held; may come too late."""
        ...

    def give_up(self) -> None:
        """End it at once."""
        ...


class Bell(Protocol):
    """What rings when it is someone's turn: a `threading.Event`, or what an event loop has in its place."""

    def set(self) -> None:
        """It is. Called with a lock held, in whatever thread."""
        ...


@dataclass(eq=False, slots=True)
class Ticket:
    """Someone's turn: waiting, in a place, or gone."""

    client: str
    called: Bell
    number: int = 0
    """The later it came, the higher."""
    state: Literal["waiting", "short", "long", "gone"] = "waiting"
    began: float = 0.0
    is_streaming: bool = False
    given_up_for: Literal["client", "all"] | None = None
    """Whose limit it was that the query had to go for."""
    job: Job | None = None


class Places:
    """The places of a server. Safe for many threads.

    Args:
        short: Places in which queries begin.
        long: Places for those that take long.
        per_client: Long queries that one client may have.
        queue: How many may wait; a client may be at most half of them.
    """

    def __init__(self, short: int, long: int, per_client: int, queue: int) -> None:
        self._size = {"short": short, "long": long}
        self._per_client = per_client
        self._queue = queue
        self._lock = threading.Lock()
        self._short: set[Ticket] = set()
        self._long: set[Ticket] = set()
        self._long_of: Counter[str] = Counter()
        self._running_of: Counter[str] = Counter()
        self._waiting: dict[str, deque[Ticket]] = {}
        self._numbers = count()
        self._count = 0
        self._last_first = False

    def enter(self, client: str, until: float, is_gone: Callable[[], bool] | None = None) -> Ticket:
        """Get a place, waiting for it until a time of `time.monotonic` if need be.

        Raises `BusyError` where the server, `TooManyError` where this client has too many queries, `ClientGoneError` where
        the client has left.
        """
        called = threading.Event()
        ticket = self.line_up(client, called)
        try:
            self._wait(ticket, called, until, is_gone)
        except BaseException:
            self.leave(ticket)
            raise
        return ticket

    def line_up(self, client: str, called: Bell) -> Ticket:
        """A place where one is free, or one in the queue: then ``called`` rings when there is a place.

        Raises `BusyError` or `TooManyError` where nobody more may wait. Who waits calls `make_room` now and then.
        """
        with self._lock:
            ticket = Ticket(client, called, next(self._numbers))
            if not self._count and len(self._short) < self._size["short"]:
                self._seat(ticket)
                return ticket
            if self._count >= self._queue:
                raise BusyError
            line = self._waiting.setdefault(client, deque())
            if len(line) >= max(1, self._queue // 2):
                raise TooManyError
            line.append(ticket)
            self._count += 1
            return ticket

    def attach(self, ticket: Ticket, job: Job) -> None:
        """Tell which query has the place, so that it can be moved or ended."""
        with self._lock:
            ticket.job = job

    def leave(self, ticket: Ticket) -> None:
        """Give the place, or the wait for one, up. Once is enough; more does no harm."""
        with self._lock:
            match ticket.state:
                case "gone":
                    return
                case "waiting":
                    self._take_out(ticket)
                case "short":
                    self._short.discard(ticket)
                    _decrease(self._running_of, ticket.client)
                case "long":
                    self._long.discard(ticket)
                    _decrease(self._long_of, ticket.client)
                    _decrease(self._running_of, ticket.client)
            ticket.state = "gone"
            ticket.job = None
            self._call()

    def numbers(self) -> dict[str, int]:
        """How many queries run in short places and in long ones, and how many wait."""
        with self._lock:
            return {"short": len(self._short), "long": len(self._long), "waiting": self._count}

    def give_up(self, ticket: Ticket) -> None:
        """Wait no more, unless the turn has come just now. Raises `BusyError` or `TooManyError`, as the reason is."""
        with self._lock:
            if ticket.state == "waiting":
                raise TooManyError if self._long_of[ticket.client] >= self._per_client else BusyError

    def _wait(self, ticket: Ticket, called: threading.Event, until: float, is_gone: Callable[[], bool] | None) -> None:
        while ticket.state == "waiting":
            self.make_room()
            left = until - time.monotonic()
            if called.wait(max(0.0, min(left, GLANCE))):
                return
            if is_gone is not None and is_gone():
                raise ClientGoneError
            if left <= 0:
                self.give_up(ticket)

    def make_room(self) -> None:
        """Move queries that had their turn out of the short places, as many as there are others to take them."""
        for act in self.overdue():
            act()

    def overdue(self) -> list[Callable[[], None]]:
        """The same, but for what may take a while (slowing a query down, ending it): that is left to whoever calls this."""
        now = time.monotonic()
        slowed: list[Job] = []
        ended: list[Job] = []
        with self._lock:
            if all(now - ticket.began < TURN for ticket in self._short):
                return []
            leaving = sum(ticket.given_up_for is not None for ticket in self._short)
            for ticket in sorted(self._short, key=lambda t: t.began):
                if not self._count:
                    break
                job = ticket.job
                if job is None or ticket.given_up_for is not None or not _has_had_its_turn(ticket, job, now):
                    continue
                has_own = self._long_of[ticket.client] < self._per_client
                if has_own and len(self._long) < self._size["long"]:
                    self._short.discard(ticket)
                    self._long.add(ticket)
                    self._long_of[ticket.client] += 1
                    ticket.state = "long"
                    slowed.append(job)
                    self._call()
                elif self._others(ticket.client) > leaving:
                    ticket.given_up_for = "all" if has_own else "client"
                    leaving += 1
                    ended.append(job)
        return [*(job.slow_down for job in slowed), *(job.give_up for job in ended)]

    def _others(self, client: str) -> int:
        return self._count - len(self._waiting.get(client, ()))

    def _seat(self, ticket: Ticket) -> None:
        ticket.state = "short"
        ticket.began = time.monotonic()
        self._short.add(ticket)
        self._running_of[ticket.client] += 1

    def _take_out(self, ticket: Ticket) -> None:
        line = self._waiting[ticket.client]
        line.remove(ticket)
        self._count -= 1
        if not line:
            del self._waiting[ticket.client]

    def _call(self) -> None:
        """Give free places to those who wait."""
        while self._count and len(self._short) < self._size["short"]:
            fewest = min(self._running_of[client] for client in self._waiting)
            lines = [line for client, line in self._waiting.items() if self._running_of[client] == fewest]
            if self._last_first:
                ticket = max((line[-1] for line in lines), key=lambda t: t.number)
            else:
                ticket = min((line[0] for line in lines), key=lambda t: t.number)
            self._last_first = not self._last_first
            self._take_out(ticket)
            self._seat(ticket)
            ticket.called.set()


def _has_had_its_turn(ticket: Ticket, job: Job, now: float) -> bool:
    passed = now - ticket.began
    if ticket.is_streaming:
        return passed >= STREAMING_LIMIT or (passed >= STREAMING_TURN and job.worked() >= STREAMING_TURN)
    return passed >= TURN


def _decrease(counter: Counter[str], client: str) -> None:
    counter[client] -= 1
    if not counter[client]:
        del counter[client]
