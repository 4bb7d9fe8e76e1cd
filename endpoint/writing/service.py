"""Writing as the routes see it: an order is audited, done, and its outcome told as an answer."""

from __future__ import annotations

import time
import uuid
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from flask import request

from endpoint import clients
from endpoint.errors import Problem
from endpoint.services import services
from endpoint.sparql.asking import lowered
from endpoint.workers.executor import share_of_memory
from endpoint.writing.audit import Audit
from endpoint.writing.documents import Reading
from endpoint.writing.following import Following
from endpoint.writing.outcomes import RETRY, UNCHANGED, problem_of
from endpoint.writing.tokens import TokenFile, beside, secret_of, tokens_path
from endpoint.writing.writer import QUEUE, Writer
from kg_build.errors import TokenError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from endpoint.writing.tokens import Token
    from endpoint.writing.wire import Order, Written
    from kg_build.settings import Settings

SHARES: Final = 4
"""The part of the memory for all queries that an update may take where no setting says: one of so many."""


@dataclass(frozen=True, slots=True)
class Request:
    """Who writes what, for the log."""

    token: Token
    operation: str
    size: int
    """Bytes of the body, unpacked."""
    graph: str | None = None


class Writing:
    """What an app has for writing. The process is started by the first order."""

    def __init__(self, settings: Settings) -> None:
        self.tokens = TokenFile(tokens_path(settings))
        self.audit = Audit(Path(settings.audit_log) if settings.audit_log else beside(settings.store, ".audit.jsonl"))
        # Somewhat longer ones get our own 413. In a form a character takes up to twelve bytes.
        self._longest_body = max(settings.max_upload, 12 * settings.max_update_length) * 5 // 4 + 65_536
        memory = settings.update_memory or share_of_memory(SHARES)
        self.writer = Writer(memory)
        self.reading = Reading(memory)
        self._following = Following(settings, self.writer.run)

    @property
    def capacity(self) -> int:
        """Calls of `do` that are of use at the same time: one that writes, and those that may wait."""
        return QUEUE + 1

    def prepare(self) -> None:
        """Start the process now if there is anybody who may write."""
        if self.tokens.tokens():
            self.writer.start()

    def longest_body(self, path: str, headers: Mapping[str, str]) -> int | None:
        """How long a body a server should take of a request: only who may write may send a very long one."""
        if not path.startswith(("/graphs", "/update")):
            return None
        try:
            token = self.tokens.find(secret_of(headers.get("AUTHORIZATION", "")) or "")
        except TokenError:
            return None
        is_good = token is not None and not token.is_expired(time.time())
        return self._longest_body if is_good else None

    def do(self, order: Order, asked: Request, timeout: float, files: Sequence[int] = ()) -> Written:
        """Have an order done within so many seconds. Readers see it when this returns; raises the problem otherwise."""
        began = time.monotonic()
        name = uuid.uuid4().hex[:16]
        self._log(
            "begin",
            id=name,
            token=asked.token.name,
            client=clients.name(request.remote_addr),
            operation=asked.operation,
            graph=asked.graph,
            bytes=asked.size,
        )
        outcome: dict[str, Any] = {"outcome": "internal"}
        try:
            with ExitStack() as stack:
                plain, plain_files = self.reading.plain(stack, order, files, began + timeout)
                written = self.writer.run(plain, plain_files, began + timeout)
            self._following.note(order.store)
            outcome = {"outcome": "written", "version": written.version, "added": written.added, "removed": written.removed}
        except Exception as error:
            problem = problem_of(error, order)
            if problem is None:
                raise
            outcome = {"outcome": problem.type.rpartition(":")[2]}
            raise problem from None
        finally:
            self._log("end", id=name, token=asked.token.name, seconds=round(time.monotonic() - began, 3), **outcome)
            services().source.look_again()
        return written

    def close(self) -> None:
        """End the process."""
        self._following.close()
        self.reading.close()
        self.writer.close()
        self.audit.close()

    def _log(self, event: str, **fields: object) -> None:
        try:
            self.audit.write(event, **fields)
        except OSError:
            if event == "begin":  # Nobody writes unseen; what is written already is better told than denied.
                detail = f"The log of writes can't be written. {UNCHANGED}"
                raise Problem(503, "Can't write", detail, kind="audit", headers=RETRY) from None


def timeout(text: str | None) -> float:
    """The deadline of an order: a request can lower it, not raise it."""
    return lowered(text, services().settings.update_timeout)
