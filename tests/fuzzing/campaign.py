"""A fuzzer's requests to a running server, and whether the server is what it was before."""

from __future__ import annotations

import http.client
import json
import math
import random
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from fuzzing.mutation import mutants
from prometheus_client.parser import text_string_to_metric_families
from serving import PATIENCE, started, with_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

MARGIN = 24 << 20
"""Bytes by which the server's resident memory may be above what it was after the first requests: buffers of its threads, and what
Python's allocator keeps. A leak of 250 bytes a request shows within a hundred thousand."""
ACCEPTS = (
    "*/*",
    "text/csv",
    "application/sparql-results+xml, text/turtle;q=0.5",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "application/rdf+xml",
    "application/n-quads;q=0.1, application/ld+json",
    "nonsense",
    "text/*;q=0, */*;q=0.001",
)


@dataclass
class Found:
    """What came of it."""

    statuses: Counter[str] = field(default_factory=Counter)
    """How many answers had which status, or why there was none."""
    bad: list[tuple[str, str]] = field(default_factory=list)
    """Answers that must not be: what, and the query."""


class Target:
    """A running server."""

    def __init__(self, host: str, port: int, pid: int) -> None:
        self.host, self.port, self.pid = host, port, pid

    def connect(self) -> http.client.HTTPConnection:
        """A connection of its own."""
        return http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE)

    def metrics(self) -> dict[str, float]:
        """Its metrics by name and labels."""
        connection = self.connect()
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        return {
            sample.name + "".join(f"|{value}" for _, value in sorted(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    def memory(self) -> int:
        """Bytes that the server itself has in memory."""
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmRSS:"))

    def settle(self, idle: int, seconds: float = PATIENCE) -> dict[str, float]:
        """Wait until no request is under way but this and so many workers stand ready; what the metrics say then.

        A request may be counted as under way a little longer than its client waits for it.
        """
        end = time.monotonic() + seconds
        while True:
            found = self.metrics()
            numbers = [found[name] for name in ("zonekg_workers|busy", "zonekg_http_in_progress")]
            if numbers == [0, 1] and found["zonekg_workers|idle"] >= idle:
                return found
            assert time.monotonic() < end, f"it never came to rest: {found}"
            time.sleep(0.05)


@contextmanager
def serving(store: Path, **settings: object) -> Iterator[Target]:
    """Start a server."""
    with started(with_settings(store, **settings)) as (address, process):
        assert address.hostname is not None
        assert address.port is not None
        yield Target(address.hostname, address.port, process.pid)


def attack(
    target: Target, written: list[str], count: int, seed: int, clients: int = 4, timeout: float = 2.0, seconds: float = math.inf
) -> Found:
    """Send so many mutated queries, by several clients at once; each has a random source of its own.

    ``timeout`` is each query's deadline. After so many ``seconds`` no more are sent.
    """
    found = Found()
    lock = threading.Lock()
    end = time.monotonic() + seconds

    def client(number: int) -> None:
        randomness = random.Random(f"{seed}/{number}")
        connection = target.connect()
        for query in islice(mutants(written, randomness), count // clients):
            if time.monotonic() > end:
                break
            outcome = _ask(connection, query, randomness, timeout)
            with lock:
                found.statuses[outcome] += 1
                if outcome not in EXPECTED:
                    found.bad.append((outcome, query))
        connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


EXPECTED = frozenset({"200", "304", "400", "403", "406", "413", "429", "503", "broken off"})


def _ask(connection: http.client.HTTPConnection, query: str, randomness: random.Random, timeout: float) -> str:
    data = query.encode("utf-8", "surrogatepass")
    headers = {
        "Accept": randomness.choice(ACCEPTS),
        "Accept-Encoding": randomness.choice(("identity", "gzip", "br;q=0.5, zstd", "*")),
    }
    way = randomness.randrange(3)
    more = f"timeout={timeout}"
    try:
        if way == 0 and len(data) < 2000:
            connection.request("GET", f"/sparql?{more}&query={quote(data)}", headers=headers)
        elif way == 1:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request("POST", f"/sparql?{more}", urlencode({"query": data}), headers)
        else:
            headers["Content-Type"] = "application/sparql-query"
            connection.request("POST", f"/sparql?{more}", data, headers)
        response = connection.getresponse()
        body = response.read()
    except http.client.IncompleteRead:
        connection.close()
        return "broken off"  # At its deadline, in the middle of its rows.
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        return f"no answer: {type(error).__name__}"
    if response.status >= 400:
        problem = (
            response.getheader("Content-Type") == "application/problem+json" and json.loads(body)["status"] == response.status
        )
        if not problem:
            return f"{response.status} without a problem document"
    return str(response.status)
