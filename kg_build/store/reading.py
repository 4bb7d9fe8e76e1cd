"""Reading: one fixed version of a store, whatever is built meanwhile."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pyoxigraph as ox

from kg_build.errors import StoreError
from kg_build.search import SearchIndex, make_index
from kg_build.store.layout import SEARCH, Layout, reason
from kg_build.store.locks import hold
from kg_build.store.scratch import ScratchFolder
from kg_build.store.snapshots import Result, Snapshot, run_query
from kg_build.store.texts import TextIndex, decode
from kg_build.store.union import make_union

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from rdflib import Dataset

TRIES = 20
COPIES = "zonekg-copy-"
"""What the names of folders with readers' copies begin with."""


class Reader:
    """A version of a store, open for reading. It never changes; `refresh` gives the reader of the version then current.

    ``database`` is a read-only `pyoxigraph.Store` with the named graphs as they were built; ``union`` is one that has, besides,
    the union of them all in its default graph, each triple once (`pyoxigraph` itself counts a triple once a graph when it
    is told to take the union). ``version`` is the version's number, never the same for two contents of one folder.
    ``search`` finds names and quotes by their words. ``snapshot`` is where all lie, for other processes. Safe for many threads.
    """

    def __init__(self, layout: Layout, version: str, database: ox.Store, union: ox.Store, descriptor: int, folder: Path) -> None:
        self.directory = layout.directory
        self.version = version
        self.database = database
        self.union = union
        # Absolute, since another process may have another working folder.
        folder = folder.absolute()
        self.snapshot = Snapshot(str(folder / "db"), str(folder / "union"), os.fstat(descriptor).st_mtime_ns)
        self.search = SearchIndex(self.snapshot.search)
        self._layout = layout
        self._held = layout.in_use(version)
        self._copy: ScratchFolder | None = None
        self._close = weakref.finalize(self, os.close, descriptor)

    @cached_property
    def _index(self) -> TextIndex:
        return TextIndex.read(self._layout.index(self.version))

    @property
    def modified(self) -> float:
        """When the version was made, in seconds since 1970, by the file system's clock."""
        return self._held.stat().st_mtime

    def has_more_than(self, number: int) -> bool:
        """Whether there are more quads than so many. To know how many there are takes 0.6 seconds for a million and lets no other
        thread run meanwhile (`len` of the database), so a server shouldn't ask.
        """
        found = self.database.quads_for_pattern(None, None, None, None)
        return sum(1 for _ in islice(found, number + 1)) > number

    def query(self, query: str, *, union: bool = True, **options: Any) -> Result:
        """Run a SPARQL query, by default over the union of all graphs; options are those of `pyoxigraph.Store.query`."""
        return run_query(self, query, union=union, **options)

    def text(self, source_file: str, row: int | None = None) -> str | None:
        """The text in which the positions of a source's quotes count; None where the store has none."""
        sha256 = self._index.get(source_file, row)
        if sha256 is None:
            return None
        try:
            return decode(self._layout.text(sha256).read_bytes())
        except OSError as error:
            raise StoreError(f"{self.directory}: damaged: the text of {source_file} is gone") from error

    def sources(self) -> Iterator[tuple[str, int | None]]:
        """The (file, row) of every text, sorted."""
        return (key for key, _ in self._index.items())

    def is_stale(self) -> bool:
        """Whether a newer version is there. Costs one read of a tiny file."""
        try:
            return self._layout.current_version() != self.version
        except StoreError:
            return True

    def refresh(self) -> Reader:
        """This reader where it is still current, else a new one (this one stays good as long as it is held)."""
        return open_for_reading(self.directory) if self.is_stale() else self

    def without(self, predicates: Iterable[ox.NamedNode]) -> Reader:
        """A reader of a copy that lacks all quads of some properties, and all texts: what may not be shown can't be found.

        The copy lies in the folder of temporary files (hard links where that is on the same file system) and goes with
        the reader. Raises `StoreError` where it can't be made.
        """
        folder: ScratchFolder | None = None
        try:
            folder = ScratchFolder(COPIES)
            copy = folder.path
            self.database.backup(copy / "live")
            database = ox.Store(copy / "live")
            for predicate in predicates:
                for quad in list(database.quads_for_pattern(None, predicate, None)):
                    database.remove(quad)
            database.flush()
            database.backup(copy / "db")
            make_union(database, copy / "work", copy / "union")
            del database
            for name in ("live", "work"):
                shutil.rmtree(copy / name)
            database, union = (ox.Store.read_only(str(copy / name)) for name in ("db", "union"))
            make_index(union, copy / "work", copy / SEARCH)
            reader = Reader(self._layout, self.version, database, union, hold(self._held), copy)
        except (OSError, RuntimeError) as error:  # The database's own troubles are RuntimeErrors.
            if folder is not None:
                folder.remove()
            raise StoreError(f"{self.directory}: can't be copied to {tempfile.gettempdir()}: {reason(error)}") from error
        reader._index = TextIndex()
        reader._copy = folder
        return reader

    def close(self) -> None:
        """Let a later build remove this version. Reading on is not forbidden, but may fail from then on."""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def open_for_reading(directory: Path | str) -> Reader:
    """Open the current version of a store. Raises `StoreError` where there is none or it is damaged."""
    layout = Layout(directory)
    layout.check()
    problem: BaseException | None = None
    for _ in range(TRIES):
        version = layout.current_version()
        if version is None:
            raise StoreError(f"{layout.directory}: empty: no build has been finished here yet")
        try:
            descriptor = hold(layout.in_use(version))
        except OSError as error:
            problem = error  # Two builds may have ended since we read the number: look again.
            continue
        try:
            database = ox.Store.read_only(str(layout.database(version)))
            union = ox.Store.read_only(str(layout.union(version)))
        except (OSError, RuntimeError) as error:  # A damaged database is a RuntimeError.
            os.close(descriptor)
            problem = error
            continue
        return Reader(layout, version, database, union, descriptor, layout.database(version).parent)
    if isinstance(problem, PermissionError):
        raise StoreError(f"{layout.directory}: can't be read: {reason(problem)}") from problem
    raise StoreError(f"{layout.directory}: damaged: version {version} can't be opened: {_short(problem)}") from problem


def _short(error: BaseException | None) -> str:
    return reason(error).partition("  ")[0] if error else "unknown reason"


def open_dataset(directory: Path | str) -> Dataset:
    """An `rdflib.Dataset` over the current version of a store, for library users; read-only.

    Its default graph is the union of all graphs, as at the endpoint. Queries given as strings run in Oxigraph; a query
    prepared by rdflib, or any extra keyword of ``Dataset.query``, runs in rdflib's own engine, some hundred times slower.

    >>> dataset = open_dataset("zonekg.store")  # doctest: +SKIP
    >>> for row in dataset.query("SELECT ?zone { ?zone a <https://w3id.org/zonekg/ontology#Zone> }"):  # doctest: +SKIP
    ...     print(row.zone)
    """
    from oxrdflib import OxigraphStore  # noqa: PLC0415
    from rdflib import Dataset  # noqa: PLC0415

    reader = open_for_reading(directory)
    dataset = Dataset(store=OxigraphStore(store=reader.union))
    # The version stays held as long as the dataset lives.
    weakref.finalize(dataset, reader.close)
    return dataset
