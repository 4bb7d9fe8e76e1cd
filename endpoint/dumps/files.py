"""The dumps' files: each made once for a version of the store, when it is first asked for."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from endpoint.processes import command
from endpoint.services import tag
from kg_build.errors import InputError, StoreError, ZonekgError
from kg_build.exchange import FORMATS, export
from kg_build.exchange.output import new_file, packed
from kg_build.store import Snapshot
from kg_build.store.scratch import ScratchFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg_build.store import Reader

BY_SUFFIX = {f.suffix: f for f in FORMATS.values()}
PREFIX = "zonekg-dump-"
SMALL = 50_000
"""Quads up to which a dump is written by the server itself; a process of its own keeps longer ones from others' way."""
KEPT = 2
"""Versions whose files are kept: the current one, and the one before it for downloads that go on."""
WAITING = 8
"""Requests that may wait for files to be made: each holds one of the server's threads."""
FAILED, UNSAYABLE = 74, 65
"""Exit codes of the process of its own (those of sysexits.h): it could not write; a format can't say what there is."""


class DumpBusyError(Exception):
    """As many requests wait for files as may."""


class DumpFiles:
    """A folder of temporary files. What a server that was killed left there, the next one takes away."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._making: defaultdict[Path, threading.Lock] = defaultdict(threading.Lock)
        self._folders: list[Path] = []
        """Of versions, as they were asked for first: numbers begin anew in a store that is made anew."""
        self._in_use: Counter[str] = Counter()
        self._places = threading.BoundedSemaphore(WAITING)
        self._ready: set[Path] = set()
        self._folder: ScratchFolder | None = None

    def get(self, reader: Reader, suffix: str, *, zipped: bool) -> Path:
        """The file of a reader's version, made now unless it is there. Different files are made at once.

        Raises `DumpBusyError`, `InputError` or `StoreError` where it can't be written just now, `ZonekgError` itself where the
        format can't say what the store has.
        """
        with self._using(reader) as folder:
            return self._get(folder, reader, suffix, zipped=zipped)

    def _get(self, folder: Path, reader: Reader, suffix: str, *, zipped: bool) -> Path:
        plain = self._made(folder / f"zonekg.{suffix}", reader, lambda path: write(reader, suffix, path))
        if not zipped:
            return plain
        return self._made(folder / f"zonekg.{suffix}.gz", reader, lambda path: _pack(plain, path))

    def find(self, version: str, name: str) -> Path | None:
        """The file of a version that is kept still."""
        with self._lock:
            folder = self._folder
        if folder is None:
            return None
        return next((path for path in folder.path.glob(f"{version}-*/{name}") if path.is_file()), None)

    def close(self) -> None:
        """Remove the files; they are made again when they are asked for."""
        with self._lock:
            folder, self._folder = self._folder, None
            self._folders.clear()
            self._making.clear()
            self._ready.clear()
        if folder is not None:
            folder.remove()

    def _made(self, path: Path, reader: Reader, make: Callable[[Path], None]) -> Path:
        with self._lock:
            if path in self._ready and path.exists():
                return path
            making = self._making[path]
        if not self._places.acquire(blocking=False):
            raise DumpBusyError
        try:
            with making:
                if not path.exists():
                    make(path)
                    # The file is as old as its version: that is what `Last-Modified` tells, now and when a newer one is there.
                    os.utime(path, (reader.modified, reader.modified))
                with self._lock:
                    self._ready.add(path)
        finally:
            self._places.release()
        return path

    @contextlib.contextmanager
    def _using(self, reader: Reader) -> Iterator[Path]:
        """The folder of a version, kept as long as something is made there, however many versions come meanwhile."""
        name = identity(reader)
        with self._lock:
            self._in_use[name] += 1
        try:
            yield self._of(reader)
        finally:
            with self._lock:
                self._in_use[name] -= 1
                self._in_use += Counter()  # Drops those that nobody uses.

    def _of(self, reader: Reader) -> Path:
        with self._lock:
            if self._folder is None:
                self._folder = ScratchFolder(PREFIX)
            root = self._folder.path
            folder = root / identity(reader)
            if not folder.is_dir():
                folder.mkdir()
                self._folders.append(folder)
                for old in self._folders[:-KEPT]:
                    if old.name not in self._in_use:  # What is being made there is waited for.
                        self._forget(old)
            return folder

    def _forget(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self._folders.remove(folder)
        for path in [path for path in self._making if path.parent == folder]:
            del self._making[path]
        self._ready -= {path for path in self._ready if path.parent == folder}


def identity(reader: Reader) -> str:
    """A name for a version of a store: the folder of its files, and what their entity tags begin with."""
    return f"{reader.version}-{tag(reader)[:16]}"


def write(reader: Reader, suffix: str, path: Path) -> None:
    """Write a dump of all that a reader has; the file is there when it is whole."""
    if not reader.has_more_than(SMALL):
        with new_file(path) as stream:
            export(reader, stream, BY_SUFFIX[suffix].name)
        return
    snapshot = json.dumps(reader.snapshot.to_json())
    done = subprocess.run(  # noqa: S603 - ours
        command("endpoint.dumps.files", snapshot, suffix, str(path)),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        said = done.stderr.strip().rpartition("\n")[2]
        if done.returncode == UNSAYABLE:
            raise ZonekgError(said)
        raise StoreError(f"the dump was not finished ({done.returncode}): {said}")


def _pack(plain: Path, path: Path) -> None:
    with plain.open("rb") as source, new_file(path) as stream, packed(stream) as packing:
        shutil.copyfileobj(source, packing, 1 << 20)


def main(snapshot: str, suffix: str, path: str) -> int:
    """What the process of its own does; the snapshot is JSON."""
    os.nice(5)
    try:
        with new_file(Path(path)) as stream:
            export(Snapshot.from_json(json.loads(snapshot)).open(), stream, BY_SUFFIX[suffix].name)
    except ZonekgError as error:
        sys.stderr.write(f"{error}\n")
        return FAILED if isinstance(error, InputError | StoreError) else UNSAYABLE
    return 0
