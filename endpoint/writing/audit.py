"""The log of writes: JSON lines, one when a write begins and one when it ends, so that none is lost with its process.

No secrets and no content: who (the token's name, the client's address), when, what (operation, graph, bytes), how it ended
and in which version.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES: Final = 10_000_000
"""Bytes of the file, from when on a new one is begun."""
KEPT: Final = 9
"""Older files that are kept, ``.1`` the newest."""
_LOG = logging.getLogger(__name__)


class Audit:
    """Appends to the file, which is made by the first write, for its owner's eyes only. Safe for many threads."""

    def __init__(self, path: Path, *, max_bytes: int = MAX_BYTES, kept: int = KEPT) -> None:
        self.path = path
        self._handler = _Handler(path, maxBytes=max_bytes, backupCount=kept, encoding="utf-8", delay=True)

    def write(self, event: str, **fields: object) -> None:
        """Append a line. Fields that are None are left out. Raises `OSError`: nobody writes unseen."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        content = {"time": now, "event": event, **{name: value for name, value in fields.items() if value is not None}}
        line = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace").decode()
        self._handler.handle(logging.LogRecord("audit", logging.INFO, __file__, 0, line, None, None))

    def close(self) -> None:
        """Close the file."""
        self._handler.close()


class _Handler(RotatingFileHandler):
    def _open(self):  # type: ignore[no-untyped-def]
        return open(self.baseFilename, "a", encoding=self.encoding, opener=lambda name, flags: os.open(name, flags, 0o600))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - the signature is logging's
        error = sys.exception()
        if error is not None:
            raise error
