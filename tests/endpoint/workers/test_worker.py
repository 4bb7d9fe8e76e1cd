from __future__ import annotations

import json
import resource
import socket

import pytest

from endpoint.execution import QueryOptions
from endpoint.workers import worker as module
from endpoint.workers.wire import KINDS, LAST, Channel, Frame, encode_query
from endpoint.workers.worker import usage

from .conftest import FORMATS


@pytest.fixture
def ends():
    """A worker within this process, and the server's end of its socket."""
    here, there = map(Channel, socket.socketpair())
    worker = module._Worker(there, 1 << 30)
    _, worker._at_first = usage()
    yield here, worker
    here.close()
    there.close()


def request(snapshot, query):
    return encode_query(snapshot, query, QueryOptions(0), FORMATS)


def test_a_short_answer_is_one_frame(ends, reader):
    here, worker = ends
    assert worker._answer(request(reader.snapshot, "ASK {}"))
    assert here.receive(5) == (Frame.WHOLE, KINDS.index("boolean"), b'{"head":{},"boolean":true}')
    assert here.is_quiet()


def test_a_snapshot_stays_open_until_another_is_named(ends, reader):
    here, worker = ends
    worker._answer(request(reader.snapshot, "ASK {}"))
    first = worker._databases
    worker._answer(request(None, "ASK { ?s ?p ?o }"))
    assert worker._databases is first
    for _ in range(2):
        assert here.receive(5)[0] == Frame.WHOLE


def test_an_error_is_one_frame_and_costs_nothing(ends, reader):
    here, worker = ends
    assert worker._answer(request(reader.snapshot, "SELEKT"))
    frame, mark, payload = here.receive(5)
    assert (frame, mark, json.loads(payload)[0]) == (Frame.ERROR, 0, "SyntaxError")


@pytest.mark.parametrize("error", [MemoryError, BaseException])
def test_what_may_have_broken_the_worker_ends_it(ends, reader, monkeypatch, error):
    here, worker = ends

    def fail(*_arguments):
        raise error

    monkeypatch.setattr(module, "evaluate", fail)
    assert not worker._answer(request(reader.snapshot, "ASK {}"))
    assert here.receive(5)[:2] == (Frame.ERROR, LAST)


def test_a_worker_that_has_grown_says_that_it_ends(ends, reader, monkeypatch):
    here, worker = ends
    monkeypatch.setattr(module, "BRIEF", 0)
    monkeypatch.setattr(module, "GROWN", 0)
    worker._at_first = 0
    assert not worker._answer(request(reader.snapshot, "ASK {}"))
    assert here.receive(5)[:2] == (Frame.WHOLE, KINDS.index("boolean") | LAST)


def test_a_reader_that_has_gone_ends_the_worker(ends, reader):
    here, worker = ends
    here.close()
    with pytest.raises(OSError, match="Broken pipe"):
        worker._answer(request(reader.snapshot, "ASK {}"))


def test_usage_is_that_of_this_process():
    data, resident = usage()
    assert 0 < resident < data * 100
    assert resident <= resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 + resource.getpagesize() * 1024
