"""Documents whose parsers may take very long are made N-Triples before the writing process gets them, by a process each order.

Oxigraph's parsers of JSON-LD and RDF/XML take a time that grows with the square of a document in many ways: by the terms of a
context and the nodes that have one of their own, by the namespaces that are declared and the names in them. Ways that are known
can be counted, others can't. So they are read where they hold up nobody else, and until the order's deadline. Those of Turtle
and its kin take as long as the document is.
"""

from __future__ import annotations

import contextlib
import errno
import json
import math
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from endpoint.execution import BusyError, MemoryLimitError, QueryTimeoutError, WorkerLostError
from endpoint.processes import command
from endpoint.workers.worker import usage
from endpoint.writing.graphs import Document, OtherGraphError, UnreadableDocumentError, checked, quads
from endpoint.writing.wire import Order, RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import ExitStack

COSTLY: Final = frozenset({"jsonld", "rdfxml"})
"""Formats, by their names in `kg_build.exchange.FORMATS`."""
SMALL: Final = 1 << 15
"""Bytes; the worst documents of this length take a twentieth of a second, less than a process takes to start."""
AT_ONCE: Final = 4
"""Orders whose documents are read at the same time."""
LONGEST: Final = 4 << 30
"""Bytes that a document may have as N-Triples: a short one may say long things many times."""
NICE: Final = 10
_MODULE: Final = "endpoint.writing.documents"
_NO_MEMORY: Final = 3
"""The exit code of a process that gets no more memory."""


class Reading:
    """Reads the documents of orders; safe for many threads.

    Args:
        memory: Bytes that those of an order may take.
    """

    def __init__(self, memory: int) -> None:
        self._memory = memory
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._closed = False
        self.running: set[subprocess.Popen[bytes]] = set()
        """The processes that read just now."""

    def plain(self, stack: ExitStack, order: Order, files: Sequence[int], deadline: float) -> tuple[Order, Sequence[int]]:
        """The same order with documents, in files that last as long as the stack, that are read in no time to speak of.

        Raises `RefusedError`, `BusyError`, `QueryTimeoutError`, `MemoryLimitError`, `WorkerLostError`.
        """
        costly = [
            number
            for number, (part, file) in enumerate(zip(order.parts, files, strict=True))
            if part.form in COSTLY and os.fstat(file).st_size > SMALL
        ]
        if not costly:
            return order, files
        if not self._places.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise BusyError
        try:
            parts, made = list(order.parts), list(files)
            for number in costly:
                made[number] = stack.enter_context(tempfile.TemporaryFile()).fileno()  # noqa: SIM115 - closed with the stack
            self._read([(files[n], made[n], parts[n].form, parts[n].base_iri) for n in costly], order.graph, deadline)
            for number in costly:
                parts[number] = replace(parts[number], form="ntriples")
            return replace(order, parts=tuple(parts)), made
        finally:
            self._places.release()

    def close(self) -> None:
        """Read no more."""
        with self._lock:
            self._closed = True
            for process in self.running:
                process.kill()

    def _read(self, documents: list[tuple[int, int, str, str]], graph: str | None, deadline: float) -> None:
        left = max(0.0, deadline - time.monotonic())
        asked = {"documents": documents, "graph": graph, "seconds": left, "memory": self._memory}
        with self._lock:
            if self._closed:
                raise BusyError
            try:
                process = subprocess.Popen(  # noqa: S603 - ourselves
                    command(_MODULE, json.dumps(asked)),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    pass_fds=[descriptor for one in documents for descriptor in one[:2]],
                    process_group=0,
                )
            except OSError as error:
                raise WorkerLostError(str(error)) from error
            self.running.add(process)
        try:
            said, _ = process.communicate(timeout=left)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise QueryTimeoutError from None
        finally:
            with self._lock:
                self.running.discard(process)
        _judge(said, process.returncode, is_closed=self._closed)


def _judge(said: bytes, status: int, *, is_closed: bool) -> None:
    """Raise what a process says that has ended, or what its end says."""
    if status == 0:
        if said:
            raise RefusedError(*json.loads(said))
    elif is_closed:
        raise BusyError
    elif status in {_NO_MEMORY, -signal.SIGABRT}:
        raise MemoryLimitError
    elif status == -signal.SIGXCPU:
        raise QueryTimeoutError
    else:
        raise WorkerLostError(f"the process that reads documents ended with status {status}")


def main(asked: str) -> int:
    """Write each document as N-Triples; what is wrong with one is told on standard output, as the values of a `RefusedError`.

    Args:
        asked: ``documents`` (descriptors of a file and of the one to write, the format's name, the base IRI), ``graph`` (None:
            the default graph), ``seconds``, ``memory``, as JSON.
    """
    found = json.loads(asked)
    _bound(found["seconds"], found["memory"])
    graph = ox.DefaultGraph() if found["graph"] is None else ox.NamedNode(found["graph"])
    refused: tuple[str, str, int | None, int | None] | None = None
    try:
        for source, target, form, base_iri in found["documents"]:
            with open(source, "rb") as file, open(target, "wb") as output:  # noqa: PTH123
                document = Document(file, form, base_iri)
                checked(document)
                ox.serialize((quad.triple for quad in quads(document, graph)), output, format=ox.RdfFormat.N_TRIPLES)
    except MemoryError:
        return _NO_MEMORY
    except UnreadableDocumentError as error:
        refused = ("document", str(error.args[0]), error.lineno, error.offset)
    except OtherGraphError as error:
        refused = ("other-graph", str(error), None, None)
    except OSError as error:
        is_too_long = error.errno == errno.EFBIG
        refused = ("document", "it says far more than it holds", None, None) if is_too_long else ("store", str(error), None, None)
    if refused is not None:
        sys.stdout.write(json.dumps(refused))
    return 0


def _bound(seconds: float, memory: int) -> None:
    """Have no more than this from here on. The time is for the case that nobody is there any more who would end it."""
    with contextlib.suppress(OSError):
        os.nice(NICE)
    limits = {
        resource.RLIMIT_DATA: usage()[0] + memory,
        resource.RLIMIT_CPU: math.ceil(seconds) + 1,
        resource.RLIMIT_FSIZE: LONGEST,
        resource.RLIMIT_CORE: 0,
    }
    for number, limit in limits.items():
        _, hard = resource.getrlimit(number)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(number, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
