"""What is counted and measured, for Prometheus: requests as they end, and the state of the rest when it is asked for.

Labels have few values: a route is the rule that fitted, never the path that was asked for.
"""

from __future__ import annotations

import contextlib
import logging
import os
import platform
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar, cast

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.registry import Collector

from endpoint.counts import at_hand
from endpoint.version import software_version
from kg_build.errors import StoreError

if TYPE_CHECKING:
    from prometheus_client.core import Metric

    from endpoint.operation.records import Record
    from endpoint.services import Services
    from kg_build.store import Reader

BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
"""Upper bounds in seconds."""
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
_GROWING: Final = frozenset(
    {
        "hits",
        "misses",
        "collapsed",
        "stored",
        "evicted",
        "evictions",
        "invalidated",
        "invalidations",
        "refused",
        "rejected",
        "too_large",
    }
)
"""Numbers of another part that only grow; the others go up and down."""

_LOG = logging.getLogger(__name__)

M = TypeVar("M", bound=MetricWrapperBase)
Numbers = Callable[[], Mapping[str, float]]


class Metrics:
    """The metrics of one app."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._labelled: dict[tuple[MetricWrapperBase, tuple[str, ...]], MetricWrapperBase] = {}
        self.parts: dict[str, Numbers] = {}
        """Other parts by name, and what tells their numbers now: ``metrics.parts["cache"] = cache.statistics``."""
        self._responses = Counter(
            "zonekg_http_responses", "Answers by route, method and status.", ("route", "method", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "zonekg_http_seconds", "Time to the last byte, by route.", ("route",), buckets=BUCKETS, registry=self.registry
        )
        self._bytes = Counter("zonekg_http_sent_bytes", "Bytes of bodies sent.", registry=self.registry)
        self._queries = Histogram(
            "zonekg_query_seconds",
            "Time from a query's arrival to its last byte, by form and by what became of it.",
            ("form", "outcome"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._slow = Counter(
            "zonekg_slow_queries", "Queries that took longer than the setting slow_query.", registry=self.registry
        )
        self._broken = Counter(
            "zonekg_broken_answers", "Answers broken off after they had begun, by reason.", ("reason",), registry=self.registry
        )
        self._cached = Counter(
            "zonekg_cached_answers", "Queries by whether the cache had them.", ("cache",), registry=self.registry
        )
        self.in_progress = Gauge("zonekg_http_in_progress", "Requests being answered.", registry=self.registry)
        ProcessCollector(registry=self.registry)

    def observe(self, record: Record, method: str, status: int, seconds: float, size: int) -> None:
        """Count a request that is through."""
        route = record.route or "none"
        self._with(self._responses, route, method if method in _METHODS else "other", str(status)).inc()
        self._with(self._seconds, route).observe(seconds)
        self._bytes.inc(size)
        if record.form:
            outcome = record.outcome or ("answered" if status < 400 else "refused")
            self._with(self._queries, record.form, outcome).observe(seconds)
        if record.cache:
            self._with(self._cached, record.cache).inc()

    def _with(self, metric: M, *labels: str) -> M:
        """A metric with labels. Few there are, and the library takes a while to find one again."""
        found = self._labelled.get((metric, labels))
        if found is None:
            found = self._labelled[metric, labels] = metric.labels(*labels)
        return cast("M", found)

    def slow(self) -> None:
        """Count a slow query."""
        self._slow.inc()

    def broken(self, reason: str) -> None:
        """Count an answer that was broken off."""
        self._broken.labels(reason).inc()


class State(Collector):
    """What there is just now: workers and queue, the store, other parts, the build."""

    def __init__(self, services: Callable[[], Services]) -> None:
        self._services = services

    def collect(self) -> Iterator[Metric]:
        """Called for each reading."""
        services = self._services()
        yield InfoMetricFamily("zonekg_build", "What runs.", value=_build())
        yield from _store(services)
        yield from _workers(services.executor)
        yield from _children()
        for name, numbers in services.metrics.parts.items():
            yield from _part(name, numbers)


@lru_cache(maxsize=1)
def _build() -> dict[str, str]:
    return {"version": software_version(), "python": platform.python_version(), "pyoxigraph": version("pyoxigraph")}


def _store(services: Services) -> Iterator[Metric]:
    ready = GaugeMetricFamily("zonekg_store_ready", "Whether the store can be read.")
    try:
        reader = services.source.current()
        found, modified, size = at_hand(reader, services.settings), reader.modified, _size(reader)
    except (StoreError, OSError):
        ready.add_metric((), 0)
        yield ready
        return
    ready.add_metric((), 1)
    yield ready
    yield InfoMetricFamily("zonekg_store", "The store's version.", value={"version": reader.version})
    if found is not None:
        yield GaugeMetricFamily("zonekg_store_triples", "Triples of the union of all graphs.", value=found.triples)
    yield GaugeMetricFamily("zonekg_store_bytes", "Bytes of the version's databases on the disk.", value=size)
    yield GaugeMetricFamily("zonekg_store_modified_timestamp_seconds", "When the version was made.", value=modified)


def _size(reader: Reader) -> int:
    return sum(
        path.stat().st_size
        for folder in {reader.snapshot.database, reader.snapshot.union}
        for path in Path(folder).rglob("*")
        if path.is_file()
    )


def _workers(executor: object) -> Iterator[Metric]:
    """What an executor tells of itself; threads tell nothing."""
    statistics: Numbers | None = getattr(executor, "statistics", None)
    if statistics is None:
        return
    now = statistics()
    workers = GaugeMetricFamily("zonekg_workers", "Worker processes.", labels=("state",))
    running = GaugeMetricFamily("zonekg_queries_running", "Queries that run, by the kind of their place.", labels=("place",))
    for family, names in ((workers, ("idle", "busy")), (running, ("short", "long"))):
        for name in names:
            family.add_metric((name,), now.get(name, 0))
        yield family
    yield GaugeMetricFamily("zonekg_queries_waiting", "Queries that wait for their turn.", value=now.get("waiting", 0))
    yield CounterMetricFamily("zonekg_workers_forked", "Workers that were ever made.", value=now.get("forked", 0))
    yield from _by("zonekg_queries_ended", "Queries that left their worker, by how they ended.", "how", executor, "ends")
    yield from _by("zonekg_workers_replaced", "Workers done away with, by reason.", "reason", executor, "replaced")
    waits: Histogram | None = getattr(executor, "waits", None)
    if waits is not None:
        yield from waits.collect()


def _children() -> Iterator[Metric]:
    """The processes below this one: workers, what forks them, what writes. Nothing where the system doesn't tell."""
    found, waiting = [], _below(os.getpid())
    while waiting:
        pid = waiting.pop()
        waiting += _below(pid)
        with contextlib.suppress(OSError, ValueError):  # It may just have ended.
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
            found += [int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:")]
    if found:
        yield GaugeMetricFamily("zonekg_children", "Processes below the server.", value=len(found))
        text = "Memory of the processes below the server; what several share is counted in parts."
        yield GaugeMetricFamily("zonekg_children_memory_bytes", text, value=sum(found))


def _below(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):  # It, or one of its threads, may end while it is looked at.
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                found += map(int, (task / "children").read_text(encoding="ascii").split())
    return found


def _by(name: str, text: str, label: str, executor: object, attribute: str) -> Iterator[Metric]:
    family = CounterMetricFamily(name, text, labels=(label,))
    numbers: Mapping[str, int] = getattr(executor, attribute, {})
    for key, number in sorted(numbers.items()):
        family.add_metric((key.replace(" ", "-"),), number)
    yield family


def _part(part: str, numbers: Numbers) -> Iterator[Metric]:
    try:
        found = numbers()
    except Exception:  # noqa: BLE001 - a part's mistake must not hide all others' numbers
        _LOG.exception("no numbers from the %s", part)
        return
    for name, number in found.items():
        family = CounterMetricFamily if name in _GROWING else GaugeMetricFamily
        yield family(f"zonekg_{part}_{name}", f"{name} of the {part}.".capitalize(), value=number)
