from __future__ import annotations

import threading
import time

import pytest
from serving import PATIENCE

from endpoint.execution import BusyError, ClientGoneError, TooManyError
from endpoint.workers import places as module
from endpoint.workers.places import Places

from .conftest import eventually


class Recorder:
    """A query that notes what is done to it."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.happened = threading.Event()
        self.work = 0.0

    def worked(self) -> float:
        return self.work

    def slow_down(self) -> None:
        self.done.append("slowed")
        self.happened.set()

    def give_up(self) -> None:
        self.done.append("given up")
        self.happened.set()


@pytest.fixture(autouse=True)
def _short_turns(monkeypatch):
    monkeypatch.setattr(module, "TURN", 0.01)
    monkeypatch.setattr(module, "STREAMING_TURN", 0.02)
    monkeypatch.setattr(module, "GLANCE", 0.005)


@pytest.fixture
def enter():
    """Enter with a query, waiting no longer than a moment."""

    def enter(places, client, seconds=PATIENCE, **options):
        ticket = places.enter(client, time.monotonic() + seconds, **options)
        places.attach(ticket, job := Recorder())
        return ticket, job

    return enter


class Waiting(threading.Thread):
    """Somebody who waits for a place in a thread of its own; ``served`` gets its name when it has one."""

    def __init__(self, places, client, name, served):
        super().__init__(name=name)
        self.places, self.client, self.served = places, client, served
        before = places.numbers()["waiting"]
        self.start()
        eventually(lambda: places.numbers()["waiting"] > before)

    def run(self):
        self.ticket = self.places.enter(self.client, time.monotonic() + PATIENCE)
        self.served.append(self.name)


def test_a_free_place_is_had_at_once(enter):
    places = Places(2, 0, 0, 4)
    enter(places, "a", 0)
    enter(places, "a", 0)
    assert places.numbers() == {"short": 2, "long": 0, "waiting": 0}


def test_the_wait_for_a_place_is_bounded(enter):
    places = Places(1, 0, 1, 4)
    enter(places, "a")
    with pytest.raises(BusyError):
        enter(places, "a", 0.02)
    assert places.numbers() == {"short": 1, "long": 0, "waiting": 0}


def test_a_place_that_becomes_free_goes_to_who_waits(enter):
    places = Places(1, 0, 0, 4)
    first, _ = enter(places, "a")
    served = []
    waiting = Waiting(places, "a", "second", served)
    places.leave(first)
    places.leave(first)  # Once more does no harm.
    waiting.join()
    assert served == ["second"]
    assert places.numbers() == {"short": 1, "long": 0, "waiting": 0}


def test_a_long_query_makes_room_when_others_wait(enter):
    places = Places(1, 1, 1, 4)
    long, job = enter(places, "a")
    assert (long.state, job.done) == ("short", [])
    enter(places, "a")
    assert (long.state, job.done) == ("long", ["slowed"])
    assert places.numbers() == {"short": 1, "long": 1, "waiting": 0}


def test_a_long_query_stays_where_it_is_while_nobody_waits(enter):
    places = Places(2, 1, 1, 4)
    long, job = enter(places, "a")
    eventually(lambda: time.monotonic() - long.began > module.TURN)
    enter(places, "b")
    assert (long.state, job.done) == ("short", [])


def test_a_query_that_sends_rows_has_a_longer_turn(enter):
    places = Places(1, 1, 1, 4)
    ticket, job = enter(places, "a")
    ticket.is_streaming = True
    with pytest.raises(BusyError):
        enter(places, "b", 0.05)
    assert job.done == []
    job.work = module.STREAMING_TURN
    enter(places, "b")
    assert job.done == ["slowed"]


def test_a_client_that_takes_its_time_over_an_answer_has_no_turn_without_end(enter, monkeypatch):
    monkeypatch.setattr(module, "STREAMING_LIMIT", 0.05)
    places = Places(1, 1, 1, 4)
    ticket, job = enter(places, "a")
    ticket.is_streaming = True
    enter(places, "b")
    assert job.done == ["slowed"]


@pytest.mark.parametrize(("long", "per_client", "whose"), [(4, 1, "client"), (1, 4, "all")])
def test_a_query_that_finds_no_long_place_is_given_up_for_another_client(enter, long, per_client, whose):
    places = Places(1, long, per_client, 4)
    enter(places, "a")
    ticket, job = enter(places, "a")
    served = []
    waiting = Waiting(places, "b", "other", served)
    assert job.happened.wait(PATIENCE)
    assert ticket.given_up_for == whose
    places.leave(ticket)
    waiting.join()
    assert served == ["other"]
    assert job.done == ["given up"]


def test_a_client_gives_up_nothing_for_itself(enter):
    places = Places(1, 4, 1, 4)
    enter(places, "a")
    ticket, job = enter(places, "a")
    with pytest.raises(TooManyError):
        enter(places, "a", 0.05)
    assert (ticket.given_up_for, job.done) == (None, [])


def test_no_more_are_given_up_than_others_wait(enter):
    places = Places(3, 0, 1, 4)
    jobs = [enter(places, "a") for _ in range(3)]
    with pytest.raises(BusyError):
        enter(places, "b", 0.1)
    assert [job.done for _, job in jobs] == [["given up"], [], []]


def test_the_queue_is_bounded(enter):
    places = Places(1, 0, 0, 4)
    first, _ = enter(places, "a")
    threads = [Waiting(places, client, client, []) for client in ("b", "c", "d", "e")]
    with pytest.raises(BusyError):
        enter(places, "f")
    places.leave(first)
    for _ in threads:
        eventually(lambda: any(t.ticket.state == "short" for t in threads if hasattr(t, "ticket")))
        places.leave(next(t.ticket for t in threads if hasattr(t, "ticket") and t.ticket.state == "short"))
    assert places.numbers() == {"short": 0, "long": 0, "waiting": 0}


def test_one_client_may_be_half_the_queue(enter):
    places = Places(1, 0, 0, 4)
    first, _ = enter(places, "a")
    served = []
    threads = [Waiting(places, "a", str(n), served) for n in range(2)]
    with pytest.raises(TooManyError):
        enter(places, "a")
    threads.append(Waiting(places, "b", "other", served))
    leave_in_turn(places, first, threads, served)
    assert served == ["0", "other", "1"]


def test_those_who_came_first_and_last_go_by_turns(enter):
    places = Places(1, 0, 0, 16)
    first, _ = enter(places, "a")
    served = []
    threads = [Waiting(places, "a", str(n), served) for n in range(6)]
    leave_in_turn(places, first, threads, served)
    assert served == ["0", "5", "1", "4", "2", "3"]


def test_clients_with_fewer_queries_go_first(enter):
    places = Places(2, 4, 4, 16)
    one, _ = enter(places, "a")
    two, _ = enter(places, "b")
    served = []
    for ticket in (one, two):
        ticket.job = None  # So that none is moved to a long place.
    threads = [Waiting(places, "a", "more of a", served), Waiting(places, "c", "first of c", served)]
    places.leave(two)
    eventually(lambda: served)
    assert served == ["first of c"]
    places.leave(one)
    for thread in threads:
        thread.join()


def leave_in_turn(places, first, threads, served):
    """Let each who waits have the place, and leave it, one after the other."""
    places.leave(first)
    for number in range(1, len(threads) + 1):
        eventually(lambda n=number: len(served) == n)
        places.leave(next(t for t in threads if t.name == served[-1]).ticket)
    for thread in threads:
        thread.join()


def test_a_client_that_leaves_waits_no_longer(enter):
    places = Places(1, 0, 0, 4)
    enter(places, "a")
    with pytest.raises(ClientGoneError):
        enter(places, "a", is_gone=lambda: True)
    assert places.numbers()["waiting"] == 0


def test_nothing_is_lost_in_a_crowd():
    places = Places(2, 2, 1, 40)
    inside, most = [], []

    def use(number):
        for _ in range(10):
            try:
                ticket = places.enter(str(number % 3), time.monotonic() + PATIENCE)
            except TooManyError:
                continue
            places.attach(ticket, Recorder())
            inside.append(number)
            most.append(len(inside))
            inside.remove(number)
            places.leave(ticket)

    threads = [threading.Thread(target=use, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert places.numbers() == {"short": 0, "long": 0, "waiting": 0}
    assert 0 < max(most) <= 4
