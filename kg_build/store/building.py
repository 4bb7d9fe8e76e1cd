"""Building: a new version is made beside the one in use and swapped in at the end, or not at all."""

from __future__ import annotations

import contextlib
import shutil
from itertools import islice
from typing import TYPE_CHECKING

import pyoxigraph as ox
from filelock import FileLock, Timeout

from kg_build.errors import StoreError
from kg_build.files import sync_file, sync_folder
from kg_build.search import make_index
from kg_build.store.layout import SEARCH, Layout, put_in_place, reason, sync_tree
from kg_build.store.locks import is_free
from kg_build.store.texts import TextIndex, decode, digest, encode
from kg_build.store.union import make_union

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from types import TracebackType

BULK = 10_000
"""Quads from which on files are written straight to disk instead of through the log (two to three times faster by then)."""
AT_ONCE = 100_000
"""Quads that are gathered before they are written."""
PATIENCE = 60.0
"""Seconds that a build waits for updates under way."""
MOMENT = 0.1
"""Seconds within which whoever has the lock for an update tells so."""


class Build:
    """A version in the making: what is changed here is seen by nobody before `open_for_build` ends well.

    ``database`` may be queried and changed like any `pyoxigraph.Store`. ``version`` is the number that it will get.
    """

    def __init__(self, layout: Layout, previous: str | None, version: str, *, fresh: bool) -> None:
        self.directory = layout.directory
        self.version = version
        self.fresh = fresh
        self._layout = layout
        self._folder = layout.work / "version"
        self._live = layout.work / "live"
        self._new_texts: set[Path] = set()
        self._is_new = previous is None or fresh
        self._folder.mkdir(parents=True)
        if previous is None or fresh:
            self._database: ox.Store | None = ox.Store(self._live)
            self._index = TextIndex()
        else:
            # A checkpoint: hard links to the immutable files, so it costs milliseconds whatever the size.
            ox.Store.read_only(str(layout.database(previous))).backup(self._live)
            self._database = ox.Store(self._live)
            self._index = TextIndex.read(layout.index(previous))

    @property
    def database(self) -> ox.Store:
        """The store, with every change so far."""
        if self._database is None:
            raise StoreError(f"{self.directory}: this build is over")
        return self._database

    def extend(self, quads: Iterable[ox.Quad]) -> None:
        """Add quads. All of them or, where the iterable raises, none of the last `AT_ONCE` or fewer."""
        with self._writing():
            rest = iter(quads)
            while batch := list(islice(rest, AT_ONCE)):
                if len(batch) >= BULK:
                    self.database.bulk_extend(batch)
                else:
                    self.database.extend(batch)

    def remove_graph(self, graph: str | ox.NamedNode) -> None:
        """Remove a named graph with all that stands in it; none of that name is no error."""
        with self._writing():
            self.database.remove_graph(ox.NamedNode(graph) if isinstance(graph, str) else graph)

    def replace_graphs(self, graphs: Iterable[str | ox.NamedNode], quads: Iterable[ox.Quad]) -> None:
        """Empty the named graphs, then add the quads (which may stand in other graphs, too)."""
        for graph in graphs:
            self.remove_graph(graph)
        self.extend(quads)

    def remove(self, quads: Iterable[ox.Quad]) -> None:
        """Take single quads out; those that aren't there are passed over."""
        with self._writing():
            for quad in quads:
                self.database.remove(quad)

    def graphs(self) -> Iterator[str]:
        """The IRIs of the named graphs, in no order."""
        return (graph.value for graph in self.database.named_graphs() if isinstance(graph, ox.NamedNode))

    def add_text(self, source_file: str, text: str, row: int | None = None) -> str:
        """Keep the text that positions of a source count in; returns its SHA-256. The same text is kept once."""
        sha256 = digest(text)
        path = self._layout.text(sha256)
        with self._writing():
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                new = self._layout.work / sha256
                new.write_bytes(encode(text))
                new.replace(path)
            self._new_texts.add(path)
        self._index.set(source_file, row, sha256)
        return sha256

    def remove_texts(self, source_file: str) -> None:
        """Forget the texts of a file and of all its rows."""
        self._index.discard(source_file)

    def text(self, source_file: str, row: int | None = None) -> str | None:
        """The text of a source as it stands now; None where there is none."""
        sha256 = self._index.get(source_file, row)
        return None if sha256 is None else decode(self._layout.text(sha256).read_bytes())

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(f"{self.directory}: can't be written: {reason(error)}") from error

    def _publish(self) -> None:
        """Make all safe on disk, put the version in its place and swap. Only the last rename can be seen."""
        with self._writing():
            if self._is_new:
                # Written in pieces, an index lies in several files, and a lookup goes through each. The union shares them.
                self.database.optimize()
            self.database.flush()
            # The published database is a checkpoint that nobody ever opened for writing: no log, no background merges.
            self.database.backup(self._folder / "db")
            make_union(self.database, self._layout.work / "union", self._folder / "union", compact=self._is_new)
            self._database = None
            union = ox.Store.read_only(str(self._folder / "union"))
            make_index(union, self._layout.work / SEARCH, self._folder / SEARCH)
            self._index.write(self._folder / "texts.jsonl")
            (self._folder / "in-use").touch()
            sync_tree(self._folder)
            for path in self._new_texts:
                sync_file(path)
            for parent in {path.parent for path in self._new_texts}:
                sync_folder(parent)
            put_in_place(self._layout, self._folder, self.version)

    def _abandon(self) -> None:
        self._database = None


