from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st

from kg_build.exchange import sorting
from kg_build.exchange.sorting import OVERHEAD, LineStream, sorted_lines

LINES = st.lists(st.binary(max_size=6).map(lambda b: b.replace(b"\n", b"") + b"\n"))


@given(LINES, st.integers(1, 5), st.integers(2, 4))
def test_lines_are_sorted_and_once_whatever_the_runs(lines, run, most):
    assert list(sorted_lines(lines, run * OVERHEAD, most)) == sorted(set(lines))


def test_one_run_is_in_memory_at_a_time(monkeypatch):
    held = []

    class File(io.BytesIO):
        def writelines(self, lines):
            lines = list(lines)
            held.append(sum(len(line) + OVERHEAD for line in lines))
            super().writelines(lines)

    monkeypatch.setattr(sorting.tempfile, "TemporaryFile", File)
    long = [b"%05d" % number + b"x" * (number % 500) + b"\n" for number in range(5000)]
    assert list(sorted_lines(long, run=50_000)) == long
    assert len(held) > 10
    assert max(held) < 51_000, "counted by bytes: a run of long lines has fewer"


def test_what_fits_into_a_run_never_goes_to_disk(monkeypatch):
    monkeypatch.setattr(sorting.tempfile, "TemporaryFile", None)
    assert list(sorted_lines([b"b\n", b"a\n", b"b\n"])) == [b"a\n", b"b\n"]


def test_no_more_files_are_open_than_are_merged_at_once(monkeypatch):
    made = []

    def temporary_file():
        made.append(io.BytesIO())
        assert sum(not file.closed for file in made) <= 4, "three runs, and the one that they are merged into"
        return made[-1]

    monkeypatch.setattr(sorting.tempfile, "TemporaryFile", temporary_file)
    lines = [b"%04d\n" % (number * 7 % 1000) for number in range(1000)]
    assert list(sorted_lines(lines, run=500, most=3)) == sorted(lines)
    assert len(made) > 100
    assert all(file.closed for file in made)


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
