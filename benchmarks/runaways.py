"""How long ordinary queries take while others run away.

    python benchmarks/runaways.py STORE [--runaways 10] [--clients 4] [--seconds 5]

STORE is a store's folder. Ordinary clients ask small queries one after the other, with no runaway query and with so many at
once (each a COUNT over a cross product, begun by a client address of its own), with answers kept and without. Prints the
latencies as Markdown. The exit code is 1 where an ordinary query isn't answered, or where the server's metrics don't count what
was asked.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import statistics
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from fuzzing.campaign import Target, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
KINDS = 20
"""Different ordinary queries that are asked in turn."""
SMALL = "SELECT * {{ ?s ?p ?o }} LIMIT {}"
COUNTED = "zonekg_query_seconds_count|select|answered"


def ask(connection: http.client.HTTPConnection, query: str, source: str = "") -> int:
    """The status of an answer, read to its end."""
    headers = {"Accept": "text/csv", **({"X-Forwarded-For": source} if source else {})}
    connection.request("GET", f"/sparql?{urlencode({'query': query})}", headers=headers)
    response = connection.getresponse()
    response.read()
    return response.status


@contextlib.contextmanager
def running_away(target: Target, count: int) -> Iterator[None]:
    """So many clients whose queries run until they are ended, and are asked again then."""
    over = threading.Event()
    connections: list[http.client.HTTPConnection] = []

    def client(number: int) -> None:
        while not over.is_set():
            connection = target.connect()
            connections.append(connection)
            with contextlib.suppress(OSError, http.client.HTTPException, AttributeError, ValueError):
                ask(connection, f"{RUNAWAY} #{number}", f"198.51.100.{number}")
            over.wait(0.1)

    threads = [threading.Thread(target=client, args=(number,), daemon=True) for number in range(count)]
    for thread in threads:
        thread.start()
    time.sleep(1)  # They are to run before anybody else asks.
    try:
        yield
    finally:
        over.set()
        for connection in connections:
            if connection.sock is not None:
                connection.sock.close()


def ordinary(target: Target, clients: int, seconds: float) -> tuple[list[float], int]:
    """Milliseconds of each query of so many clients, and how many were not answered with 200."""
    times: list[float] = []
    failed = 0
    lock = threading.Lock()
    end = time.monotonic() + seconds

    def client(number: int) -> None:
        nonlocal failed
        connection = target.connect()
        turn = number
        while time.monotonic() < end:
            turn += 1
            began = time.perf_counter()
            status = ask(connection, SMALL.format(1 + turn % KINDS), f"203.0.113.{number}")
            with lock:
                times.append((time.perf_counter() - began) * 1000)
                failed += status != 200
        connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, failed


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path)
    parser.add_argument("--runaways", type=int, default=10)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=5.0)
    arguments = parser.parse_args()
    good = True
    print("| answers | runaways | queries a second | median, ms | 95 % | 99 % | longest |")
    print("| --- " + "| ---: " * 6 + "|")
    for name, cache in (("kept", 64_000_000), ("not kept", 0)):
        with serving(arguments.store, cache_memory=cache, trusted_proxies="127.0.0.1") as target:
            for count in (0, arguments.runaways):
                with running_away(target, count):
                    before = target.metrics().get(COUNTED, 0)
                    times, failed = ordinary(target, arguments.clients, arguments.seconds)
                    counted = target.metrics().get(COUNTED, 0) - before
                parts = statistics.quantiles(times, n=100, method="inclusive")
                row = (statistics.median(times), parts[94], parts[98], max(times))
                print(
                    f"| {name} | {count} | {len(times) / arguments.seconds:.0f} | "
                    + " | ".join(f"{one:.1f}" for one in row)
                    + " |"
                )
                if failed or counted != len(times):
                    print(f"{failed} not answered; {len(times)} asked, {counted:.0f} counted", file=sys.stderr)
                    good = False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
