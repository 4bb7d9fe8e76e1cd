"""The two waits of a query, for one's turn and for a worker's first words, in an event loop: no thread is held meanwhile.

Most queries are small, and handing one to a thread and its answer back costs more than the query: two changes of thread, each
of which may have to wait for the interpreter's lock. What takes longer than `PATIENCE` goes on in a thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NoReturn

from endpoint.execution import ClientGoneError
from endpoint.workers.places import GLANCE

if TYPE_CHECKING:
    from endpoint.execution import QueryOptions
    from endpoint.workers.places import Places, Ticket
    from endpoint.workers.run import Run
    from kg_build.store import Reader

PATIENCE: Final = 0.25
"""Seconds that a worker has for its first words."""
Elsewhere = Callable[[Callable[[], None]], None]
"""Has something done in a thread."""


@dataclass(slots=True)
class Failed:
    """A query that came to nothing before it began; whoever asks for its answer is told so."""

    reader: Reader
    error: Exception
    is_taken: bool = False

    def answer(self) -> NoReturn:
        """Raise what went wrong."""
        self.is_taken = True
        raise self.error

    def close(self) -> None:
        """There is nothing to end."""


class Calls(threading.local):
    """Whose turn has come and who hasn't begun yet, for each thread that runs an event loop.

    A turn comes while locks are held, under which nobody can begin. Who ends a query in the event loop lets the next one begin
    before it sees to the answer, so that the worker isn't idle meanwhile.
    """

    def __init__(self) -> None:
        self._due: deque[_Bell] = deque()

    def add(self, bell: _Bell) -> None:
        """Note one whose turn has come."""
        self._due.append(bell)

    def follow(self) -> None:
        """Let those begin whose loop this thread runs; called without a lock held."""
        while self._due:
            self._due.popleft().ring()


async def turn(
    places: Places,
    options: QueryOptions,
    until: float,
    elsewhere: Elsewhere,
    calls: Calls,
    begin: Callable[[Ticket], Run | None],
) -> Run | None:
    """What `Places.enter` does, and ``begin`` as soon as there is a place."""
    loop = asyncio.get_running_loop()
    called: asyncio.Future[Run | None] = loop.create_future()
    bell = _Bell(loop, called, calls, begin)
    bell.ticket = ticket = places.line_up(options.client, bell)
    if ticket.state != "waiting":
        return begin(ticket)

    def make_room() -> None:
        for act in places.overdue():
            elsewhere(act)

    glance: asyncio.TimerHandle

    def look() -> None:
        nonlocal glance
        if called.done():
            return
        make_room()
        try:
            if options.is_gone is not None and options.is_gone():
                raise ClientGoneError
            if time.monotonic() >= until:
                places.give_up(ticket)
        except Exception as error:  # noqa: BLE001 - whoever waits is told
            called.set_exception(error)
        else:
            glance = loop.call_later(GLANCE, look)

    make_room()
    glance = loop.call_later(GLANCE, look)
    try:
        return await called
    except BaseException:
        places.leave(ticket)
        if called.done() and not called.cancelled() and called.exception() is None and (run := called.result()) is not None:
            run.end("left")
        raise
    finally:
        glance.cancel()


class _Bell:
    """Rings in a loop, whichever thread pulls it."""

    ticket: Ticket

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        called: asyncio.Future[Run | None],
        calls: Calls,
        begin: Callable[[Ticket], Run | None],
    ) -> None:
        self._loop = loop
        self._called = called
        self._calls = calls
        self._begin = begin
        self._thread = threading.get_ident()

    def set(self) -> None:
        """See `places.Bell`."""
        if threading.get_ident() == self._thread:
            self._calls.add(self)
            self._loop.call_soon(self._calls.follow)
        else:
            with contextlib.suppress(RuntimeError):  # The loop has ended, and nobody waits.
                self._loop.call_soon_threadsafe(self.ring)

    def ring(self) -> None:
        """Begin, if anybody is still waiting for that; called in the loop."""
        if self._called.done():
            return
        try:
            self._called.set_result(self._begin(self.ticket))
        except Exception as error:  # noqa: BLE001 - whoever waits is told
            self._called.set_exception(error)


async def first_words(run: Run) -> None:
    """Wait until the worker has said something to go on with, or until there is no more patience."""
    loop = asyncio.get_running_loop()
    heard: asyncio.Future[None] = loop.create_future()

    def over() -> None:
        if not heard.done():
            heard.set_result(None)

    def listen() -> None:
        if run.hear():
            over()

    descriptor = run.fileno()
    loop.add_reader(descriptor, listen)
    patience = loop.call_later(PATIENCE, over)
    try:
        await heard
    except BaseException:
        run.end("left")
        raise
    finally:
        loop.remove_reader(descriptor)
        patience.cancel()
