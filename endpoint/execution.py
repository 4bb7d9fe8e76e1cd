"""Running queries behind one interface, so that how they are run can change without the protocol noticing.

`ThreadExecutor` runs them in threads of this process; `endpoint.workers` in processes of their own. Oxigraph can't be told
to stop: in a thread, a query that passes its deadline while it is still producing rows ends at the next row; one that is
counting or sorting goes on in the background until it is through and keeps its place among those that may run at once.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import IO, TYPE_CHECKING, Literal, Protocol, cast

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg_build.store import Databases, Reader

Kind = Literal["solutions", "boolean", "graph"]
ResultFormat = ox.QueryResultsFormat | ox.RdfFormat

CHUNK = 1 << 16
AHEAD = 16
"""Chunks that a query may be ahead of its reader."""
STACK = 512 << 20
"""Stack of a query's thread, in bytes of address space: the evaluator recurses along chains (a+a+a…, UNION, paths) and
takes the process down when it runs out. A query of 100,000 characters needs some 300 MB at worst."""
WAIT = 1.0
"""Seconds that a query waits for a place."""


@dataclass(frozen=True, slots=True)
class QueryOptions:
    """How to run a query. ``None`` for graphs: the query's own dataset, or the store's."""

    timeout: float
    union_default_graph: bool = True
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    base_iri: str | None = None
    client: str = field(default="", compare=False)
    """Who asks: queries of one client share what there is for it."""
    is_gone: Callable[[], bool] | None = field(default=None, compare=False)
    """Tells whether the client has left, where that can be known before something is sent."""


class Chunks(Protocol):
    """The bytes of an answer, in pieces."""

    def __iter__(self) -> Chunks: ...

    def __next__(self) -> bytes: ...

    def close(self) -> None:
        """Give up the query."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """A query's answer: what kind of result it is, and its bytes in the format that was given for that kind.

    ``chunks`` ends with an exception when the result can't be completed; whoever sends it must break off then, not end.
    ``waited``: seconds that the query waited for its turn.
    """

    kind: Kind
    chunks: Chunks
    waited: float = 0.0
    is_long: bool = False
    """Whether it is known that there is more to come than the first chunk."""


class QueryTimeoutError(Exception):
    """The deadline passed."""


class BusyError(Exception):
    """As many queries run as may."""


class TooManyError(Exception):
    """As many queries of this client run as may."""


class ClientGoneError(Exception):
    """The client left before its query was through."""


class WorkerLostError(Exception):
    """The process that ran the query ended before the query was through."""


class MemoryLimitError(WorkerLostError):
    """The query needed more memory than a query may have."""


class UnservedKindError(Exception):
    """The query's kind of result has no format that the client takes."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self.kind = kind


class Output(Protocol):
    """Where an answer is written to."""

    kind: Kind

    def write(self, data: bytes, /) -> int:
        """Take some bytes."""
        ...

    def flush(self) -> None:
        """Nothing has to happen."""
        ...


def evaluate(
    source: Reader | Databases, query: str, options: QueryOptions, formats: Mapping[Kind, ResultFormat], output: Output
) -> None:
    """Run a query here and now, and write the answer as it comes; its kind is set before the first byte.

    Raises what `Executor.run` says, but for what has to do with time and places.
    """
    arguments: dict[str, object] = {}
    if options.default_graphs is not None or options.named_graphs is not None:
        # SPARQL 1.1 Protocol, section 2.1.4: the request's dataset replaces the query's, whole.
        arguments["default_graph"] = [ox.NamedNode(iri) for iri in options.default_graphs or ()]
        arguments["named_graphs"] = [ox.NamedNode(iri) for iri in options.named_graphs or ()]
    result = source.query(query, union=options.union_default_graph, base_iri=options.base_iri, **arguments)
    output.kind = _kind(result)
    chosen = formats.get(output.kind)
    if chosen is None:
        raise UnservedKindError(output.kind)
    result.serialize(cast("IO[bytes]", output), chosen)  # type: ignore[arg-type]


class Executor(Protocol):
    """Something that runs queries."""

    @property
    def capacity(self) -> int:
        """Calls of `run` that are of use at the same time: queries that run, and those that may wait."""
        ...

    def prepare(self, reader: Reader) -> None:
        """Get ready to answer from a version, so that the first query needn't wait for it."""
        ...

    def run(self, reader: Reader, query: str, options: QueryOptions, formats: Mapping[Kind, ResultFormat]) -> Answer:
        """Run a query that `endpoint.sparql.guard` has let pass.

        Returns as soon as the first bytes are there. Raises `SyntaxError` (the message begins with ``error at
        LINE:COLUMN:``), `ValueError` for graph names that are no IRIs, `QueryTimeoutError`, `BusyError`,
        `TooManyError`, `ClientGoneError`, `WorkerLostError`, `UnservedKindError`, `StoreError`, `OSError`.
        """
        ...

    def close(self) -> None:
        """Give up what still runs."""
        ...


