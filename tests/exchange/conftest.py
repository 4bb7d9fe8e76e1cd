from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg_build.store import open_for_build, open_for_reading

DATA = Path(__file__).parents[1] / "store" / "data" / "small.trig"


@pytest.fixture(scope="session")
def reader(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exchange") / "small.store"
    with open_for_build(folder) as build:
        build.extend(ox.parse(path=DATA))
    return open_for_reading(folder)


@pytest.fixture
def reader_of(tmp_path):
    def make(quads):
        folder = tmp_path / f"{len(list(tmp_path.iterdir()))}.store"
        with open_for_build(folder) as build:
            build.extend(quads)
        return open_for_reading(folder)

    return make
