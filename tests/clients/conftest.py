"""A server over a small store, started as `zonekg serve` starts it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg_build.store import open_for_build

DATA = Path(__file__).parents[1] / "store" / "data" / "small.trig"


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory):
    """The address of /sparql."""
    store = tmp_path_factory.mktemp("clients") / "small.store"
    with open_for_build(store) as build:
        build.extend(ox.parse(path=DATA))
    command = [sys.executable, "-m", "kg_build", "serve", "--store", str(store), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline()
            assert line.startswith("Serving "), line
            yield line.split()[-1] + "sparql"
        finally:
            process.terminate()
            process.wait(20)
