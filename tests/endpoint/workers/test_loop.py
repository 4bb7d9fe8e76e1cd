from __future__ import annotations

import asyncio
import threading
import time

import pytest

from endpoint.execution import BusyError, ClientGoneError, QueryOptions
from endpoint.workers import loop, places
from endpoint.workers.places import Places

OPTIONS = QueryOptions(60, client="a")


@pytest.fixture(autouse=True)
def _short_turns(monkeypatch):
    monkeypatch.setattr(places, "TURN", 0.01)
    monkeypatch.setattr(loop, "GLANCE", 0.005)


class Job:
    """A query that notes from which thread it is slowed down."""

    def __init__(self):
        self.slowed = threading.Event()
        self.by = None

    def worked(self):
        return 0.0

    def slow_down(self):
        self.by = threading.get_ident()
        self.slowed.set()

    def give_up(self):
        raise AssertionError("there is room")


def elsewhere(what):
    threading.Thread(target=what).start()


def turn(of, options=OPTIONS, seconds=60.0, calls=None, begin=lambda ticket: ticket):
    return loop.turn(of, options, time.monotonic() + seconds, elsewhere, calls or loop.Calls(), begin)


def test_a_free_place_is_had_at_once():
    async def main():
        of = Places(1, 1, 1, 4)
        ticket = await turn(of)
        assert ticket.state == "short"
        of.leave(ticket)
        assert of.numbers() == {"short": 0, "long": 0, "waiting": 0}

    asyncio.run(main())


@pytest.mark.parametrize("by_thread", [False, True])
def test_a_place_that_becomes_free_goes_to_who_waits(by_thread):
    async def main():
        of = Places(1, 0, 1, 4)
        first = await turn(of)
        second = asyncio.create_task(turn(of))
        while not of.numbers()["waiting"]:
            await asyncio.sleep(0)
        elsewhere(lambda: of.leave(first)) if by_thread else of.leave(first)
        assert (await second).state == "short"

    asyncio.run(main())


def test_who_ends_one_lets_the_next_begin_at_once():
    async def main():
        of, calls, begun = Places(1, 0, 1, 4), loop.Calls(), []
        first = await turn(of, calls=calls)
        second = asyncio.create_task(turn(of, calls=calls, begin=begun.append))
        while not of.numbers()["waiting"]:
            await asyncio.sleep(0)
        of.leave(first)
        assert begun == []
        calls.follow()
        assert [ticket.state for ticket in begun] == ["short"]
        await second
        assert len(begun) == 1

    asyncio.run(main())


def test_what_goes_wrong_at_the_beginning_is_told_to_who_waits():
    async def main():
        of, calls = Places(1, 0, 1, 4), loop.Calls()
        first = await turn(of)
        second = asyncio.create_task(turn(of, calls=calls, begin=lambda _ticket: 1 // 0))
        while not of.numbers()["waiting"]:
            await asyncio.sleep(0)
        of.leave(first)
        with pytest.raises(ZeroDivisionError):
            await second

    asyncio.run(main())


def test_a_query_that_began_for_who_was_called_off_ends():
    class Run:
        ended = None

        def end(self, how):
            self.ended = how

    async def main():
        of, calls, run = Places(1, 0, 1, 4), loop.Calls(), Run()
        first = await turn(of)
        second = asyncio.create_task(turn(of, calls=calls, begin=lambda _ticket: run))
        while not of.numbers()["waiting"]:
            await asyncio.sleep(0)
        of.leave(first)
        calls.follow()
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        assert run.ended == "left"

    asyncio.run(main())


def test_who_had_a_turn_makes_room_and_is_slowed_down_elsewhere():
    async def main():
        of, job = Places(1, 1, 1, 4), Job()
        first = await turn(of)
        of.attach(first, job)
        second = await turn(of)
        assert (first.state, second.state) == ("long", "short")
        assert await asyncio.to_thread(job.slowed.wait, 60)
        assert job.by != threading.get_ident()

    asyncio.run(main())


def test_who_waits_too_long_or_leaves_waits_no_more():
    async def main():
        of = Places(1, 0, 1, 4)
        await turn(of)
        with pytest.raises(BusyError):
            await turn(of, seconds=0.02)
        with pytest.raises(ClientGoneError):
            await turn(of, QueryOptions(60, client="b", is_gone=lambda: True))
        waiting = asyncio.create_task(turn(of))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert of.numbers() == {"short": 1, "long": 0, "waiting": 0}

    asyncio.run(main())


def test_a_place_that_comes_when_the_loop_has_ended_hurts_nobody():
    of = Places(1, 0, 1, 4)

    async def main():
        first = await turn(of)
        called = asyncio.get_running_loop().create_future()
        of.line_up("b", loop._Bell(asyncio.get_running_loop(), called, loop.Calls(), lambda ticket: ticket))
        return first

    first = asyncio.run(main())
    leaving = threading.Thread(target=of.leave, args=(first,))
    leaving.start()
    leaving.join(60)
    assert of.numbers()["short"] == 1


def test_an_error_before_it_began_is_told_to_who_asks_for_the_answer():
    failed = loop.Failed(None, BusyError())
    failed.close()
    with pytest.raises(BusyError):
        failed.answer()
    assert failed.is_taken
