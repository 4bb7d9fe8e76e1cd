"""The writing process: one order after the other, each a version of the store or nothing; updates that came together share one.

It may be killed at any moment: what was not yet published is lost with it, and nothing else. It ends with the server, and
with an order that needs more memory than it may have.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import pyoxigraph as ox

from endpoint.execution import STACK
from endpoint.operation.memory import give_back
from endpoint.sparql.guard import ServiceRefusedError, TooDeepError
from endpoint.workers.worker import usage
from endpoint.writing import updates
from endpoint.writing.graphs import Document, OtherGraphError, UnknownGraphError, UnreadableDocumentError, change
from endpoint.writing.operations import DeclaredTooOftenError, PatternTooLongError, UsingConflictError
from endpoint.writing.wire import AGAIN, Order, RefusedError, Stage, Written, receive_order, send_outcome, send_stage
from kg_build.errors import StoreError
from kg_build.store.updating import StoreBusyError, Updater

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from kg_build.store.updating import GraphName, Transaction

FIRST_TO_GO: Final = 300
"""What its score is raised by for the kernel's out-of-memory killer, of 1000."""
GROWN: Final = 512 << 20
"""Memory, in bytes, by which the process may have grown; when it has grown more it is replaced."""
TOGETHER: Final = 0.25
"""Seconds after which no more updates are taken into a version with others; those left are given again, alone."""
LAST: Final = 2.0
"""Seconds that it has, when the server is gone, to end what it does and clear its copies away."""
Outcome = Written | RefusedError
_KINDS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (ServiceRefusedError, "service"),
    (TooDeepError, "nesting"),
    (updates.LoadRefusedError, "load"),
    (UsingConflictError, "dataset"),
    (PatternTooLongError, "update-length"),
    (DeclaredTooOftenError, "update-length"),
    (UnknownGraphError, "unknown-graph"),
    (OtherGraphError, "other-graph"),
    (UnreadableDocumentError, "document"),
    (SyntaxError, "query-syntax"),
    (StoreBusyError, "store-busy"),
    (StoreError, "store"),
    (OSError, "store"),
    (ValueError, "evaluation"),
    (RuntimeError, "evaluation"),
)


def main(control: str, lifeline: str, memory: str) -> NoReturn:
    """Serve the server.

    Args:
        control: Descriptor of the socket that orders come from.
        lifeline: Descriptor of the pipe that closes with the server.
        memory: Bytes by which its data may grow.
    """
    # What tells a server to stop often goes to all its processes; this one must outlast the requests under way.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(FIRST_TO_GO), encoding="ascii")
    give_back()
    threading.stack_size(STACK)
    work = threading.Thread(target=_Writing(socket.socket(fileno=int(control)), int(memory)).work, name="writing", daemon=True)
    work.start()
    threading.stack_size(0)  # Others get by with less.
    with contextlib.suppress(OSError):
        os.read(int(lifeline), 1)
    work.join(LAST)
    os._exit(0)


