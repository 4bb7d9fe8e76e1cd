"""Files and folders that are there when they are complete, and not before."""

from __future__ import annotations

import contextlib
import gzip
import shutil
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from kg_build.errors import InputError
from kg_build.files import replaced

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def new_file(path: Path, *, durable: bool = False) -> Iterator[IO[bytes]]:
    """`kg_build.files.replaced`, for a file that a user named. Raises `InputError` where it can't be written.

    A link goes on being one: the file that it leads to is replaced. A device or a pipe is written to as it is.
    """
    try:
        # Root could put a file in the place of a device.
        special = path.exists() and not path.is_file()
        with path.open("wb") if special else replaced(path.resolve(), durable=durable) as stream:
            yield stream
    except OSError as error:
        raise InputError(path, f"can't be written: {error.strerror}") from error


@contextlib.contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder to write files into; at the end of the block they go to ``path``, in the place of older ones of their names.

    Other files of ``path`` stay. Raises `InputError` where it can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
        try:
            yield folder
            path.mkdir(exist_ok=True)
            for file in sorted(folder.iterdir()):
                file.replace(path / file.name)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise InputError(path, f"can't be written: {error.strerror}") from error


@contextlib.contextmanager
def packed(stream: IO[bytes]) -> Iterator[IO[bytes]]:
    """A stream that packs what it gets with gzip (RFC 1952) into another; the same bytes give the same bytes."""
    # No name and no time in the header.
    with gzip.GzipFile("", "wb", 6, stream, mtime=0) as packing:
        yield cast("IO[bytes]", packing)
