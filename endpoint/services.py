"""What the blueprints share: settings, the reader of the store's current version, the executor, the tags of answers."""

from __future__ import annotations

import hashlib
import os
import threading
import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from flask import current_app

from endpoint.gateway.cache import AnswerCache
from endpoint.operation.metrics import Metrics
from endpoint.version import software_version
from kg_build.errors import StoreError
from kg_build.exchange import TEXT_PREDICATES
from kg_build.store import Reader, open_for_reading
from kg_build.store.layout import Layout

if TYPE_CHECKING:
    from pathlib import Path

    from endpoint.execution import Executor
    from endpoint.sparql.federation import Federation
    from endpoint.writing.service import Writing
    from kg_build.settings import Settings

EXTENSION = "zonekg"
_Mark = tuple[int, int]


class Source:
    """The reader of the store's current version. Requests under way keep the one that they began with."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._file = Layout(settings.store).current
        self._lock = threading.Lock()
        self._found: tuple[_Mark | None, Reader] | None = None

    @property
    def directory(self) -> Path:
        """The store's folder."""
        return self._settings.store

    def look_again(self) -> None:
        """Let the next request read which version is current, whatever the file's dates say."""
        with self._lock:
            if self._found is not None:
                self._found = None, self._found[1]

    def current(self) -> Reader:
        """The reader to answer a new request with. Raises `StoreError` while there never was one."""
        if (reader := self.at_hand()) is not None:
            return reader
        with self._lock:
            mark = self._mark()  # Before it is read: what is written meanwhile shows next time.
            reader = self._found and self._found[1]
            if reader is None or reader.is_stale():
                try:
                    reader = self._open()
                except StoreError:
                    # A folder that is being moved or repaired: what was read before is still good.
                    if reader is None:
                        raise
            self._found = mark, reader
            return reader

    def at_hand(self) -> Reader | None:
        """The reader, if there is one and the store has no newer version. Opens nothing; costs a look at a file's dates."""
        found = self._found
        return found[1] if found is not None and found[0] is not None and found[0] == self._mark() else None

    def close(self) -> None:
        """Let go of the store: its files are closed when the last request that reads them ends. A new request opens it again."""
        with self._lock:
            self._found = None

    def _mark(self) -> _Mark | None:
        """What tells one version's marker, a file that is replaced, from another's; None where there is none."""
        try:
            status = os.stat(self._file)  # noqa: PTH116 - a Path costs more than the call
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns

    def _open(self) -> Reader:
        reader = open_for_reading(self._settings.store)
        return reader if self._settings.texts else reader.without(TEXT_PREDICATES)


@dataclass(frozen=True)
class Services:
    """What `create_app` made. Another one takes its place where settings change in a running server."""

    settings: Settings
    source: Source
    executor: Executor
    federation: Federation
    writing: Writing
    answers: AnswerCache = field(default_factory=lambda: AnswerCache(0))
    """Answers that are kept, where there is a `endpoint.gateway.front.Front` that gives them out."""
    metrics: Metrics = field(default_factory=Metrics)
    stopping: threading.Event = field(default_factory=threading.Event)
    """Set when the server has been told to stop."""

    def close(self) -> None:
        """End what runs and close what is open."""
        self.writing.close()
        self.executor.close()
        self.source.close()


def services() -> Services:
    """The services of the app that answers."""
    return cast("Services", current_app.extensions[EXTENSION])


_versions: weakref.WeakKeyDictionary[Reader, str] = weakref.WeakKeyDictionary()


def tag(reader: Reader, *parts: object) -> str:
    """A strong entity tag: the same for the same version of the same store and the same parts of the request.

    Another version of the software may write the same in other bytes: browsers would keep its pages.
    """
    version = _versions.get(reader)
    if version is None:
        version = "\0".join([software_version(), str(reader.directory.resolve()), reader.version, repr(reader.modified)])
        _versions[reader] = version
    key = "\0".join([version, *map(str, parts)])
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def local_path(iri: str) -> str | None:
    """The path on this server under which a thing is described; None for IRIs that aren't ours."""
    base = services().settings.base_iri
    return f"/id/{iri[len(base) :]}" if iri.startswith(base) and len(iri) > len(base) else None
