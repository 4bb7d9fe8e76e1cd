"""Files that are there when they are whole: written beside their place, then moved there."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def replaced(path: Path, *, durable: bool = False, mode: int | None = None, meanwhile: str | None = None) -> Iterator[IO[bytes]]:
    """A stream into a file that takes its name, and the place of an older one, at the end of the block.

    Args:
        path: The file. An exception, or a kill, leaves what was there before.
        durable: Whether the new one is also there after a power cut, once the block has ended.
        mode: Permissions from the first moment; by default those of the older file, or what any new file gets.
        meanwhile: What the file is called as long as it is written, where a lock keeps others away: so what a kill left
            is overwritten the next time. By default a name that nobody else has.

    Raises `OSError`.
    """
    new = path.with_name(meanwhile or f".{path.name}.{secrets.token_hex(8)}")
    if meanwhile is not None:
        new.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    descriptor = os.open(new, flags, 0o666 if mode is None else mode)
    try:
        with open(descriptor, "wb") as stream:  # noqa: PTH123 - a descriptor
            yield stream
            stream.flush()
            if mode is None:
                with contextlib.suppress(FileNotFoundError):
                    os.fchmod(stream.fileno(), stat.S_IMODE(path.stat().st_mode))
            if durable:
                os.fsync(stream.fileno())
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    if durable:
        sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Make a file's content safe on disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Make the names in a folder safe on disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        # Some network file systems can't sync folders; there the order of renames is all we have.
        with contextlib.suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