class ThreadExecutor:
    """Runs each query in a thread of its own, at most ``places`` at once."""

    def __init__(self, places: int) -> None:
        self._places = threading.BoundedSemaphore(places)
        self.capacity = places

    def prepare(self, reader: Reader) -> None:
        """There is nothing to do."""

    def run(self, reader: Reader, query: str, options: QueryOptions, formats: Mapping[Kind, ResultFormat]) -> Answer:
        """See `Executor.run`."""
        deadline = time.monotonic() + options.timeout
        began = time.monotonic()
        if not self._places.acquire(timeout=min(WAIT, options.timeout)):
            raise BusyError
        waited = time.monotonic() - began
        job = _Job(reader, query, options, formats, deadline, self._places.release)
        try:
            _start(job)
        except BaseException:
            self._places.release()
            raise
        return replace(job.answer(), waited=waited)

    def close(self) -> None:
        """Threads end with the process."""


_START = threading.Lock()


def _start(job: _Job) -> None:
    # The size of stacks is a setting of the whole process, so it is set for this one thread and set back.
    with _START:
        before = threading.stack_size(STACK)
        try:
            threading.Thread(target=job.work, name="query", daemon=True).start()
        finally:
            threading.stack_size(before)


_END = object()


class _Job:
    """One query: the thread that runs it, which must also serialise it and let go of the result, feeds a queue."""

    def __init__(
        self,
        reader: Reader,
        query: str,
        options: QueryOptions,
        formats: Mapping[Kind, ResultFormat],
        deadline: float,
        release: Callable[[], None],
    ) -> None:
        self._reader = reader
        self._query = query
        self._options = options
        self._formats = formats
        self._deadline = deadline
        self._release = release
        self._queue: queue.Queue[object] = queue.Queue(AHEAD)
        self._buffer = bytearray()
        self._gone = threading.Event()
        self.kind: Kind = "solutions"
        self._first: object = None

    def work(self) -> None:
        """Run the query; called in its thread."""
        try:
            evaluate(self._reader, self._query, self._options, self._formats, self)
            self._put(bytes(self._buffer))
            self._put(_END)
        except BrokenPipeError:
            pass
        except BaseException as error:  # noqa: BLE001 - whatever it is, the waiting request must hear of it
            with contextlib.suppress(BrokenPipeError):
                # Without its frames, which hold the result: a result dropped in another thread is an error of its own.
                self._put(error.with_traceback(None))
        finally:
            self._release()

    def write(self, data: bytes) -> int:
        """Called by the serialiser."""
        if self._gone.is_set() or time.monotonic() > self._deadline:
            raise BrokenPipeError
        self._buffer += data
        if len(self._buffer) >= CHUNK:
            self._put(bytes(self._buffer))
            self._buffer.clear()
        return len(data)

    def flush(self) -> None:
        """Called by the serialiser; chunks go when they are full."""

    def _put(self, item: object) -> None:
        while not self._gone.is_set():
            try:
                self._queue.put(item, timeout=0.2)
            except queue.Full:
                if time.monotonic() > self._deadline:
                    self._gone.set()
            else:
                return
        raise BrokenPipeError

    def answer(self) -> Answer:
        """Wait for the first bytes."""
        self._first = self._get()
        return Answer(self.kind, self)

    def _get(self) -> object:
        try:
            item = self._queue.get(timeout=max(0.0, self._deadline - time.monotonic()))
        except queue.Empty:
            self._gone.set()
            raise QueryTimeoutError from None
        if isinstance(item, BaseException):
            raise item
        return item

    def __next__(self) -> bytes:
        """The next chunk. An object, not a generator: one that was never begun can be closed, too."""
        item = self._first if self._first is not None else self._get()
        self._first = None
        if item is _END:
            self._first = _END
            raise StopIteration
        return cast("bytes", item)

    def __iter__(self) -> _Job:
        return self

    def close(self) -> None:
        """Give the query up: it ends when it writes next."""
        self._gone.set()


def _kind(result: object) -> Kind:
    if isinstance(result, ox.QueryBoolean):
        return "boolean"
    return "graph" if isinstance(result, ox.QueryTriples) else "solutions"
