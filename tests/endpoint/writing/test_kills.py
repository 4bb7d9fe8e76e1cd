from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def kills():
    spec = importlib.util.spec_from_file_location("kills", Path(__file__).with_name("kills.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules["kills"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds processes by /proc")
def test_nothing_that_was_acknowledged_is_lost_whichever_process_is_killed(kills, tmp_path):
    done = kills.rounds(tmp_path, len(kills.TURNS))
    assert {f"killed {victim}" for victim in kills.TURNS} <= set(done)
