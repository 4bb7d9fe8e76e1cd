"""Where things lie in a store's folder, and the marker that says that it is one.

``format`` (what this is, JSON), ``lock`` (held while building), ``current`` (the number of the version in use),
``versions/<number>/db`` (an Oxigraph database, never opened for writing), ``versions/<number>/union`` (the same with the
union of all graphs as its default graph), ``versions/<number>/search.sqlite`` (the words of names and quotes),
``versions/<number>/texts.jsonl`` (which text belongs to which file),
``versions/<number>/in-use`` (readers hold a shared lock on it), ``texts/<2 hex>/<sha256>`` (the
texts, shared by all versions), ``work/`` (what a build is making; thrown away by the next one when a build was killed),
``writing/<name>`` (the databases that a server which takes updates keeps open between them), ``updating`` (held beside
``lock`` where that is held for an update only).
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from kg_build.errors import StoreError
from kg_build.files import replaced, sync_file, sync_folder

FORMAT = "zonekg store"
FORMAT_VERSION = 1
SEARCH = "search.sqlite"
"""Name of the search index, beside the databases. Versions built before there was one have none."""
_OWN_NAMES = {"format", "format.new", "lock"}


class Layout:
    """The paths of one store folder."""

    def __init__(self, directory: Path | str) -> None:
        self.directory = Path(directory)
        self.format = self.directory / "format"
        self.lock = self.directory / "lock"
        self.current = self.directory / "current"
        self.versions = self.directory / "versions"
        self.texts = self.directory / "texts"
        self.work = self.directory / "work"
        self.writing = self.directory / "writing"
        self.updating = self.directory / "updating"

    def database(self, version: str) -> Path:
        """The Oxigraph database of a version."""
        return self.versions / version / "db"

    def union(self, version: str) -> Path:
        """The Oxigraph database of a version that has the union of all graphs as its default graph."""
        return self.versions / version / "union"

    def search(self, version: str) -> Path:
        """The index of a version that names and quotes are searched in."""
        return self.versions / version / SEARCH

    def index(self, version: str) -> Path:
        """The table of texts of a version."""
        return self.versions / version / "texts.jsonl"

    def in_use(self, version: str) -> Path:
        """The file on which readers of a version hold a shared lock."""
        return self.versions / version / "in-use"

    def text(self, sha256: str) -> Path:
        """Where a text lies, under its hash."""
        return self.texts / sha256[:2] / sha256

    def current_version(self) -> str | None:
        """The version in use; None where no build has ever been finished. Raises `StoreError` where it is damaged."""
        try:
            version = self.current.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(f"{self.directory}: can't read which version is current: {reason(error)}") from error
        if not version.isdecimal():
            raise StoreError(f"{self.directory}: damaged: the file {self.current.name!r} names no version")
        return version

    def check(self) -> None:
        """Raise `StoreError` unless the folder is a store that this program can read."""
        try:
            marker = json.loads(self.format.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            raise StoreError(self._why_no_store()) from None
        except OSError as error:
            raise StoreError(f"{self.directory}: can't be read: {reason(error)}") from error
        except ValueError as error:
            raise StoreError(f"{self.directory}: damaged: its file {self.format.name!r} can't be understood") from error
        if not isinstance(marker, dict) or marker.get("format") != FORMAT or not isinstance(marker.get("version"), int):
            raise StoreError(f"{self.directory}: damaged: its file {self.format.name!r} can't be understood")
        if marker["version"] != FORMAT_VERSION:
            raise StoreError(
                f"{self.directory}: a store of format {marker['version']}, this program reads format {FORMAT_VERSION}:"
                " build it again with --fresh in another folder"
            )

    def _why_no_store(self) -> str:
        try:
            if not self.directory.exists():
                return f"{self.directory}: no store here (make one with: zonekg build PATH --store {self.directory})"
            if not self.directory.is_dir():
                return f"{self.directory}: a file, not the folder of a store"
        except OSError as error:
            return f"{self.directory}: can't be read: {reason(error)}"
        return f"{self.directory}: a folder, but not a store"

    def prepare(self) -> None:
        """Make the folder a store unless it is one. Refuses a folder that holds anything else."""
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            foreign = not self.format.exists() and {p.name for p in self.directory.iterdir()} - _OWN_NAMES
        except (FileExistsError, NotADirectoryError):
            raise StoreError(f"{self.directory}: a file, not the folder of a store") from None
        except OSError as error:
            raise StoreError(f"{self.directory}: can't be made into a store: {reason(error)}") from error
        if foreign:
            raise StoreError(f"{self.directory}: a folder with other things in it, not a store")

    def mark(self) -> None:
        """Write the marker where it is missing; called with the lock held."""
        if not self.format.exists():
            write_atomically(self.format, json.dumps({"format": FORMAT, "version": FORMAT_VERSION}) + "\n")


def write_atomically(path: Path, text: str) -> None:
    """Replace a small file so that a reader, or the next start after a power cut, sees the old or the new one.

    Called with the lock held.
    """
    with replaced(path, durable=True, meanwhile=path.name + ".new") as file:
        file.write(text.encode())


def sync_tree(path: Path, *, links: bool = True) -> None:
    """Make all files below a folder, and their names, safe on disk.

    ``links``: the content of hard links, too. Those of a checkpoint are tables that RocksDB itself has made safe when it
    wrote them.
    """
    for folder, _, names in os.walk(path):
        for name in names:
            file = Path(folder) / name
            if links or file.stat().st_nlink == 1:
                sync_file(file)
        sync_folder(Path(folder))


def put_in_place(layout: Layout, folder: Path, version: str) -> None:
    """Make a finished version, safe on disk, the current one. Only the last rename can be seen; called with the lock held."""
    layout.versions.mkdir(exist_ok=True)
    folder.rename(layout.versions / version)
    sync_folder(layout.versions)
    sync_folder(layout.directory)
    write_atomically(layout.current, version + "\n")


def reason(error: BaseException) -> str:
    """The reason of an error of the operating system in a few words, without paths and numbers."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).splitlines()[0] if str(error) else type(error).__name__
