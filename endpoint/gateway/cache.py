"""Answers kept in memory: bounded in bytes, the least recently used go first, all of one version of what was asked."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from endpoint.gateway.headers import Headers, read

if TYPE_CHECKING:
    from collections.abc import Hashable

LARGEST_SHARE: Final = 16
"""An answer takes at most this part of the cache, so that one can't push out all others."""
OVERHEAD: Final = 1000
"""Bytes that an entry takes beside its body, its headers and its query: objects and the table."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A whole, successful answer as it left, without what was true of that one response alone."""

    status: int
    lines: bytes
    """The headers as they are sent: a third of the room that they take one by one."""
    body: bytes
    stamp: Hashable
    """What it was made from: it is good while this is what there is."""
    form: str = ""
    """The query's form, for the log."""

    @property
    def headers(self) -> Headers:
        """The headers one by one."""
        return read(self.lines)

    @property
    def size(self) -> int:
        """Bytes, the headers included."""
        return len(self.body) + len(self.lines)


class AnswerCache:
    """The answers of one version of what they were made from. Safe for many threads.

    Args:
        limit: Bytes that all answers may take together; 0: nothing is kept.

    A stamp that differs from the one before empties it, so that nothing of an older version is ever given out or takes room.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._entries: OrderedDict[Hashable, tuple[Kept, int]] = OrderedDict()
        self._stamp: Hashable = None
        self._bytes = 0
        self._counts = dict.fromkeys(("hits", "misses", "collapsed", "stored", "evicted", "invalidated", "too_large"), 0)

    @property
    def largest(self) -> int:
        """Bytes of the longest answer that is kept."""
        return self._limit // LARGEST_SHARE

    def get(self, key: Hashable, stamp: Hashable) -> Kept | None:
        """The answer to a request, if it is kept and was made from this."""
        with self._lock:
            self._be_at(stamp)
            entry = self._entries.get(key)
            if entry is None:
                self._counts["misses"] += 1
                return None
            self._entries.move_to_end(key)
            self._counts["hits"] += 1
            return entry[0]

    def put(self, key: Hashable, answer: Kept, weight: int = 0) -> bool:
        """Keep an answer, unless it is too long; returns whether it is kept.

        Its stamp must be that of now. ``weight``: bytes of what the key holds.
        """
        size = answer.size + weight + OVERHEAD
        with self._lock:
            if size > self.largest:
                self._counts["too_large"] += 1
                return False
            self._be_at(answer.stamp)
            self._remove(key)
            self._entries[key] = (answer, size)
            self._bytes += size
            self._counts["stored"] += 1
            while self._bytes > self._limit:
                self._remove(next(iter(self._entries)))
                self._counts["evicted"] += 1
            return True

    def count(self, what: str) -> None:
        """Count something that its user does: ``collapsed``, an answer that several clients waited for."""
        with self._lock:
            self._counts[what] += 1

    def clear(self) -> None:
        """Forget all answers."""
        with self._lock:
            self._drop()

    def statistics(self) -> dict[str, int]:
        """What there is just now (entries, bytes, limit) and how often what happened so far."""
        with self._lock:
            return {**self._counts, "entries": len(self._entries), "bytes": self._bytes, "limit": self._limit}

    def _be_at(self, stamp: Hashable) -> None:
        if stamp != self._stamp:
            self._drop()
            self._stamp = stamp

    def _drop(self) -> None:
        self._counts["invalidated"] += len(self._entries)
        self._entries.clear()
        self._bytes = 0

    def _remove(self, key: Hashable) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._bytes -= entry[1]
