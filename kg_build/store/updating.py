"""Updating: small changes to a store that is being read, each a version of its own within a fraction of a second.

A build reads the whole store to make the union of its graphs (`kg_build.store.union`). Here both databases, the one with
the graphs and the one with their union, are kept open in copies (checkpoints: hard links, whatever the size), a change is
made in both, and two checkpoints of them are the new version. What a transaction does to the union follows from the triples
that it touches; where they are too many or not known, the union is made anew. The index of texts is taken over as it is
unless a name or quote has changed: then it is made anew, too.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
from filelock import FileLock, Timeout

from kg_build.errors import StoreError
from kg_build.store.building import clean, drop_versions, next_version
from kg_build.store.indexing import TouchedTexts
from kg_build.store.layout import SEARCH, Layout, put_in_place, reason, sync_tree
from kg_build.store.locks import hold
from kg_build.store.union import make_union

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

FOLLOWED = 100_000
"""Triples that one change may touch with the union following it; beyond, the union is made anew, in bounded memory."""
DEFAULT = ox.DefaultGraph()
GraphName = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


class StoreBusyError(StoreError):
    """Somebody else writes, for longer than the caller would wait."""


class Updater:
    """Makes versions of a store one after the other. One at a time in a process; several processes exclude each other."""

    def __init__(self, directory: Path | str) -> None:
        self._layout = Layout(directory)
        self._lock = FileLock(self._layout.lock)
        self._copy: _Copy | None = None

    @contextlib.contextmanager
    def transaction(self, wait: float, *, publishing: Callable[[], None] = lambda: None) -> Iterator[Transaction]:
        """Change the store: all of the block's changes become the current version when it ends, none when it raises.

        Args:
            wait: Seconds to wait for a build or another update.
            publishing: Called when all changes are made, before they become a version.

        Raises `StoreBusyError`, and `StoreError` where the store is missing or damaged.
        """
        with self._alone(wait):
            previous = self._layout.current_version()
            if previous is None:
                raise StoreError(f"{self._layout.directory}: empty: no build has been finished here yet")
            copy = self._current(previous)
            transaction = Transaction(copy, previous)
            is_good = False
            try:
                yield transaction
                if transaction.has_changed:
                    publishing()
                    try:
                        transaction.version = self._publish(copy, transaction, previous)
                    except RuntimeError as error:  # The database's own troubles, or no thread to be had.
                        raise StoreError(f"{self._layout.directory}: can't be written: {reason(error)}") from error
                is_good = True
            finally:
                if not is_good and transaction.has_changed:
                    self.close()  # What was changed goes with the copy.

    def close(self) -> None:
        """Give the copies up; the next transaction makes new ones."""
        copy, self._copy = self._copy, None
        if copy is not None:
            copy.remove()

    @contextlib.contextmanager
    def _alone(self, wait: float) -> Iterator[None]:
        layout = self._layout
        layout.check()
        try:
            self._lock.acquire(timeout=wait)
        except Timeout:
            raise StoreBusyError(f"{layout.directory}: a build or another update is under way") from None
        except OSError as error:
            raise StoreError(f"{layout.directory}: can't be written: {reason(error)}") from error
        try:
            layout.updating.touch()
            descriptor = hold(layout.updating)  # A build that finds the lock taken knows by this that it isn't for long.
            try:
                yield
            finally:
                os.close(descriptor)
        except OSError as error:
            raise StoreError(f"{layout.directory}: can't be written: {reason(error)}") from error
        finally:
            self._lock.release()

    def _current(self, version: str) -> _Copy:
        """The copy of the current version: the one at hand, or a new one where a build was faster."""
        layout = self._layout
        made = layout.in_use(version).stat().st_mtime_ns
        if self._copy is None or not self._copy.is_of(version, made):
            self.close()
            clean(layout, version)
            try:
                self._copy = _Copy(layout, version, made)
            except RuntimeError as error:  # A damaged database.
                raise StoreError(f"{layout.directory}: damaged: version {version} can't be opened: {reason(error)}") from error
        return self._copy

    def _publish(self, copy: _Copy, transaction: Transaction, previous: str) -> str:
        layout = self._layout
        version = next_version(layout, previous)
        shutil.rmtree(layout.work, ignore_errors=True)
        folder = layout.work / "version"
        folder.mkdir(parents=True)
        if not transaction.is_followed:
            copy.make_union()
        with ThreadPoolExecutor(1) as other:
            union = other.submit(copy.union.backup, folder / "union")
            copy.database.backup(folder / "db")
            union.result()
        with contextlib.suppress(FileNotFoundError):
            os.link(layout.index(previous), folder / "texts.jsonl")
        if not transaction.is_followed:
            transaction.texts.forget()
        transaction.texts.write(copy.union, layout.search(previous), folder / SEARCH, layout.work / SEARCH)
        (folder / "in-use").touch()
        made = (folder / "in-use").stat().st_mtime_ns
        sync_tree(folder, links=False)
        put_in_place(layout, folder, version)
        copy.is_now(version, made)
        with contextlib.suppress(OSError):  # What is left over goes another time; the change is there.
            drop_versions(layout, version)
        return version


class _Copy:
    """Both databases of a version, open for writing in a folder of their own."""

    def __init__(self, layout: Layout, version: str, made: int) -> None:
        layout.writing.mkdir(exist_ok=True)
        self._of = (version, made)
        self._number = 0
        self._folder = Path(tempfile.mkdtemp(dir=layout.writing))
        (self._folder / "in-use").touch()
        self._held = hold(self._folder / "in-use")
        try:
            self.database = _checkpoint(layout.database(version), self._folder / "db")
            self._union = _checkpoint(layout.union(version), self._folder / "union")
        except BaseException:
            self._clear()
            raise

    @property
    def union(self) -> ox.Store:
        """The database with the union in its default graph."""
        return self._union

    def is_of(self, version: str, made: int) -> bool:
        """Whether this is still what it was when that version was made, on disk, too."""
        return self._of == (version, made) and self._folder.is_dir()

    def is_now(self, version: str, made: int) -> None:
        """Note which version has this content."""
        self._of = (version, made)

    def make_union(self) -> None:
        """Make the union anew from the graphs."""
        self._number += 1
        work, target = (self._folder / f"{name}-{self._number}" for name in ("work", "union"))
        make_union(self.database, work, target)
        self._union = ox.Store(target)
        for old in self._folder.iterdir():
            if old.is_dir() and old.name not in {"db", target.name}:
                shutil.rmtree(old, ignore_errors=True)

    def remove(self) -> None:
        """Close and delete it."""
        del self.database, self._union
        self._clear()

    def _clear(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        os.close(self._held)


def _checkpoint(source: Path, target: Path) -> ox.Store:
    ox.Store.read_only(str(source)).backup(target)
    return ox.Store(target)


def _quad(triple: ox.Triple, graph: GraphName = DEFAULT) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def _saying(store: ox.Store, triple: ox.Triple) -> Iterator[ox.Quad]:
    """A triple in all graphs that it stands in."""
    return store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)


class Transaction:
    """A change in the making. ``database`` may be read at will; it is changed by these methods only."""

    def __init__(self, copy: _Copy, previous: str) -> None:
        self.database = copy.database
        self.previous = previous
        self.version = previous
        """The version that holds the change; the one before as long as nothing has changed."""
        self.has_changed = False
        self.texts = TouchedTexts()
        self.is_followed = True
        """Whether the union has followed so far; and only then is counted:"""
        self.added = 0
        self.removed = 0
        self._copy = copy

    def has_graph(self, graph: GraphName) -> bool:
        """Whether the store knows a graph, be it empty; the default graph is always there."""
        return graph == DEFAULT or self.database.contains_named_graph(graph)

    def triples(self, graph: GraphName) -> set[ox.Triple] | None:
        """A graph's triples; None where they are more than `FOLLOWED`."""
        quads = self.database.quads_for_pattern(None, None, None, graph)
        found = {quad.triple for quad in islice(quads, FOLLOWED + 1)}
        return found if len(found) <= FOLLOWED else None

    def add_graph(self, graph: GraphName) -> None:
        """Make a graph known."""
        if not self.has_graph(graph):
            self.has_changed = True
            self.database.add_graph(graph)
            self._copy.union.add_graph(graph)

    def add(self, quads: Iterable[ox.Quad]) -> None:
        """Add quads, however many: they are not kept in memory beyond `FOLLOWED`."""
        source = iter(quads)
        first = list(islice(source, FOLLOWED + 1))
        if len(first) > FOLLOWED:
            self._add_many(chain(first, source))
            return
        new = [quad for quad in dict.fromkeys(first) if quad not in self.database]
        if new:
            self._note(new)
            self.added += len(new)
            self.database.extend(new)
            if self.is_followed:
                self._copy.union.extend(new)
                self._copy.union.extend(_quad(quad.triple) for quad in new)

    def _note(self, changed: Iterable[ox.Quad]) -> None:
        self.has_changed = True
        self.texts.note(changed)

    def _add_many(self, quads: Iterator[ox.Quad]) -> None:
        self.has_changed, self.is_followed = True, False
        self.database.bulk_extend(quads)

    def remove(self, quads: Iterable[ox.Quad]) -> None:
        """Take quads out; those that aren't there are passed over."""
        old = [quad for quad in quads if quad in self.database]
        if not old:
            return
        self._note(old)
        self.removed += len(old)
        for quad in old:
            self.database.remove(quad)
            if self.is_followed:
                if quad.graph_name != DEFAULT:
                    self._copy.union.remove(quad)
                if next(_saying(self.database, quad.triple), None) is None:
                    self._copy.union.remove(_quad(quad.triple))

    def replace(self, graph: GraphName, quads: Iterable[ox.Quad]) -> None:
        """Let a graph have these quads, all of them in that graph, and no others."""
        old = self.triples(graph)
        source = iter(quads)
        first = list(islice(source, FOLLOWED + 1))
        if old is None or len(first) > FOLLOWED:
            self.empty_graph(graph, drop=False)
            self.add(chain(first, source))
            return
        new = set(first)
        self.remove(quad for quad in (_quad(triple, graph) for triple in old) if quad not in new)
        self.add(first)

    def empty_graph(self, graph: GraphName, *, drop: bool) -> None:
        """Take all out of a graph, and forget it as ``drop`` says (the default graph is never forgotten)."""
        triples = self.triples(graph)
        if triples is None:
            self.has_changed, self.is_followed = True, False
            self.database.clear_graph(graph)
        else:
            self.remove(_quad(triple, graph) for triple in triples)
        if drop and graph != DEFAULT:
            self.has_changed = True
            self.database.remove_graph(graph)
            self._copy.union.remove_graph(graph)

    def run(self, operation: str, touched: Iterable[ox.Triple] | None, graph: GraphName | None = None, **options: Any) -> None:
        """Run one operation of SPARQL 1.1 Update.

        Args:
            operation: Its text with the prologue that it needs; `endpoint.sparql.guard` has let it pass.
            touched: All triples that it may add or take away, in whichever graph, and more at will; None: not known.
            graph: A named graph that it may make known or forget.
            options: Those of `pyoxigraph.Store.update`.

        Raises `SyntaxError` and `RuntimeError` as `pyoxigraph.Store.update` does; it has changed nothing then.
        """
        candidates = None if touched is None else set(islice(touched, FOLLOWED + 1))
        if candidates is None or len(candidates) > FOLLOWED or not self.is_followed:
            self.database.update(operation, **options)
            self.has_changed, self.is_followed = True, False
            return
        own = {triple for triple in candidates if _quad(triple) in self.database}
        was_known = graph is not None and self.has_graph(graph)
        self.database.update(operation, **options)
        try:
            self._follow(candidates, own)
        except BaseException:
            self.has_changed = True  # Whatever it was, the union may be behind: the copy is no good any more.
            raise
        if graph is not None and graph != DEFAULT and was_known != (is_known := self.has_graph(graph)):
            self.has_changed = True
            (self._copy.union.add_graph if is_known else self._copy.union.remove_graph)(graph)

    def _follow(self, triples: set[ox.Triple], own: set[ox.Triple]) -> None:
        """Let the union say of triples what the graphs say; ``own`` are those that stood in the default graph itself."""
        union = self._copy.union
        new: set[ox.Quad] = set()
        old: set[ox.Quad] = set()
        for triple in triples:
            default = _quad(triple)
            graphs = set(_saying(self.database, triple))
            self.added += default in graphs and triple not in own
            self.removed += default not in graphs and triple in own
            found = set(_saying(union, triple))
            self.added += len(graphs - found - {default})
            self.removed += len(found - graphs - {default})
            wanted = graphs | {default} if graphs else graphs
            new |= wanted - found
            old |= found - wanted
        if self.added or self.removed:
            self._note([*new, *old])
        for quad in old:
            union.remove(quad)
        union.extend(new)
