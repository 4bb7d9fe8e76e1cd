"""What becomes of an order whose process is late, large or killed: nothing is written, and the next one is."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest
from endpoint_site import OLD, problem
from serving import PATIENCE

from endpoint.execution import BusyError, QueryTimeoutError, WorkerLostError
from endpoint.services import EXTENSION
from endpoint.writing import writer as module
from endpoint.writing.wire import Order, RefusedError, Stage, Written, send_outcome, send_stage
from endpoint.writing.writer import UnknownOutcomeError, Writer
from kg_build.store import open_for_build

ENDLESS = "INSERT { ?a <urn:p> ?b } WHERE { " + " ".join(f"VALUES ?{v} {{ {'1 ' * 40} }}" for v in "abcdefgh") + " }"
HUNGRY = (
    "INSERT { ?a <urn:p> ?b } WHERE { SELECT DISTINCT * { "
    + " ".join(f"VALUES ?{v} {{ {' '.join(map(str, range(40)))} }}" for v in "abcdefgh")
    + " } }"
)
GOOD = "INSERT DATA { <urn:s> <urn:p> 'new' }"


def test_an_update_that_runs_away_is_ended_and_nothing_written(own_site):
    site = own_site()
    assert site.update("").status_code == 204
    first = site.writer.pid
    problem(site.update(ENDLESS, query={"timeout": "0.5"}), 503, "timeout")
    assert site.quads() == {OLD}
    assert site.update(GOOD).status_code == 204
    assert site.writer.pid != first
    assert [line["outcome"] for line in site.audit() if line["event"] == "end"] == ["written", "timeout", "written"]


def test_an_update_that_needs_too_much_memory_is_ended(own_site):
    site = own_site(update_memory=128 << 20, update_timeout=900)
    problem(site.update(HUNGRY), 503, "memory")
    assert site.update(GOOD).status_code == 204


def stop(pid):
    """Stop a child of ours. Its threads stop one by one: until all have, one may still take an order."""
    os.kill(pid, signal.SIGSTOP)
    os.waitid(os.P_PID, pid, os.WSTOPPED | os.WNOWAIT)


def begin(site, text):
    """An update under way in a thread, and the list that its answer will be in."""
    answers = []
    before = len(site.audit())
    thread = threading.Thread(target=lambda: answers.append(site.update(text)))
    thread.start()
    while len(site.audit()) == before and thread.is_alive():
        thread.join(0.05)
    return thread, answers


def test_readers_are_answered_while_an_update_runs_and_one_that_is_killed_is_told(own_site):
    site = own_site(update_timeout=900)
    assert site.update("").status_code == 204
    thread, answers = begin(site, ENDLESS)
    for _ in range(3):
        assert site.ask("?s ?p 'old'")
    assert thread.is_alive()
    # Where the order has not quite begun, another process takes it.
    while thread.is_alive():
        with contextlib.suppress(ProcessLookupError):
            if (pid := site.writer.pid) is not None:
                os.kill(pid, signal.SIGKILL)
        thread.join(0.1)
    problem(answers[0], 503, "lost")
    assert site.quads() == {OLD}


def test_a_killed_process_is_replaced(own_site):
    site = own_site()
    assert site.update("").status_code == 204
    os.kill(site.writer.pid, signal.SIGKILL)
    assert site.update(GOOD).status_code == 204
    assert len(site.quads()) == 2


def test_a_build_under_way_is_told_in_time(own_site, monkeypatch):
    monkeypatch.setattr(module, "MARGIN", 60.0)  # All of the time: nothing is left to wait.
    site = own_site()
    assert site.update("").status_code == 204
    with open_for_build(site.settings.store):
        problem(site.update(GOOD, query={"timeout": "60"}), 503, "busy")
    assert site.update(GOOD).status_code == 204


def order(store):
    return Order(store=str(store), wait=5, update=GOOD, base_iri="urn:b:")


def test_too_many_are_told_at_once(own_site, monkeypatch):
    monkeypatch.setattr(module, "QUEUE", 1)
    writer = Writer(1 << 30)
    seen = []

    def wait():
        try:
            writer.run(order("x"), (), time.monotonic() + 2)
        except BusyError as error:
            seen.append(error)

    writer._is_free = False  # As if somebody else's order were under way.
    thread = threading.Thread(target=wait)
    thread.start()
    end = time.monotonic() + 10
    while writer._waiting._value and time.monotonic() < end:
        thread.join(0.01)
    with pytest.raises(BusyError):
        writer.run(order("x"), (), time.monotonic() + 60)
    thread.join()
    assert seen
    writer.close()


def test_after_its_end_it_takes_nothing(tmp_path):
    writer = Writer(1 << 30)
    writer.close()
    with pytest.raises(BusyError):
        writer.run(order(tmp_path), (), time.monotonic() + 5)
    assert writer.pid is None


def test_a_store_that_is_not_there_is_told(tmp_path):
    writer = Writer(1 << 30)
    with pytest.raises(RefusedError) as caught:
        writer.run(order(tmp_path / "none"), (), time.monotonic() + PATIENCE)
    assert caught.value.kind == "store"
    writer.close()


def test_a_process_that_cannot_be_started_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(WorkerLostError):
        Writer(1 << 30).run(order(tmp_path), (), time.monotonic() + 5)


def test_a_process_that_ends_whenever_it_is_started_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("endpoint.processes.command", lambda *_: [sys.executable, "-c", ""])
    with pytest.raises(WorkerLostError):
        Writer(1 << 30).run(order(tmp_path), (), time.monotonic() + PATIENCE)


def test_the_process_ends_with_its_server():
    code = """
