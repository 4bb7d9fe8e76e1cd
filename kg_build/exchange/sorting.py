"""Sorting more lines than fit into memory: sorted runs on disk, merged."""

from __future__ import annotations

import heapq
import tempfile
from contextlib import ExitStack
from itertools import chain
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

RUN = 32_000_000
"""Bytes of lines that are sorted in memory at a time, with what Python needs to hold them."""
OVERHEAD = 90
"""Bytes that a line takes beside its text: the object and its places in a set and a list."""
MOST = 200
"""Runs on disk at once: when there are more they are merged into one, so that no limit of open files is met."""


def sorted_lines(lines: Iterable[bytes], run: int = RUN, most: int = MOST) -> Iterator[bytes]:
    """The lines, each ending in a line break, in the order of their bytes (that of code points, too), each once.

    What fits into one run never goes to disk. ``run`` is in bytes, ``most`` in files.
    """
    lines = iter(lines)
    with ExitStack() as files:
        runs: list[IO[bytes]] = []
        part = _run(lines, run)
        for first in lines:
            runs.append(_filled(files.enter_context(tempfile.TemporaryFile()), part))
            del part  # Or two runs would be in memory.
            if len(runs) == most:
                merged = _filled(files.enter_context(tempfile.TemporaryFile()), _once(heapq.merge(*runs)))
                for file in runs:
                    file.close()
                runs = [merged]
            part = _run(chain((first,), lines), run)
        if runs:
            yield from _once(heapq.merge(*runs, part))
        else:
            yield from part


def _run(lines: Iterator[bytes], size: int) -> list[bytes]:
    """As many of the lines as ``size`` bytes hold, one at least if there is any, sorted and each once."""
    part: set[bytes] = set()
    for line in lines:
        part.add(line)
        size -= len(line) + OVERHEAD
        if size <= 0:
            break
    return sorted(part)


def _filled(file: IO[bytes], lines: Iterable[bytes]) -> IO[bytes]:
    """The file with these lines, to be read from its beginning."""
    file.writelines(lines)
    file.seek(0)
    return file


def _once(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Sorted lines without those that come again."""
    previous = None
    for line in lines:
        if line != previous:
            yield line
        previous = line


class LineStream:
    """Lines as a stream that a parser can read from."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes, b"" at the end; all that is left for a negative size."""
        parts = [self._rest]
        length = len(self._rest)
        while size < 0 or length < size:
            line = next(self._lines, None)
            if line is None:
                break
            parts.append(line)
            length += len(line)
        data = b"".join(parts)
        if size < 0:
            self._rest = b""
            return data
        self._rest = data[size:]
        return data[:size]
