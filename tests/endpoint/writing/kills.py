"""Killing the server's processes in turn while clients write, and counting what is left: nothing acknowledged may be lost.

``python tests/endpoint/writing/kills.py 100`` makes a hundred rounds and prints what came of them.

In each round clients write numbered updates, each of two statements in two graphs. Once some have been acknowledged, a process
is killed with SIGKILL: the server, the one that writes, the one that forks workers, or a worker. The clients go on (against a
new server where it was the server's turn) until more have been acknowledged. Then the store is read from disk: every
acknowledged update must be there, each of the others as a whole or not at all, and the union of graphs must be theirs.
"""

from __future__ import annotations

import http.client
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from serving import PATIENCE, command, started

from endpoint.writing.tokens import TokenFile, tokens_path
from kg_build.settings import Settings
from kg_build.store import open_for_build, open_for_reading

if TYPE_CHECKING:
    from collections.abc import Iterator

TURNS = ("server", "writing", "nursery", "worker")
CLIENTS = 3
BEFORE, AFTER = 3, 2
"""Updates that must have been acknowledged before a kill, and once more after it."""
ONE, TWO = ox.NamedNode("urn:one"), ox.NamedNode("urn:two")


@dataclass
class Tally:
    """What the clients know."""

    sent: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def wait(self, count: int) -> None:
        """Wait until so many are acknowledged."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.acknowledged) >= count, PATIENCE), "nothing was acknowledged any more"


@contextmanager
def serving(store: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server, and its port."""
    with started(command(store), env={**os.environ, "ZONEKG_ACCESS_LOG": "false"}) as (address, process):
        yield process, address.port or 0


class Clients:
    """Threads that write until they are told to stop."""

    def __init__(self, tally: Tally, token: str, name: str) -> None:
        self.port = 0
        self._tally = tally
        self._token = token
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(f"{name}-{n}",)) for n in range(CLIENTS)]
        self.statuses: Counter[int | str] = Counter()

    def start(self, port: int) -> None:
        """Begin."""
        self.port = port
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End, once what is under way has been answered."""
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _write(self, name: str) -> None:
        number = 0
        while not self._stopped.is_set():
            number += 1
            value = f"{name}-{number}"
            self._tally.sent.add(value)
            status = self._send(value)
            self.statuses[status] += 1
            if status == 204:
                with self._tally.changed:
                    self._tally.acknowledged.add(value)
                    self._tally.changed.notify_all()
            else:
                self._stopped.wait(0.05)

    def _send(self, value: str) -> int | str:
        text = (
            f"INSERT DATA {{ GRAPH <urn:one> {{ <urn:s> <urn:p> '{value}' }} GRAPH <urn:two> {{ <urn:s> <urn:p> '{value}' }} }}"
        )
        headers = {"Content-Type": "application/sparql-update", "Authorization": f"Bearer {self._token}"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("POST", "/update", text, headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__
        finally:
            connection.close()


def processes(server: int) -> dict[str, list[int]]:
    """The processes of a server by what they do."""
    found: dict[str, list[int]] = {"server": [server], "writing": [], "nursery": [], "worker": []}
    for child in _children(server):
        code = _read(Path(f"/proc/{child}/cmdline"))
        kind = "writing" if b"endpoint.writing.process" in code else "nursery" if b"endpoint.workers.nursery" in code else None
        if kind is not None:
            found[kind].append(child)
    for nursery in found["nursery"]:
        found["worker"] += _children(nursery)
    return found


def _children(pid: int) -> list[int]:
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for one in lists for child in _read(one).split()]


def _read(path: Path) -> bytes:
    """A file of /proc; empty where its process has just gone."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def _kill(server: int, victim: str, chance: random.Random) -> None:
    """Kill a process of a kind. One that goes by itself just then has another after it."""
    end = time.monotonic() + PATIENCE
    while True:
        victims = processes(server)[victim]
        try:
            os.kill(chance.choice(victims or [0x7FFFFFFF]), signal.SIGKILL)
        except ProcessLookupError:
            assert time.monotonic() < end, f"there never was a {victim}"
            time.sleep(0.01)
        else:
            return


def verify(store: Path, tally: Tally) -> None:
    """Compare the store on disk with what the clients know."""
    with open_for_reading(store) as reader:
        quads = set(reader.database)
        one, two = ({quad.object.value for quad in quads if quad.graph_name == graph} for graph in (ONE, TWO))
        assert one == two, f"half of an update: {one ^ two}"
        assert tally.acknowledged <= one, f"acknowledged and lost: {tally.acknowledged - one}"
        assert one <= tally.sent, f"never sent: {one - tally.sent}"
        assert set(reader.union) == quads | {ox.Quad(q.subject, q.predicate, q.object) for q in quads}


def rounds(folder: Path, count: int, seed: int = 1) -> Counter[str]:
    """Make so many rounds; returns counts of kills and answers. Raises `AssertionError` where something is lost."""
    store = folder / "s"
    with open_for_build(store) as build:
        build.extend([ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal("0"), graph) for graph in (ONE, TWO)])
    token = TokenFile(tokens_path(Settings(store=store))).add("clients", ["update"])
    chance = random.Random(seed)
    tally = Tally(sent={"0"}, acknowledged={"0"})
    done: Counter[str] = Counter()
    for number in range(count):
        _round(store, token, tally, f"{number}", TURNS[number % len(TURNS)], chance, done)
        verify(store, tally)
    done["acknowledged"] = len(tally.acknowledged) - 1
    done["sent"] = len(tally.sent) - 1
    return done


def _round(store: Path, token: str, tally: Tally, name: str, victim: str, chance: random.Random, done: Counter[str]) -> None:
    clients = Clients(tally, token, name)
    with serving(store) as (server, port):
        try:
            clients.start(port)
            tally.wait(len(tally.acknowledged) + BEFORE)
            time.sleep(chance.random() * 0.3)  # So that it is met in any part of its work.
            _kill(server.pid, victim, chance)
            done[f"killed {victim}"] += 1
            if victim == "server":
                server.wait()
                with serving(store) as (_, clients.port):
                    tally.wait(len(tally.acknowledged) + AFTER)
                    clients.stop()
            else:
                tally.wait(len(tally.acknowledged) + AFTER)
        finally:
            clients.stop()
    done.update({f"answered {status}": n for status, n in clients.statuses.items()})


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as work:
        began = time.monotonic()
        for key, value in sorted(rounds(Path(work), int(sys.argv[1])).items()):
            print(f"{key}: {value}")  # noqa: T201
        print(f"seconds: {time.monotonic() - began:.0f}")  # noqa: T201
