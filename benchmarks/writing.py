"""What writing over HTTP takes: ``python benchmarks/writing.py [QUADS] [--memory]`` (100,000 are in the store before by default).

Prints for small updates one after the other, for eight clients at once, for updates of one name and for uploads of 10,000
triples: the median time of an answer, and what all of the server's processes used of a processor meanwhile, which a busy machine
changes less. Every seventh quad is a name that is searched.

With ``--memory`` it tells instead what memory each of the server's processes has after every hundred of 2,000 small updates,
after every twenty of 200 uploads of a megabyte, and after a minute of rest.
"""

from __future__ import annotations

import argparse
import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox

from endpoint.writing.tokens import SCOPES, TokenFile, tokens_path
from kg_build.exchange.description import void_graph
from kg_build.settings import Settings
from kg_build.store import open_for_build

SMALL, UPLOADS, CLIENTS = 20, 4, 8
TRIPLES = 10_000
FOLLOWED, STEP, LARGE, LARGE_STEP = 2000, 100, 200, 20
"""With ``--memory``: small updates, after how many of them it is told, and the same for uploads."""
MEGABYTE, REST = 1_000_000, 60
ROLES = {"endpoint.workers.nursery": "forks", "endpoint.writing.process": "writes", "endpoint.writing.following": "follows"}
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


def fill(store: Path, count: int, *, is_described: bool) -> None:
    """A store of so many quads in a hundred graphs; one that is described has its description made anew after writes."""
    with open_for_build(store) as build:
        if is_described:  # With anything: it is made anew by the first write.
            graph = void_graph(Settings().base_iri)
            build.extend([ox.Quad(graph, ox.NamedNode("http://p/0"), ox.Literal("x"), graph)])
        build.extend(
            ox.Quad(
                ox.NamedNode(f"http://e/{n // 7}"),
                ox.NamedNode(f"http://p/{n % 7}" if n % 7 else LABEL),
                ox.Literal(f"value {n}" if n % 7 else f"第{n}号青岚经济技术开发区", language=None if n % 7 else "zh"),
                ox.NamedNode(f"http://g/{n % 100}"),
            )
            for n in range(count)
        )


def used(server: int) -> float:
    """Seconds of a processor that the server and all below it have had so far."""
    total, pids = 0.0, [server]
    while pids:
        pid = pids.pop()
        try:
            fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
            for one in Path(f"/proc/{pid}/task").glob("*/children"):
                pids += [int(child) for child in one.read_text().split()]
        except OSError:
            continue
    return total


