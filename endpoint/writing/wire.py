"""What the server and the writing process say to each other over a socket: JSON with its length before it.

With an order come the descriptors of the files that it speaks of (bodies, on disk). The answers: that it has begun, that the
change is made and is being published, and what came of it.
"""

from __future__ import annotations

import json
import socket
import struct
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

LENGTH: Final = struct.Struct("!I")
MOST_FILES: Final = 16
"""Files of one order."""


@dataclass(frozen=True, slots=True)
class Part:
    """A body, or a part of one, in a file: a name of `kg_build.exchange.FORMATS`, and what relative IRIs are taken against."""

    form: str
    base_iri: str


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be written, and to which store."""

    store: str
    wait: float
    """Seconds to wait for a build."""
    expected: str | None = None
    """The version that it is meant for; None: any."""
    update: str | None = None
    base_iri: str = ""
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()
    method: str | None = None
    """PUT, POST or DELETE of a graph where it is no update."""
    graph: str | None = None
    """Its name; None for the default graph."""
    parts: tuple[Part, ...] = ()
    together: int = 1
    """This one and so many less one that follow are to be one version. Those have no files and no conditions."""

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Order:
        """The inverse of `dataclasses.asdict` and JSON."""
        parts = tuple(Part(**part) for part in fields.pop("parts"))
        using, named = tuple(fields.pop("using")), tuple(fields.pop("using_named"))
        return cls(**fields, parts=parts, using=using, using_named=named)


@dataclass(frozen=True, slots=True)
class Written:
    """What was done: the version that holds it and, where they could be counted, the quads that came and went."""

    version: str
    is_new: bool
    """Whether there was no graph of that name."""
    added: int | None
    removed: int | None
    is_last: bool = False
    """Whether the process ends after it, by its own wish."""


class Stage(StrEnum):
    """How far an order is."""

    BEGUN = "begun"
    """It has reached the process. What ends before that may be sent again."""
    PUBLISHING = "publishing"
    """The change is made and is becoming a version. Until that nothing is written."""


AGAIN: Final = "again"
"""The kind of refusal that sends an order of several back, to be given alone. Nothing has been written of it."""


class RefusedError(Exception):
    """It wasn't done. ``kind`` is the ending of a problem's type (`endpoint.errors`); the place is that in a body."""

    def __init__(self, kind: str, message: str = "", line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.line = line
        self.column = column

    @property
    def is_last(self) -> bool:
        """Whether the process ends after it."""
        return self.kind in {"memory", "lost"}


def send_order(end: socket.socket, order: Order, files: Sequence[int]) -> None:
    """Send an order and its files."""
    data = json.dumps(asdict(order)).encode()
    socket.send_fds(end, [LENGTH.pack(len(data))], list(files))
    end.sendall(data)


def receive_order(end: socket.socket) -> tuple[Order, list[int]]:
    """The next order. Raises `EOFError` when there are no more."""
    head, files, _, _ = socket.recv_fds(end, LENGTH.size, MOST_FILES)
    if not head:
        raise EOFError
    head += _exactly(end, LENGTH.size - len(head))
    return Order.from_json(json.loads(_exactly(end, LENGTH.unpack(head)[0]))), files


def send_stage(end: socket.socket, stage: Stage) -> None:
    """Say how far an order is."""
    _send(end, {"stage": stage})


def send_outcome(end: socket.socket, outcome: Written | RefusedError) -> None:
    """Say what came of an order."""
    if isinstance(outcome, Written):
        _send(end, {"written": asdict(outcome)})
    else:
        _send(end, {"refused": [outcome.kind, outcome.message, outcome.line, outcome.column]})


def receive(end: socket.socket) -> Written | Stage:
    """How far an order is, or what came of it. Raises `RefusedError`, `EOFError`, `TimeoutError`."""
    fields = json.loads(_exactly(end, LENGTH.unpack(_exactly(end, LENGTH.size))[0]))
    if "refused" in fields:
        raise RefusedError(*fields["refused"])
    return Written(**fields["written"]) if "written" in fields else Stage(fields["stage"])


def _send(end: socket.socket, content: dict[str, Any]) -> None:
    data = json.dumps(content).encode("utf-8", "replace")
    end.sendall(LENGTH.pack(len(data)) + data)


def _exactly(end: socket.socket, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        try:
            piece = end.recv(min(1 << 16, length - len(data)))
        except ConnectionError:
            piece = b""
        if not piece:
            raise EOFError
        data += piece
    return bytes(data)
