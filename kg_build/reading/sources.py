"""Which files to read: files, folders, patterns and standard input."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg_build.errors import InputError
from kg_build.reading.formats import SUFFIXES

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read. ``source_file`` is its path relative to the PATH that was given, with ``/``; ``-`` for stdin."""

    path: Path
    source_file: str


def find_sources(paths: Sequence[str | Path], *, on_error: Callable[[InputError], None] | None = None) -> Iterator[Found]:
    """The files that the given paths name, each once, folders searched all through, in a fixed order.

    Args:
        paths: Files (any suffix), folders (searched for the known formats), patterns with ``*``, ``?``, ``[…]`` or ``**``,
            or ``-`` for standard input.
        on_error: Takes the error of a path that names nothing, and the search goes on; without it the error is raised.
    """
    met: set[str] = set()
    for path in paths:
        try:
            found = _find(str(path))
        except InputError as error:
            if on_error is None:
                raise
            on_error(error)
            continue
        for one in found:
            key = STDIN if one.source_file == STDIN else os.path.realpath(one.path)
            if key not in met:
                met.add(key)
                yield one


def _find(given: str) -> list[Found]:
    if given == STDIN:
        return [Found(Path(STDIN), STDIN)]
    path = Path(given)
    try:
        if path.is_dir():
            return _search(path)
        if path.exists():
            return [Found(path, path.name)]
    except (OSError, ValueError) as error:
        raise InputError(given, "no such file or folder") from error
    if glob.has_magic(given):
        files = sorted(Path(name) for name in glob.glob(given, recursive=True) if Path(name).is_file())  # noqa: PTH207 - Path.glob takes no absolute pattern
        if not files:
            raise InputError(given, "no file fits the pattern")
        fixed = Path(given)
        while glob.has_magic(str(fixed)):
            fixed = fixed.parent
        return [Found(file, file.relative_to(fixed).as_posix()) for file in files]
    raise InputError(given, "no such file or folder")


def _search(folder: Path) -> list[Found]:
    found: list[Found] = []
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(root, name)
            if not name.startswith(".") and path.suffix.lower() in SUFFIXES and path.is_file():
                found.append(Found(path, path.relative_to(folder).as_posix()))
    if not found:
        raise InputError(folder, "a folder without any file that can be read (.txt, .html, .pdf, .jsonl, .csv, .tsv)")
    return sorted(found, key=lambda one: one.source_file)


def read_bytes(found: Found, max_size: int) -> bytes:
    """All bytes of a file (or of standard input), if they are no more than ``max_size``; raises `InputError`."""
    try:
        if found.source_file == STDIN:
            data = sys.stdin.buffer.read(max_size + 1)
        else:
            if not found.path.is_file():
                raise InputError(found.path, "not a regular file")
            size = found.path.stat().st_size
            if size > max_size:
                raise InputError(found.path, f"too large: {size} bytes, the limit is {max_size} (max_file_size)")
            data = found.path.read_bytes()
    except OSError as error:
        raise InputError(found.path, error.strerror or "can't be read") from error
    if len(data) > max_size:
        raise InputError(found.path, f"too large: more than {max_size} bytes (max_file_size)")
    if not data:
        raise InputError(found.path, "an empty file")
    return data