def memory(server: int) -> str:
    """What each process has, in MB: all that is resident, and what of it is no file's (anonymous)."""
    found: list[str] = []
    waiting = [(server, "serves")]
    while waiting:
        pid, role = waiting.pop(0)
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            has = {name: int(size) // 1024 for name, size, *_ in (line.replace(":", " ").split() for line in lines[1:])}
            found.append(f"{role} {has['Rss']} ({has['Anonymous']})")
            for one in Path(f"/proc/{pid}/task").glob("*/children"):
                for child in one.read_text().split():
                    words = Path(f"/proc/{child}/cmdline").read_text().split("\0")
                    own = next((ROLES[word] for word in words if word in ROLES), "other")
                    waiting.append((int(child), "queries" if role == "forks" else own))
        except (OSError, KeyError):
            continue
    return ", ".join(sorted(found))


class Site:
    """A running server."""

    def __init__(self, port: int, pid: int, token: str) -> None:
        self._port, self._pid, self._token = port, pid, token

    def send(self, method: str, path: str, body: str, media_type: str) -> float:
        """Seconds until the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=300)
        began = time.perf_counter()
        connection.request(method, path, body.encode(), {"Content-Type": media_type, "Authorization": f"Bearer {self._token}"})
        response = connection.getresponse()
        assert response.status in {201, 204}, response.read()
        connection.close()
        return time.perf_counter() - began

    def update(self, number: int) -> float:
        """One small update."""
        text = f"INSERT DATA {{ GRAPH <http://g/1> {{ <http://new/{number}> <http://p/1> 'x' }} }}"
        return self.send("POST", "/update", text, "application/sparql-update")

    def rename(self, number: int) -> float:
        """Another name for a thing."""
        old, new = (f"GRAPH ?g {{ <http://e/0> <{LABEL}> {name} }}" for name in ("?name", f"'新名{number}'@zh"))
        text = f"DELETE {{ {old} }} INSERT {{ {new} }} WHERE {{ {old} }}"
        return self.send("POST", "/update", text, "application/sparql-update")

    def upload(self, number: int) -> float:
        """Replace a graph of ten thousand triples by another one."""
        text = "".join(f"<http://e/{n}> <http://p/{n % 7}> 'v{n}-{number}' .\n" for n in range(TRIPLES))
        return self.send("PUT", "/graphs?graph=urn:upload", text, "text/turtle")

    def report(self, what: str, times: list[float], began: float, before: float) -> None:
        """One line."""
        wall, processor = time.perf_counter() - began, used(self._pid) - before
        print(
            f"{what}: median {statistics.median(times) * 1000:.0f} ms, {len(times) / wall:.1f} a second,"
            f" {processor / len(times) * 1000:.0f} ms of a processor each"
        )

    def follow(self) -> None:
        """What memory the processes have as writes go on."""
        print(f"MB resident (of these, no file's). At first: {memory(self._pid)}")
        for number in range(1, FOLLOWED + 1):
            self.update(number)
            if number % STEP == 0:
                print(f"{number} updates: {memory(self._pid)}", flush=True)
        for number in range(1, LARGE + 1):
            lines = (f"<http://large/{n}> <http://p/{n % 7}> 'value {n} of {number}' .\n" for n in range(MEGABYTE // 50))
            self.send("PUT", f"/graphs?graph=urn:large:{number % 10}", "".join(lines), "text/turtle")
            if number % LARGE_STEP == 0:
                print(f"{number} uploads: {memory(self._pid)}", flush=True)
        time.sleep(REST)
        print(f"after a minute: {memory(self._pid)}", flush=True)

    def measure(self) -> None:
        """All of it."""
        self.update(-1)
        began, before = time.perf_counter(), used(self._pid)
        self.report("a small update", [self.update(n) for n in range(SMALL)], began, before)
        began, before = time.perf_counter(), used(self._pid)
        with ThreadPoolExecutor(CLIENTS) as pool:
            times = list(pool.map(self.update, range(100, 100 + CLIENTS * SMALL)))
        self.report(f"small updates of {CLIENTS} clients", times, began, before)
        self.rename(-1)
        began, before = time.perf_counter(), used(self._pid)
        self.report("another name for a thing", [self.rename(n) for n in range(SMALL)], began, before)
        self.upload(-1)
        began, before = time.perf_counter(), used(self._pid)
        self.report(f"{TRIPLES} triples over as many", [self.upload(n) for n in range(UPLOADS)], began, before)


def main() -> None:
    """Make a store, serve it, measure."""
    parser = argparse.ArgumentParser(description="What writing over HTTP takes.")
    parser.add_argument("quads", nargs="?", type=int, default=100_000)
    parser.add_argument("--memory", action="store_true", help="follow the memory of each process")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        store = Path(work) / "s"
        fill(store, chosen.quads, is_described=chosen.memory)
        token = TokenFile(tokens_path(Settings(store=store))).add("benchmark", SCOPES)
        command = [sys.executable, "-m", "kg_build", "serve", "--store", str(store), "--port", "0"]
        environment = {**os.environ, "ZONEKG_ACCESS_LOG": "false"}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
            try:
                assert process.stdout is not None
                port = urlsplit(process.stdout.readline().split()[-1]).port
                site = Site(port or 0, process.pid, token)
                site.follow() if chosen.memory else site.measure()
            finally:
                process.terminate()


if __name__ == "__main__":
    main()
