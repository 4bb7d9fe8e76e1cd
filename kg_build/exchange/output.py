"""Files and folders that are there when they are complete, and not before."""

from __future__ import annotations

import contextlib
import gzip
import secrets
import shutil
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from kg_build.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """A stream into a file that takes its name, and the place of an older one, at the end of the block.

    An exception, or a kill, leaves what was there before. Raises `InputError` where the file can't be written.
    """
    new = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        # Opened as any file is, for the permissions that any gets: to ask for the umask is to change it, for all threads.
        with new.open("xb") as stream:
            try:
                yield cast("IO[bytes]", stream)
                stream.flush()
                new.replace(path)
            except BaseException:
                new.unlink(missing_ok=True)
                raise
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