import sys, time
from endpoint.writing.writer import Writer
writer = Writer(1 << 30)
writer.start()
print(writer.pid, flush=True)
sys.stdin.read()
"""
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        pid = int(server.stdout.readline())
        descriptor = os.pidfd_open(pid)
        server.kill()
        server.wait()
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        assert poll.poll(int(1000 * PATIENCE))
        os.close(descriptor)


def test_a_log_that_cannot_be_written_stops_the_writing(own_site, tmp_path):
    site = own_site(audit_log=str(tmp_path / "none" / "log"))
    problem(site.update(GOOD), 503, "audit")
    assert site.quads() == {OLD}
    assert site.client.application.extensions[EXTENSION].writing.writer.pid is None


def test_a_damaged_file_of_tokens_is_told(own_site):
    site = own_site()
    site.tokens.path.write_text("{")
    problem(site.update(GOOD), 503, "store")


def together(site, texts):
    """The answers to updates that have all come before the first of them could be begun; another one went before them."""
    assert site.update("").status_code == 204
    stop(site.writer.pid)
    threads, answers = [], []
    try:
        for text in ["INSERT DATA { <urn:first> <urn:p> 1 }", *texts]:
            thread, answer = begin(site, text)
            threads.append(thread)
            answers.append(answer)
    finally:
        os.kill(site.writer.pid, signal.SIGCONT)
    for thread in threads:
        thread.join()
    return [answer[0] for answer in answers[1:]]


def values(site):
    return {quad.object.value for quad in site.quads()}


def test_updates_that_wait_together_are_one_version(own_site):
    site = own_site()
    answers = together(site, [f"INSERT DATA {{ <urn:s> <urn:p> '{n}' , 'all' }}" for n in range(4)])
    assert [answer.status_code for answer in answers] == [204] * 4
    assert len({answer.headers["Zonekg-Version"] for answer in answers}) == 1
    assert values(site) >= {"0", "1", "2", "3"}
    counts = [(line["added"], line["removed"]) for line in site.audit() if line["event"] == "end"][2:]
    assert sorted(counts) == [(1, 0)] * 3 + [(2, 0)]


HALF = "INSERT DATA { <urn:s> <urn:p> 'half' } ; CREATE GRAPH <urn:g>"


@pytest.mark.parametrize(
    ("bad", "status", "kind"),
    [(HALF, 400, "evaluation"), ("INSERT DATA { <urn:s> }", 400, "query-syntax"), ("CREATE GRAPH <urn:g>", 400, "evaluation")],
)
def test_one_that_fails_takes_nothing_and_nobody_with_it(own_site, bad, status, kind):
    site = own_site()
    good = [f"INSERT DATA {{ <urn:s> <urn:p> '{n}' }}" for n in range(2)]
    first, failed, last = together(site, [good[0], bad, good[1]])
    problem(failed, status, kind)
    assert (first.status_code, last.status_code) == (204, 204)
    assert values(site) == {"old", "1", "0"}


def test_one_that_runs_away_takes_nobody_with_it(own_site, monkeypatch):
    monkeypatch.setattr(module, "TOGETHER", 0.5)
    site = own_site(update_timeout=15)
    first, failed, last = together(site, ["INSERT DATA { <urn:s> <urn:p> '0' }", ENDLESS, "INSERT DATA { <urn:s> <urn:p> '2' }"])
    assert (first.status_code, last.status_code) in {(204, 204), (204, 503)}  # The last one's turn may come too late.
    assert problem(failed, 503, "timeout")
    assert "0" in values(site)


def test_updates_that_are_killed_together_are_given_again(own_site):
    site = own_site()
    assert site.update("").status_code == 204
    pid = site.writer.pid
    stop(pid)
    begun = [begin(site, f"INSERT DATA {{ <urn:s> <urn:p> '{n}' }}") for n in range(3)]
    os.kill(pid, signal.SIGKILL)
    for thread, _ in begun:
        thread.join()
    assert [answers[0].status_code for _, answers in begun] == [204] * 3
    assert values(site) == {"old", "0", "1", "2"}


DONE = Written("00000002", is_new=False, added=1, removed=0)


@pytest.mark.parametrize(
    ("last_words", "outcome"),
    [
        ([], QueryTimeoutError),
        ([Stage.PUBLISHING], UnknownOutcomeError),
        ([Stage.PUBLISHING, DONE], replace(DONE, is_last=True)),
    ],
)
def test_what_a_process_does_between_its_deadline_and_its_death_counts(monkeypatch, last_words, outcome):
    process = object.__new__(module._Process)
    process.end, other = socket.socketpair()

    def kill(_self):
        for words in last_words:
            (send_outcome if isinstance(words, Written) else send_stage)(other, words)
        other.close()

    monkeypatch.setattr(module._Process, "kill", kill)
    monkeypatch.setattr(module, "MARGIN", 0.01)
    send_stage(other, Stage.BEGUN)
    with process.end:
        if isinstance(outcome, Written):
            assert next(process.outcomes(time.monotonic())) == outcome
        else:
            with pytest.raises(outcome):
                next(process.outcomes(time.monotonic()))