class _Writing:
    def __init__(self, control: socket.socket, memory: int) -> None:
        self._control = control
        self._memory = memory
        self._at_first = usage()[1]
        self._updater: tuple[str, Updater] | None = None
        self._is_publishing = False

    def work(self) -> None:
        """Write until the server closes the socket or an order breaks something."""
        try:
            while True:
                order, descriptors = receive_order(self._control)
                orders = [order, *(receive_order(self._control)[0] for _ in range(order.together - 1))]
                send_stage(self._control, Stage.BEGUN)
                with contextlib.ExitStack() as stack:
                    files: list[BinaryIO] = [stack.enter_context(open(fd, "rb")) for fd in descriptors]  # noqa: PTH123
                    outcomes = self._alone(order, files) if len(orders) == 1 else self._together(orders)
                    for outcome in outcomes:
                        send_outcome(self._control, outcome)
                    if any(outcome.is_last for outcome in outcomes):
                        break
        except (EOFError, OSError):
            pass
        except BaseException:  # noqa: BLE001 - a mistake of ours: say so before the process ends
            sys.excepthook(*sys.exc_info())
        finally:
            with contextlib.suppress(Exception):
                self._close()
            os._exit(0)

    def _alone(self, order: Order, files: list[BinaryIO]) -> list[Outcome]:
        try:
            return [self._do(order, files)]
        except Exception as error:  # noqa: BLE001 - whatever it is, the waiting request must hear of it
            return [_refusal(error)]

    def _together(self, orders: Sequence[Order]) -> list[Outcome]:
        """Make one version of several updates, each of which is in it as a whole or not at all."""
        self._is_publishing = False
        try:
            with self._updater_of(orders[0].store).transaction(orders[0].wait, publishing=self._publishing) as transaction:
                self._limit()
                end = time.monotonic() + TOGETHER
                done = [_one_of_several(one, transaction) if time.monotonic() < end else RefusedError(AGAIN) for one in orders]
        except Exception as error:  # noqa: BLE001 - as above
            told = _refusal(error) if self._is_publishing else RefusedError(AGAIN)
            return [told] * len(orders)
        last = self._has_grown()
        return [replace(one, version=transaction.version, is_last=last) if isinstance(one, Written) else one for one in done]

    def _do(self, order: Order, files: list[BinaryIO]) -> Written:
        update = _prepared(order)
        updater = self._updater_of(order.store)
        is_new = False
        with updater.transaction(order.wait, publishing=self._publishing) as transaction:
            self._limit()
            if order.expected is not None and order.expected != transaction.previous:
                raise RefusedError("changed")
            if update is not None:
                updates.run(update, transaction)
            else:
                is_new = _change(transaction, order, files)
        added, removed = (transaction.added, transaction.removed) if transaction.is_followed else (None, None)
        return Written(transaction.version, is_new, added, removed, is_last=self._has_grown())

    def _has_grown(self) -> bool:
        return usage()[1] - self._at_first > GROWN

    def _publishing(self) -> None:
        self._is_publishing = True
        send_stage(self._control, Stage.PUBLISHING)

    def _limit(self) -> None:
        """Let the data of this process grow by so much and no more from here on; the store's own threads are there now."""
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        limit = usage()[0] + self._memory
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_DATA, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))

    def _updater_of(self, store: str) -> Updater:
        if self._updater is None or self._updater[0] != store:
            self._close()
            self._updater = (store, Updater(store))
        return self._updater[1]

    def _close(self) -> None:
        if self._updater is not None:
            self._updater[1].close()


class _SpoiltError(Exception):
    """One of several updates failed half-way: what it has done can't be told from what the others have done."""


def _prepared(order: Order) -> updates.Update | None:
    return None if order.update is None else updates.prepare(order.update, order.base_iri, order.using, order.using_named)


def _one_of_several(order: Order, transaction: Transaction) -> Outcome:
    """Run an update beside others; raises `_SpoiltError` where it fails having changed something."""
    before = transaction.has_changed, transaction.added, transaction.removed
    transaction.has_changed = False
    try:
        update = _prepared(order)
        assert update is not None  # noqa: S101 - only updates are put together
        updates.run(update, transaction)
    except Exception as error:
        if transaction.has_changed:
            raise _SpoiltError from error
        transaction.has_changed = before[0]
        return _refusal(error)
    transaction.has_changed = transaction.has_changed or before[0]
    is_counted = transaction.is_followed
    added, removed = transaction.added - before[1], transaction.removed - before[2]
    return Written("", is_new=False, added=added if is_counted else None, removed=removed if is_counted else None)


def _change(transaction: Transaction, order: Order, files: list[BinaryIO]) -> bool:
    graph: GraphName = ox.DefaultGraph() if order.graph is None else ox.NamedNode(order.graph)
    documents = [Document(file, part.form, part.base_iri) for file, part in zip(files, order.parts, strict=True)]
    assert order.method in {"PUT", "POST", "DELETE"}  # noqa: S101
    return change(transaction, order.method, graph, documents)  # type: ignore[arg-type]


def _refusal(error: Exception) -> RefusedError:
    if isinstance(error, RefusedError):
        return error
    if isinstance(error, MemoryError):
        return RefusedError("memory")
    kind = next((kind for known, kind in _KINDS if isinstance(error, known)), None)
    if kind is None:
        sys.excepthook(type(error), error, error.__traceback__)
        return RefusedError("lost", str(error))
    if isinstance(error, UnreadableDocumentError):
        return RefusedError(kind, str(error.args[0]), error.lineno, error.offset)
    return RefusedError(kind, str(error))
