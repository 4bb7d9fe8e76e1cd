"""Our endpoint beside other servers, by the harness in ZONEKG_BENCH: make bench-endpoint.

    python benchmarks/endpoint/run.py [--quads 300000] [--rounds 5] [--seconds 1.5] [--clients 8]
                                      [--peers zonekg oxigraph …] [--queries q01 q09 …] [--write]

All servers run at the same time and are asked one after the other, query by query, in rounds, so that what else the machine
does strikes all of them alike. The clients run on the same machine. Prints a table of medians, with the ratio to Oxigraph's own
server in brackets; --write puts it into docs/performance.md. Programs and data are kept in build/bench. Servers that can't be
had are left out, with the reason. Ends with 1 where two servers differ in how many rows there are.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peers import PEERS, MissingError, Peer, Place
from table import Run, differing, render, write

ROOT = Path(__file__).resolve().parents[2]
QUERIES = ("q01", "q02", "q03", "q04", "q05", "q06", "q07", "q08", "q09", "q10", "q11")
FIRST_BYTE = "q11"


def main() -> int:
    """Measure, print, and write."""
    arguments = _arguments()
    folder = os.environ.get("ZONEKG_BENCH", "")
    harness = Path(folder, "endpoint").resolve()
    if not folder or not (harness / "bench.py").is_file():
        print("skipped: ZONEKG_BENCH names no folder with endpoint/bench.py in it")
        return 0
    work = ROOT / "build" / "bench"
    work.mkdir(parents=True, exist_ok=True)
    data = work / f"zones-{arguments.quads}.nq"
    if not data.is_file():
        subprocess.run([sys.executable, str(harness / "make_data.py"), str(arguments.quads), f"{data}.new"], check=True)
        Path(f"{data}.new").rename(data)
    missing: list[str] = []
    with _started(Place(harness, work, data), arguments.peers, missing) as peers:
        began = time.monotonic()
        runs = list(_rounds(harness, peers, arguments))
        took = time.monotonic() - began
    for reason in missing:
        print(f"left out: {reason}")
    text = _title(arguments, took, missing) + "\n" + render(runs, [peer.name for peer in peers], arguments.clients)
    print(text)
    if arguments.write:
        write(ROOT / "docs" / "performance.md", str(arguments.quads), text)
    wrong = differing(runs)
    for line in wrong:
        print(f"rows differ: {line}")
    return 1 if wrong else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quads", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.5, help="for each query, server and round")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--cap", type=float, default=4, help="no new request after so many seconds, where answers are slow")
    parser.add_argument("--peers", nargs="+", default=[peer.name for peer in PEERS], choices=[peer.name for peer in PEERS])
    parser.add_argument("--queries", nargs="+", default=list(QUERIES), choices=QUERIES)
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    return parser.parse_args()


@contextmanager
def _started(place: Place, names: list[str], missing: list[str]) -> Iterator[list[Peer]]:
    """The servers that can be had, running."""
    running: list[Peer] = []
    try:
        for number, kind in enumerate(PEERS):
            if kind.name not in names:
                continue
            peer = kind(place, number)
            try:
                print(f"{peer.name}: getting ready", file=sys.stderr, flush=True)
                peer.prepare()
                peer.start()
            except MissingError as error:
                missing.append(f"{peer.name}: {error}")
            else:
                running.append(peer)
        yield running
    finally:
        for peer in running:
            peer.stop()


def _rounds(harness: Path, peers: list[Peer], arguments: argparse.Namespace) -> Iterator[Run]:
    for number in range(arguments.rounds):
        print(f"round {number + 1} of {arguments.rounds}", file=sys.stderr, flush=True)
        for query in arguments.queries:
            for peer in peers:
                yield from _ask(harness, peer, query, arguments.clients, arguments.seconds, arguments.cap)
                if query == FIRST_BYTE:
                    yield from _ask(harness, peer, query, 1, 0, arguments.cap)


def _ask(harness: Path, peer: Peer, query: str, clients: int, seconds: float, cap: float) -> Iterator[Run]:
    assert peer.process is not None
    command = [
        *(sys.executable, str(harness / "bench.py"), "--name", peer.name, "--query-url", peer.url, "--only", query),
        *("--clients", str(clients), "--seconds", str(seconds), "--cap", str(cap), "--min-samples", "1"),
        *("--pid", str(peer.process.pid)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    for line in done.stdout.splitlines():
        yield Run.read(json.loads(line))


def _title(arguments: argparse.Namespace, took: float, missing: list[str]) -> str:
    processor = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    left_out = f" Left out: {'; '.join(missing)}." if missing else ""
    return (
        f"{arguments.quads:,} quads, {arguments.clients} clients on the same machine ({os.cpu_count()} × {processor}, load"
        f" {os.getloadavg()[2]:.1f}), median of {arguments.rounds} rounds of {arguments.seconds:g} s, {took / 60:.0f}"
        f" minutes in all.{left_out}\n"
    )


if __name__ == "__main__":
    sys.exit(main())
