"""What the routes share: the catalogue of the store's current version, made when first asked for, and turns for matching."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYetError
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, cast

from flask import current_app

from endpoint.errors import Problem
from endpoint.reconcile.catalogue import Catalogue
from endpoint.services import services

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg_build.store import Reader

EXTENSION: Final = "zonekg.reconcile"
PATIENCE: Final = 1.0
"""Seconds that a request waits for the catalogue of a new version before it is answered from the one before."""
PLACES: Final = 2
"""Batches that are matched at once: it is work of this process, and others are to be answered beside it."""
QUEUE: Final = 16
"""Batches that may wait for that."""

_Key = tuple[str, str, int]


class Catalogues:
    """The catalogue of the version that is current, made once for all requests."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: tuple[_Key, Catalogue] | None = None
        self._making: Future[Catalogue] | None = None

    def current(self, reader: Reader, base_iri: str) -> Catalogue:
        """The catalogue of a version.

        While one is being made, the one before, if there is one and the wait has been `PATIENCE` long. What goes wrong
        when it is made is raised here; the next request tries again.
        """
        future, before = self.begin(reader, base_iri)
        try:
            return future.result(None if before is None else PATIENCE)
        except NotYetError:
            if before is None:
                raise
            return before

    def begin(self, reader: Reader, base_iri: str) -> tuple[Future[Catalogue], Catalogue | None]:
        """Begin to make the catalogue of a version, unless that was done: what will be it, and the one before.

        One is made at a time: while another version's is, that one is what comes, and this version's turn is the next
        request's. Where a version follows the other there would be no end of them otherwise.
        """
        key = (reader.snapshot.database, reader.version, reader.snapshot.made)
        future: Future[Catalogue] = Future()
        with self._lock:
            if self._made is not None and self._made[0] == key:
                future.set_result(self._made[1])
                return future, None
            if self._making is None:
                self._making = future
                threading.Thread(target=self._make, args=(key, future, reader, base_iri), name="catalogue", daemon=True).start()
            return self._making, None if self._made is None else self._made[1]

    def _make(self, key: _Key, future: Future[Catalogue], reader: Reader, base_iri: str) -> None:
        try:
            made = Catalogue(reader, base_iri)
        except BaseException as error:  # noqa: BLE001 - whatever it is, those who wait must hear of it
            with self._lock:
                self._making = None
            future.set_exception(error)
            return
        with self._lock:
            self._made, self._making = (key, made), None
        future.set_result(made)


class Turns:
    """A few places for work within this process, and a short queue before them."""

    def __init__(self, places: int, queue: int) -> None:
        self._places = threading.BoundedSemaphore(places)
        self._all = threading.BoundedSemaphore(places + queue)

    @contextmanager
    def turn(self, wait: float) -> Iterator[None]:
        """Take a place, waiting so many seconds for it at most. A problem where there is none."""
        if not self._all.acquire(blocking=False):
            raise _busy()
        try:
            if not self._places.acquire(timeout=wait):
                raise _busy()
            try:
                yield
            finally:
                self._places.release()
        finally:
            self._all.release()


def _busy() -> Problem:
    detail = "As many batches are being matched as may be at once."
    return Problem(503, "Busy", detail, kind="busy", headers={"Retry-After": "5"})


class Service:
    """What the reconciliation routes of an app keep between requests."""

    def __init__(self) -> None:
        self._catalogues = Catalogues()
        self._turns = Turns(PLACES, QUEUE)

    def catalogue(self) -> Catalogue:
        """The catalogue to answer a new request from."""
        return self._catalogues.current(services().source.current(), services().settings.base_iri)

    def prepare(self) -> None:
        """Begin to make that catalogue, without waiting for it: a client that reads the manifest will soon ask."""
        self._catalogues.begin(services().source.current(), services().settings.base_iri)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """A turn for work that takes this process's time."""
        with self._turns.turn(services().settings.queue_timeout):
            yield


def service() -> Service:
    """The service of the app that answers."""
    return cast("Service", current_app.extensions[EXTENSION])
