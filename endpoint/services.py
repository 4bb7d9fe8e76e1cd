"""What the blueprints share: settings, the reader of the store's current version, the executor, the tags of answers."""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from flask import current_app

from endpoint.operation.metrics import Metrics
from kg_build.errors import StoreError
from kg_build.exchange import TEXT_PREDICATES
from kg_build.store import Reader, open_for_reading

if TYPE_CHECKING:
    from endpoint.execution import Executor
    from endpoint.sparql.federation import Federation
    from kg_build.settings import Settings

EXTENSION = "zonekg"
LOOK_AGAIN = 0.5
"""Seconds for which a version counts as current without looking."""


class Source:
    """The reader of the store's current version. Requests under way keep the one that they began with."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._looked = 0.0
        self._reader: Reader | None = None
        self._version: str | None = None

    def current(self) -> Reader:
        """The reader to answer a new request with. Raises `StoreError` while there never was one."""
        now = time.monotonic()
        reader = self._reader
        if reader is not None and (now - self._looked < LOOK_AGAIN or not reader.is_stale()):
            self._looked = max(self._looked, now if now - self._looked >= LOOK_AGAIN else self._looked)
            return reader
        with self._lock:
            if self._reader is None or self._reader.is_stale():
                try:
                    self._reader = self._open()
                except StoreError:
                    # A folder that is being moved or repaired: what was read before is still good.
                    if self._reader is None:
                        raise
            self._looked = time.monotonic()
            return self._reader

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
    metrics: Metrics = field(default_factory=Metrics)
    stopping: threading.Event = field(default_factory=threading.Event)
    """Set when the server has been told to stop."""


def services() -> Services:
    """The services of the app that answers."""
    return cast("Services", current_app.extensions[EXTENSION])


def tag(reader: Reader, *parts: object) -> str:
    """A strong entity tag: the same for the same version of the same store and the same parts of the request."""
    key = "\0".join([str(reader.directory.resolve()), reader.version, repr(reader.modified), *map(str, parts)])
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def local_path(iri: str) -> str | None:
    """The path on this server under which a thing is described; None for IRIs that aren't ours."""
    base = services().settings.base_iri
    return f"/id/{iri[len(base) :]}" if iri.startswith(base) and len(iri) > len(base) else None
