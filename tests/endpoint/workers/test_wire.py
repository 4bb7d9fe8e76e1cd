from __future__ import annotations

import socket
import threading

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from serving import PATIENCE

from endpoint.execution import MemoryLimitError, QueryOptions, UnservedKindError, WorkerLostError
from endpoint.workers.wire import CHUNK, HEADER, Channel, Frame, decode_error, decode_query, encode_error, encode_query
from kg_build.errors import StoreError
from kg_build.store import Snapshot


@pytest.fixture
def ends():
    pair = socket.socketpair()
    channels = [Channel(end) for end in pair]
    yield channels
    for channel in channels:
        channel.close()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1])
def test_a_frame_arrives_as_it_was_sent(ends, size):
    here, there = ends
    there.send(Frame.PART, b"x" * size, 2)
    assert here.receive(5) == (Frame.PART, 2, b"x" * size)


def test_frames_that_arrive_together_are_told_apart(ends):
    here, there = ends
    there.send_raw(bytearray(HEADER.pack(3, 0, 2) + b"ab" + HEADER.pack(5, 1, 0) + HEADER.pack(4, 2, 3) + b"c"))
    assert [here.receive(5) for _ in range(2)] == [(3, 0, b"ab"), (5, 1, b"")]
    with pytest.raises(TimeoutError):
        here.receive(0.01)
    there.send_raw(bytearray(b"de"))
    assert here.receive(5) == (4, 2, b"cde")


def test_the_end_of_the_other_side_is_told(ends):
    here, there = ends
    there.send(Frame.END)
    there.close()
    assert here.receive(5) == (Frame.END, 0, b"")
    with pytest.raises(EOFError):
        here.receive(5)


def test_a_quiet_channel_is_one_that_lives_and_says_nothing(ends):
    here, there = ends
    assert here.is_quiet()
    there.send(Frame.END)
    assert not here.is_quiet()
    here.receive(5)
    assert here.is_quiet()
    there.close()
    assert not here.is_quiet()


def test_a_channel_that_is_cut_has_an_end_for_its_reader(ends):
    here, there = ends
    cutting = threading.Timer(0.01, here.cut)
    cutting.start()
    with pytest.raises(EOFError):
        here.receive(PATIENCE)
    cutting.join()
    there.close()
    here.cut()


def test_what_nobody_takes_is_an_error_in_time(ends):
    here, _ = ends
    with pytest.raises(OSError, match="timed out"):
        here.send(Frame.QUERY, b"x" * 10_000_000, timeout=0.01)


graphs = st.none() | st.lists(st.text(max_size=5), max_size=3).map(tuple)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    snapshot=st.none() | st.builds(Snapshot, st.text(max_size=5), st.text(max_size=5), st.integers(0, 2**63)),
    query=st.text(),
    union=st.booleans(),
    defaults=graphs,
    named=graphs,
)
def test_a_query_arrives_as_it_was_asked(snapshot, query, union, defaults, named):
    options = QueryOptions(0, union, defaults, named)
    formats = {"solutions": ox.QueryResultsFormat.TSV, "graph": ox.RdfFormat.TRIG}
    assert decode_query(encode_query(snapshot, query, options, formats)) == (snapshot, query, options, formats)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (SyntaxError("error at 1:2: 青禾"), SyntaxError),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), ValueError),
        (FileNotFoundError("gone"), OSError),
        (RuntimeError("corrupt"), RuntimeError),
        (StoreError("no store"), StoreError),
        (MemoryError(), MemoryLimitError),
        (BaseException("panic \ud800"), WorkerLostError),
    ],
)
def test_an_error_arrives_as_what_it_was(error, kind):
    arrived = decode_error(encode_error(error))
    assert type(arrived) is kind
    assert isinstance(error, MemoryError) or str(arrived) == str(error)


def test_a_kind_that_is_not_served_arrives_with_its_name():
    arrived = decode_error(encode_error(UnservedKindError("graph")))
    assert isinstance(arrived, UnservedKindError)
    assert arrived.kind == "graph"