class open_for_build:  # noqa: N801
    """``with open_for_build(folder) as build:`` changes a store; the end of the block makes the changes the current version.

    An exception, a kill or a power cut leaves the old version. Only one build at a time: a second one raises `StoreError`
    at once (an update over HTTP is waited for). A folder that doesn't exist is made; one that holds other things is refused.
    """

    def __init__(self, directory: Path | str, *, fresh: bool = False) -> None:
        self._layout = Layout(directory)
        self._fresh = fresh
        self._lock = FileLock(self._layout.lock)
        self._build: Build | None = None

    def __enter__(self) -> Build:
        self._layout.prepare()
        try:
            self._acquire()
        except Timeout:
            raise StoreError(f"{self._layout.directory}: in use by another build") from None
        except OSError as error:
            raise StoreError(f"{self._layout.directory}: can't be written: {reason(error)}") from error
        try:
            self._build = self._begin()
        except (OSError, RuntimeError) as error:  # A damaged database is a RuntimeError.
            self._lock.release()
            raise StoreError(f"{self._layout.directory}: can't be opened: {reason(error)}") from error
        except BaseException:
            self._lock.release()
            raise
        return self._build

    def _acquire(self) -> None:
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            if is_free(self._layout.updating):
                # A build has it, or an update that is just about to say so, or that has said so and is through.
                with contextlib.suppress(Timeout):
                    self._lock.acquire(timeout=MOMENT)
                    return
                if is_free(self._layout.updating):
                    raise
            self._lock.acquire(timeout=PATIENCE)  # An update is soon through.

    def _begin(self) -> Build:
        layout = self._layout
        layout.mark()
        layout.check()
        try:
            previous = layout.current_version()
        except StoreError:
            if not self._fresh:
                raise
            previous = None  # A fresh build is how a damaged store is put right.
        if previous is not None and not self._fresh and not layout.database(previous).is_dir():
            raise StoreError(f"{layout.directory}: damaged: version {previous} is gone; build it again with --fresh")
        clean(layout, previous)
        return Build(layout, previous, next_version(layout, previous), fresh=self._fresh)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._build is not None  # noqa: S101
        try:
            if error is None:
                self._build._publish()  # noqa: SLF001
        finally:
            self._build._abandon()  # noqa: SLF001
            self._build = None
            with contextlib.suppress(OSError, StoreError):
                clean(self._layout, self._layout.current_version())
            self._lock.release()


def next_version(layout: Layout, previous: str | None) -> str:
    """The number of the version to come: above all that are there."""
    numbers = [int(p.name) for p in layout.versions.glob("*") if p.name.isdecimal()]
    return f"{max([*numbers, int(previous or 0)]) + 1:08d}"


def clean(layout: Layout, current: str | None) -> None:
    """Remove what killed builds left and versions that are no longer needed; called with the lock held.

    Kept are the version in use, the one before it (for a reader that has just looked up its number), those that a
    reader holds, and their texts.
    """
    shutil.rmtree(layout.work, ignore_errors=True)
    for folder in layout.writing.glob("*"):
        if is_free(folder / "in-use"):
            shutil.rmtree(folder, ignore_errors=True)
    kept = drop_versions(layout, current)
    try:
        used = set().union(*(TextIndex.read(folder / "texts.jsonl").hashes() for folder in kept))
    except StoreError:
        return  # Where a table can't be read, no text is known to be unneeded.
    for path in layout.texts.glob("*/*"):
        if path.name not in used:
            path.unlink(missing_ok=True)


def drop_versions(layout: Layout, current: str | None) -> list[Path]:
    """The part of `clean` that has to do with versions; returns the folders of those that are kept."""
    folders = sorted(p for p in layout.versions.glob("*") if p.name.isdecimal())
    older = [p for p in folders if current is not None and int(p.name) < int(current)]
    kept: list[Path] = []
    for folder in folders:
        # A version above the current one was made by a build that was killed just before the swap.
        needed = folder.name == current or folder in older[-1:]
        if needed or not is_free(layout.in_use(folder.name)):
            kept.append(folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return kept
