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


def sorted_lines(lines: Iterable[bytes], run: int = RUN) -> Iterator[bytes]:
    """The lines, each ending in a line break, in the order of their bytes (that of code points, too), each once."""
    lines = iter(lines)
    with ExitStack() as files:
        runs: list[Iterable[bytes]] = []
        part = sorted(set(islice(lines, run)))
        while part:
            following = set(islice(lines, run))
            if following or runs:
                file: IO[bytes] = files.enter_context(tempfile.TemporaryFile())
                file.writelines(part)
                file.seek(0)
                runs.append(file)
            else:
                runs.append(part)
            part = sorted(following)
        previous = None
        for line in heapq.merge(*runs):
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
