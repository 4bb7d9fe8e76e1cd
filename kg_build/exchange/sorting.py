"""Sorting more lines than fit into memory: sorted runs on disk, merged."""

from __future__ import annotations

import heapq
import tempfile
from contextlib import ExitStack
from itertools import islice
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

RUN = 200_000
"""Lines sorted in memory at a time: some 150 MB of claims and selectors."""


MOST = 200
"""Runs on disk at once: when there are more they are merged into one, so that no limit of open files is met."""


def sorted_lines(lines: Iterable[bytes], run: int = RUN, most: int = MOST) -> Iterator[bytes]:
    """The lines, each ending in a line break, in the order of their bytes (that of code points, too), each once."""
    lines = iter(lines)
    with ExitStack() as files:
        runs: list[IO[bytes]] = []
        part = sorted(set(islice(lines, run)))
        while (following := set(islice(lines, run))) or (runs and part):
            runs.append(_filled(files.enter_context(tempfile.TemporaryFile()), part))
            if len(runs) == most:
                merged = _filled(files.enter_context(tempfile.TemporaryFile()), _once(heapq.merge(*runs)))
                for file in runs:
                    file.close()
                runs = [merged]
            part = sorted(following)
        yield from _once(heapq.merge(*runs)) if runs else part


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
