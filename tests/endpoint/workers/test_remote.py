from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
from serving import PATIENCE

from endpoint.execution import QueryOptions
from endpoint.processes import start
from endpoint.workers import remote
from endpoint.workers.remote import Nursery, NurseryError
from endpoint.workers.wire import Frame, encode_query

from .conftest import COUNT, FORMATS, children, eventually, lives


@pytest.fixture
def nursery():
    made = Nursery(256 << 20)
    yield made
    made.close()


def test_a_worker_is_forked_and_answers(nursery, reader):
    worker = nursery.fork(reader.snapshot, union=True)
    worker.channel.send(Frame.QUERY, encode_query(None, "ASK {}", QueryOptions(0), FORMATS))
    assert worker.channel.receive(PATIENCE)[0] == Frame.WHOLE
    assert worker.pid in children(nursery.pid)
    worker.channel.close()
    eventually(lambda: worker.pid not in children(nursery.pid))  # Reaped, too.


def test_a_killed_worker_leaves_its_status(nursery, reader):
    worker = nursery.fork(reader.snapshot, union=True)
    worker.channel.send(Frame.QUERY, encode_query(None, COUNT, QueryOptions(0), FORMATS))
    worker.kill()
    with pytest.raises(EOFError):
        worker.channel.receive(PATIENCE)
    eventually(lambda: not lives(worker.pid))
    assert worker.status() == -signal.SIGKILL
    assert worker.status() is None
    worker.kill()  # That it is gone is no error.
    worker.channel.close()


def test_a_worker_is_put_back(nursery):
    worker = nursery.fork(None, union=True)
    before = os.getpriority(os.PRIO_PROCESS, worker.pid)
    worker.slow_down()
    assert worker.is_slow
    assert os.getpriority(os.PRIO_PROCESS, worker.pid) > before or before == 19
    worker.channel.close()


def test_no_other_process_is_killed(nursery):
    nursery.kill(os.getpid())
    nursery.slow_down(os.getpid())
    assert nursery.status(os.getpid()) is None


class Odd:
    """A snapshot that no worker can make sense of."""

    def to_json(self):
        return {"odd": True}


def test_a_worker_that_can_not_begin_ends_alone(nursery, reader):
    good = nursery.fork(reader.snapshot, union=True)
    bad = nursery.fork(Odd(), union=True)
    with pytest.raises(EOFError):
        bad.channel.receive(PATIENCE)
    assert bad.status() == 1
    good.channel.send(Frame.QUERY, encode_query(None, "ASK {}", QueryOptions(0), FORMATS))
    assert good.channel.receive(PATIENCE)[0] == Frame.WHOLE
    assert nursery.is_alive
    good.channel.close()
    bad.channel.close()


def test_a_worker_is_killed_and_put_back_while_its_nursery_stands_still(nursery, reader):
    worker = nursery.fork(reader.snapshot, union=True)
    worker.channel.send(Frame.QUERY, encode_query(None, COUNT, QueryOptions(0), FORMATS))
    before = os.getpriority(os.PRIO_PROCESS, worker.pid)
    os.kill(nursery.pid, signal.SIGSTOP)
    worker.slow_down()
    assert os.getpriority(os.PRIO_PROCESS, worker.pid) > before or before == 19
    worker.kill()
    with pytest.raises(EOFError):
        worker.channel.receive(PATIENCE)
    os.kill(nursery.pid, signal.SIGCONT)
    assert worker.status() == -signal.SIGKILL
    worker.kill()  # It has been reaped, and its number may be another's.
    worker.slow_down()
    worker.channel.close()


@pytest.fixture
def changed(monkeypatch, tmp_path):
    """A nursery in which something was changed."""
    made = []

    def start_changed(lines):
        (tmp_path / "changed.py").write_text("\n".join(["from endpoint.workers import nursery", *lines, "main = nursery.main"]))
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.setattr(remote, "start", lambda _, memory: start("changed", memory))
        made.append(Nursery(256 << 20))
        return made[0]

    yield start_changed
    for one in made:
        one.close()


