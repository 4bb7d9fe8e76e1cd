"""What it costs to run queries in worker processes, and what it takes them to recover.

    python benchmarks/workers.py STORE [--query FILE] [--requests 500] [--workers 2 4 8]

STORE is a store's folder. Prints, as Markdown tables: the median milliseconds of a small query, run by threads and by
processes in turn, five times each; for each number of workers the memory of the process tree (PSS, from /proc: Linux only) when
they have just started and after all have answered a heavy query; and the milliseconds from the deadline to the fresh worker.
"""

from __future__ import annotations

import argparse
import os
import statistics
import threading
import time
from pathlib import Path

import pyoxigraph as ox

from endpoint.execution import Executor, Kind, QueryOptions, QueryTimeoutError, ResultFormat, ThreadExecutor
from endpoint.workers.executor import ProcessExecutor
from kg_build.store import Reader, open_for_reading

FORMATS: dict[Kind, ResultFormat] = {
    "solutions": ox.QueryResultsFormat.JSON,
    "boolean": ox.QueryResultsFormat.JSON,
    "graph": ox.RdfFormat.N_TRIPLES,
}
SMALL = "SELECT ?o { ?s a ?c } LIMIT 1"
HEAVY = "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }"
DEADLINE = 0.2
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path)
    parser.add_argument("--query", type=Path, help="the small query; default: one name of anything")
    parser.add_argument("--requests", type=int, default=500)
    parser.add_argument("--workers", type=int, nargs="+", default=[2, 4, 8])
    arguments = parser.parse_args()
    reader = open_for_reading(arguments.store)
    query = arguments.query.read_text(encoding="utf-8") if arguments.query else SMALL
    print("| small query, ms | threads | processes |\n| --- | ---: | ---: |")
    executors: list[Executor] = [ThreadExecutor(8), ProcessExecutor(2)]
    for turn in range(1, 6):
        medians = (f"{latency(executor, reader, query, arguments.requests):.3f}" for executor in executors)
        print(f"| run {turn} | {' | '.join(medians)} |")
    for executor in executors:
        executor.close()
    print(
        "\n| workers | PSS at start, MB | after heavy queries, MB | deadline to fresh worker, ms |\n| ---: | ---: | ---: | ---: |"
    )
    for number in arguments.workers:
        print("| {} | {:.0f} | {:.0f} | {:.1f} |".format(number, *life(reader, number)))


def ask(executor: Executor, reader: Reader, query: str, timeout: float = 60) -> int:
    """Run a query; returns the length of its answer."""
    return sum(map(len, executor.run(reader, query, QueryOptions(timeout), FORMATS).chunks))


def latency(executor: Executor, reader: Reader, query: str, requests: int) -> float:
    """Median milliseconds of a query."""
    for _ in range(20):
        ask(executor, reader, query)
    times: list[float] = []
    for _ in range(requests):
        began = time.perf_counter()
        ask(executor, reader, query)
        times.append(time.perf_counter() - began)
    return 1000 * statistics.median(times)


def life(reader: Reader, number: int) -> tuple[float, float, float]:
    """Memory of a pool at its start and when it is warm, and how long a replacement takes."""
    executor = ProcessExecutor(number)
    executor.prepare(reader)
    wait_for(executor, number + 1)
    ask(executor, reader, SMALL)
    cold = memory()
    threads = [threading.Thread(target=ask, args=(executor, reader, HEAVY)) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    warm = memory()
    times: list[float] = []
    for _ in range(5):
        began = time.perf_counter()
        try:
            ask(executor, reader, RUNAWAY, DEADLINE)
        except QueryTimeoutError:
            wait_for(executor, number + 1)
            times.append(time.perf_counter() - began - DEADLINE)
    executor.close()
    return cold, warm, 1000 * statistics.median(times)


def wait_for(executor: ProcessExecutor, idle: int) -> None:
    """Wait until so many workers stand ready."""
    while executor.statistics()["idle"] < idle:
        time.sleep(0.0005)


def memory() -> float:
    """PSS of this process and all below it, in MB."""
    return sum(map(pss, tree(os.getpid()))) / 1024


def tree(pid: int) -> list[int]:
    """A process and all below it."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [pid] + [below for task in tasks for child in (task / "children").read_text().split() for below in tree(int(child))]


def pss(pid: int) -> int:
    """Memory of a process in kB, pages that it shares divided among those who share them."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


if __name__ == "__main__":
    main()
