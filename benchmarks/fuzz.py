"""Mutated queries against a running server: none may be its fault, take a worker without a replacement, or leave memory behind.

    ZONEKG_CONFORMANCE=DIR python benchmarks/fuzz.py STORE [--requests 100000] [--seed 1] [--clients 4]

STORE is a store's folder, DIR holds the W3C's suites (sparql/sparql11). Prints the statuses, what was replaced and why, and
the server's memory before and after, as Markdown; queries that were answered badly go to standard error, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from fuzzing.campaign import MARGIN, attack, serving
from fuzzing.mutation import SETTING, folder, seeds

WARM = 5
"""One in so many requests is sent before memory is looked at: each of the server's threads has a heap of its own
that fills up once."""

KEPT = "zonekg_cache_bytes"
"""What the answers that are kept take, which is bounded by a setting."""


def main() -> int:
    """Attack and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--timeout", type=float, default=2.0, help="deadline of each query, in seconds")
    parser.add_argument("--cache-memory", type=int, default=64_000_000, help="the server's setting; 0: no answer is kept")
    arguments = parser.parse_args()
    where = folder()
    if where is None:
        parser.error(f"{SETTING} names no folder with the W3C's suites")
    written = seeds(where)
    with serving(arguments.store, workers=2, cache_memory=arguments.cache_memory) as target:
        attack(target, written, arguments.requests // WARM, arguments.seed, arguments.clients)
        kept = target.settle(3)[KEPT]
        before = target.memory()
        began = time.monotonic()
        found = attack(target, written, arguments.requests, arguments.seed + 1, arguments.clients, arguments.timeout)
        seconds = time.monotonic() - began
        after = target.settle(3)
        kept = after[KEPT] - kept
        grown = target.memory() - before - kept
    print(f"{sum(found.statuses.values())} requests in {seconds:.0f} s, {arguments.clients} clients, seed {arguments.seed}\n")
    print("| outcome | requests |\n| --- | ---: |")
    for outcome, number in sorted(found.statuses.items()):
        print(f"| {outcome} | {number} |")
    print("\n| workers replaced | |\n| --- | ---: |")
    for name, number in sorted(after.items()):
        if name.startswith("zonekg_workers_replaced_total|"):
            print(f"| {name.partition('|')[2]} | {number:.0f} |")
    print(
        f"\nmemory of the server: {before / 1e6:.1f} MB before, {grown / 1e6:+.1f} MB after (margin {MARGIN / 1e6:.0f} MB)"
        f" beside {kept / 1e6:+.1f} MB of answers that are kept"
    )
    for outcome, query in found.bad:
        print(f"{outcome}: {query!r}", file=sys.stderr)
    return 1 if found.bad or grown > MARGIN or after.get("zonekg_queries_ended_total|lost", 0) else 0


if __name__ == "__main__":
    sys.exit(main())
