from __future__ import annotations

import os
import signal

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


def test_a_system_without_processes_costs_no_worker(reader, monkeypatch, tmp_path):
    lines = [
        "import os, sys",
        "from endpoint.workers import nursery",
        "def fork(forked=os.fork, left=[1]):",
        "    if not left: raise BlockingIOError(11, 'Resource temporarily unavailable')",
        "    left.pop()",
        "    return forked()",
        "os.fork = fork",
        "main = nursery.main",
    ]
    (tmp_path / "poor.py").write_text("\n".join(lines))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(remote, "start", lambda _, memory: start("poor", memory))
    nursery = Nursery(256 << 20)
    try:
        worker = nursery.fork(reader.snapshot, union=True)
        with pytest.raises(NurseryError, match="no more processes"):
            nursery.fork(reader.snapshot, union=True)
        assert nursery.is_alive
        worker.channel.send(Frame.QUERY, encode_query(None, "ASK {}", QueryOptions(0), FORMATS))
        assert worker.channel.receive(PATIENCE)[0] == Frame.WHOLE
        worker.channel.close()
    finally:
        nursery.close()


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