def test_where_processes_have_no_handles_the_nursery_is_asked(changed, reader):
    nursery = changed(["nursery.handle_of = lambda pid: None"])
    worker = nursery.fork(reader.snapshot, union=True)
    assert worker.handle is None
    before = os.getpriority(os.PRIO_PROCESS, worker.pid)
    worker.slow_down()
    assert os.getpriority(os.PRIO_PROCESS, worker.pid) > before or before == 19
    worker.kill()
    with pytest.raises(EOFError):
        worker.channel.receive(PATIENCE)
    assert worker.status() == -signal.SIGKILL
    worker.channel.close()


def test_a_system_without_processes_costs_no_worker(changed, reader):
    nursery = changed(
        [
            "import os",
            "def fork(forked=os.fork, left=[1]):",
            "    if not left: raise BlockingIOError(11, 'Resource temporarily unavailable')",
            "    left.pop()",
            "    return forked()",
            "os.fork = fork",
        ]
    )
    worker = nursery.fork(reader.snapshot, union=True)
    with pytest.raises(NurseryError, match="no more processes"):
        nursery.fork(reader.snapshot, union=True)
    assert nursery.is_alive
    worker.channel.send(Frame.QUERY, encode_query(None, "ASK {}", QueryOptions(0), FORMATS))
    assert worker.channel.receive(PATIENCE)[0] == Frame.WHOLE
    worker.channel.close()


SLOW = [
    "import os, time",
    "def fork(forked=os.fork):",
    "    while time.process_time() < {}: pass",
    "    return forked()",
    "os.fork = fork",
]


def test_a_nursery_that_waits_for_a_processor_is_waited_for(changed, reader):
    nursery = changed([line.format(1.0) for line in SLOW])
    nursery._control.settimeout(0.05)  # Many more than so many waits for a second of a processor.
    worker = nursery.fork(reader.snapshot, union=True)
    assert nursery.is_alive
    worker.channel.close()


def test_a_nursery_that_computes_without_end_is_given_up(changed, reader, monkeypatch, caplog):
    nursery = changed([line.format("float('inf')") for line in SLOW])
    nursery._control.settimeout(0.05)
    monkeypatch.setattr(remote, "PATIENCE", 0.2)
    with pytest.raises(NurseryError):
        nursery.fork(reader.snapshot, union=True)
    assert "it didn't answer" in caplog.text


def test_who_waits_for_a_nursery_that_is_to_be_closed_waits_no_longer(nursery, caplog):
    nursery.fork(None, union=True).channel.close()
    os.kill(nursery.pid, signal.SIGSTOP)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(nursery.fork, None, union=True)
        eventually(nursery._lock.locked)
        nursery.cut()
        with pytest.raises(NurseryError):
            waiting.result(PATIENCE)
    assert not caplog.records
    os.kill(nursery.pid, signal.SIGCONT)


def test_a_nursery_that_does_not_answer_is_ended(nursery, caplog):
    nursery._control.settimeout(0.05)
    os.kill(nursery.pid, signal.SIGSTOP)
    with pytest.raises(NurseryError):
        nursery.fork(None, union=True)
    assert "it didn't answer" in caplog.text
    nursery.close()
    assert not lives(nursery.pid)


def test_workers_end_with_their_nursery(nursery, reader):
    workers = [nursery.fork(reader.snapshot, union=True) for _ in range(2)]
    workers[0].channel.send(Frame.QUERY, encode_query(None, COUNT, QueryOptions(0), FORMATS))
    os.kill(nursery.pid, signal.SIGKILL)
    with pytest.raises(NurseryError):
        nursery.fork(None, union=True)
    eventually(lambda: not any(lives(worker.pid) for worker in workers))
    for worker in workers:
        worker.kill()
        worker.channel.close()
    assert not nursery.is_alive


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_to_stop_are_the_servers_to_answer(nursery, number):
    worker = nursery.fork(None, union=True)
    assert os.getpgid(nursery.pid) == os.getpgid(worker.pid) == nursery.pid != os.getpgid(0)
    for pid in (nursery.pid, worker.pid):
        os.kill(pid, number)
    other = nursery.fork(None, union=True)
    assert lives(worker.pid)
    worker.channel.close()
    other.channel.close()
