"""The store's description of itself (`kg_build.exchange.description`), made anew after writes.

It takes a pass over the whole store, which no write is to wait for. So a process of its own, of low priority, reads a version
once nobody has written for a moment, and what it finds is put into the store by an order like any other: a version more, in
which nothing has changed but the description. A store that describes itself by no graph gets none.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from typing import IO, TYPE_CHECKING, Final

import pyoxigraph as ox

from endpoint.execution import BusyError, QueryTimeoutError, WorkerLostError
from endpoint.processes import command
from endpoint.writing.wire import Order, Part, RefusedError
from endpoint.writing.writer import UnknownOutcomeError
from kg_build.errors import StoreError
from kg_build.exchange.description import describe, void_graph
from kg_build.store import open_for_reading

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from endpoint.writing.wire import Written
    from kg_build.settings import Settings

QUIET: Final = 0.3
"""Seconds without a write after which the description is made anew."""
PATIENCE: Final = 3.0
"""Seconds after which it is, though there are writes all the time."""
SHARE: Final = 4
"""So many times as long as it took nothing is described afterwards: at most a fifth of a processor goes into it."""
NICE: Final = 10
_FAILURES: Final = (StoreError, OSError, RefusedError, BusyError, QueryTimeoutError, WorkerLostError, UnknownOutcomeError)
_MODULE: Final = "endpoint.writing.following"
_LOG = logging.getLogger(__name__)


class Following:
    """Sees to it that the description follows. The thread is started by the first write.

    Args:
        settings: What IRIs begin with, the licence, how long an update may take.
        write: Does an order, as `endpoint.writing.writer.Writer.run` does.
    """

    def __init__(self, settings: Settings, write: Callable[[Order, Sequence[int], float], Written]) -> None:
        self._settings = settings
        self._write = write
        self._written = threading.Event()
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._store = ""
        self._thread: threading.Thread | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def note(self, store: str) -> None:
        """There was a write to the store in this folder."""
        self._store = store
        self._written.set()
        with self._lock:
            if self._thread is None and not self._closed.is_set():
                self._thread = threading.Thread(target=self._follow, name="describing", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Follow no more."""
        with self._lock:
            self._closed.set()
            thread, process = self._thread, self._process
        self._written.set()
        if process is not None:
            process.kill()
        if thread is not None and thread is not threading.current_thread():
            thread.join(1)

    def _follow(self) -> None:
        while self._written.wait() and not self._closed.is_set():
            end = time.monotonic() + PATIENCE
            while not self._closed.is_set() and time.monotonic() < end:
                self._written.clear()
                if not self._written.wait(QUIET):
                    break
            self._written.clear()
            began = time.monotonic()
            try:
                self._describe()
            except _FAILURES as error:
                if not self._closed.is_set():
                    _LOG.warning("the description of the store is not up to date: %s", error or type(error).__name__)
            self._closed.wait(SHARE * (time.monotonic() - began))

    def _describe(self) -> None:
        graph = void_graph(self._settings.base_iri)
        with open_for_reading(self._store) as reader:
            if next(reader.database.quads_for_pattern(None, None, None, graph), None) is None:
                return
        with tempfile.TemporaryFile() as file:
            if not self._is_made(file):
                return
            timeout = self._settings.update_timeout
            order = Order(self._store, wait=timeout, method="PUT", graph=graph.value, parts=(Part("ntriples", graph.value),))
            self._write(order, [file.fileno()], time.monotonic() + timeout)

    def _is_made(self, file: IO[bytes]) -> bool:
        """Write the description into a file; returns whether that is still wanted."""
        arguments = [self._store, self._settings.base_iri, self._settings.licence]
        with self._lock:
            if self._closed.is_set():
                return False
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                command(_MODULE, *arguments),
                stdin=subprocess.DEVNULL,
                stdout=file,
                process_group=0,
            )
        try:
            status = self._process.wait()
        finally:
            with self._lock:
                self._process = None
        if status != 0 and not self._closed.is_set():
            raise WorkerLostError(f"the process that makes it ended with status {status}")
        return status == 0


def main(store: str, base_iri: str, licence: str) -> None:
    """Write the description of a store to standard output, as N-Triples."""
    with contextlib.suppress(OSError):
        os.nice(NICE)
    with open_for_reading(store) as reader:
        triples = describe(reader.database, base_iri, licence, is_inferred_behind=True)
    ox.serialize(triples, sys.stdout.buffer, format=ox.RdfFormat.N_TRIPLES)
