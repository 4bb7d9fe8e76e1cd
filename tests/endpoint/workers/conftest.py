from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from serving import PATIENCE

from endpoint.workers.executor import ProcessExecutor
from kg_build.store import Reader, open_for_reading

FORMATS = {"solutions": ox.QueryResultsFormat.TSV, "boolean": ox.QueryResultsFormat.JSON, "graph": ox.RdfFormat.N_TRIPLES}
ROWS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
"""More rows than anybody will ever read."""
COUNT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?p . ?q ?r ?s . ?t ?u ?v }"
"""No row for a very long time: with four patterns it is through within a minute or so."""


def eventually(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for what other processes do, which send no event that a test could wait for."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.005)


def lives(pid: int) -> bool:
    """Whether a process is there with any of its threads: only then are its sockets closed."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state not in "ZX" or len(list(Path(f"/proc/{pid}/task").iterdir())) > 1
    except (FileNotFoundError, ProcessLookupError):
        return False


def computed(pid: int) -> float:
    """Seconds of a processor that a process has had; 0 of one that has just gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def children(pid: int) -> set[int]:
    """The processes that a process has started."""
    found: set[int] = set()
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # It, or a thread of it, has just gone.
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                found |= set(map(int, (task / "children").read_text().split()))
    return found


@pytest.fixture(scope="session")
def reader(store) -> Reader:
    return open_for_reading(store)


@pytest.fixture(scope="module")
def executor(reader) -> Iterator[ProcessExecutor]:
    made = ProcessExecutor(2)
    made.prepare(reader)
    eventually(lambda: made.statistics()["idle"] == 3)
    yield made
    made.close()
