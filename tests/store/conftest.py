from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

DATA = Path(__file__).parent / "data" / "small.trig"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "zonekg.store"


@pytest.fixture
def small():
    return list(ox.parse(path=DATA))
