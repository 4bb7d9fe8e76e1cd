from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kg_build.exchange.sorting import LineStream, sorted_lines

LINES = st.lists(st.binary(max_size=6).map(lambda b: b.replace(b"\n", b"") + b"\n"))


@given(LINES, st.integers(1, 5))
def test_lines_are_sorted_and_once_whatever_the_run(lines, run):
    assert list(sorted_lines(lines, run)) == sorted(set(lines))


@given(LINES, st.integers(1, 7))
def test_a_stream_gives_the_bytes_in_parts(lines, size):
    stream, parts = LineStream(iter(lines)), []
    while part := stream.read(size):
        assert len(part) <= size
        parts.append(part)
    assert b"".join(parts) == b"".join(lines)


@given(LINES)
def test_a_stream_gives_all_at_once(lines):
    assert LineStream(iter(lines)).read() == b"".join(lines)
