"""What came of a write, as the answer to its client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from endpoint.errors import Problem
from endpoint.execution import BusyError, MemoryLimitError, QueryTimeoutError, WorkerLostError
from endpoint.writing.wire import RefusedError
from endpoint.writing.writer import UnknownOutcomeError

if TYPE_CHECKING:
    from endpoint.writing.wire import Order

RETRY: Final = {"Retry-After": "5"}
UNCHANGED: Final = "Nothing has been written."
_TOO_LARGE: Final = (503, "Too large", "memory", f"It needed more memory than an update may have, and was given up. {UNCHANGED}")
_FAILURES: Final[dict[type[Exception], tuple[int, str, str, str]]] = {
    QueryTimeoutError: (503, "Timed out", "timeout", f"It was given up at its deadline. {UNCHANGED}"),
    BusyError: (503, "Busy", "busy", f"Others are writing; there was no turn for this one in time. {UNCHANGED}"),
    MemoryLimitError: _TOO_LARGE,
    WorkerLostError: (503, "Lost", "lost", f"What ran it ended before it was through. {UNCHANGED}"),
    UnknownOutcomeError: (
        503,
        "Outcome unknown",
        "outcome-unknown",
        "What ran it ended while it was being written down. It may have been written, as a whole, or not at all: look.",
    ),
}
"""What can become of the writing process: status, title, kind, detail."""
_REFUSALS: Final[dict[str, tuple[int, str, str, str]]] = {
    "load": (403, "LOAD is switched off", "load", "This server fetches nothing from elsewhere. Send the data to /graphs."),
    "dataset": (
        400,
        "Two datasets",
        "dataset",
        "The request has using-graph-uri or using-named-graph-uri, and the update has USING or WITH: one or the other.",
    ),
    "update-length": (413, "Update too long", "update-length", "{message}"),
    "document": (400, "Malformed document", "document", "{message}"),
    "other-graph": (400, "Another graph", "other-graph", "The body speaks of another graph than the request: {message}"),
    "unknown-graph": (404, "Not Found", "unknown-graph", "There is no graph called {graph}"),
    "changed": (412, "Precondition Failed", "changed", f"The graph is no longer what it was. {UNCHANGED}"),
    "store-busy": (503, "Busy", "busy", f"A build, or another server's update, is under way. {UNCHANGED}"),
    "store": (503, "The store can't be written", "store", f"The store can't be written just now. {UNCHANGED}"),
    "memory": _TOO_LARGE,
    "evaluation": (400, "Update can't be evaluated", "evaluation", "{message}"),
}
"""What the writing process says of an order, likewise."""


def problem_of(error: Exception, order: Order) -> Problem | None:
    """The problem that tells of an error; None where it is a mistake of ours."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, RefusedError):
        return _refusal(error, order)
    found = next((values for known, values in _FAILURES.items() if isinstance(error, known)), None)
    return None if found is None else _made(found)


def _refusal(error: RefusedError, order: Order) -> Problem | None:
    from endpoint.sparql import protocol  # noqa: PLC0415 - whose module needs the app's services, which hold this

    if error.kind == "query-syntax":
        return protocol.malformed(error.message, order.update or "", "update")
    if error.kind in {"service", "nesting"}:
        return protocol.refused(error.kind, "update")
    found = _REFUSALS.get(error.kind)
    if found is None:
        return None
    place = {name: value for name, value in (("line", error.line), ("column", error.column)) if value is not None}
    where = ", ".join(f"{name} {value}" for name, value in place.items())
    message = protocol.shorten(error.message)
    problem = _made(found, message=f"{where.capitalize()}: {message}" if where else message, graph=order.graph)
    problem.members.update(place)
    return problem


def _made(values: tuple[int, str, str, str], **words: object) -> Problem:
    status, title, kind, detail = values
    retry = RETRY if status == 503 and kind != "outcome-unknown" else None
    return Problem(status, title, detail.format(**words), kind=kind, headers=retry)
