"""A thousand mutated queries; ``benchmarks/fuzz.py`` sends as many as you like."""

from __future__ import annotations

import random
from itertools import islice
from pathlib import Path

import pyoxigraph as ox
import pytest
from fuzzing.campaign import MARGIN, attack, serving
from fuzzing.mutation import SETTING, folder, mutants, seeds

from kg_build.store import open_for_build

DATA = Path(__file__).parents[1] / "store" / "data" / "small.trig"
COUNT = 1000
SECONDS = 30
"""A busy machine sends fewer."""


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    store = tmp_path_factory.mktemp("fuzzing") / "small.store"
    with open_for_build(store) as build:
        build.extend(ox.parse(path=DATA))
    with serving(store, workers=2) as found:
        yield found


@pytest.fixture(scope="module")
def written():
    where = folder()
    if where is None:
        pytest.skip(f"{SETTING} names no folder with the W3C's suites")
    return seeds(where)


def test_the_same_seed_gives_the_same_queries():
    texts = ["SELECT * { ?s ?p ?o }", "ASK {}"]
    one, other = (list(islice(mutants(texts, random.Random("a")), 50)) for _ in range(2))
    assert one == other
    assert len(set(one)) > 20


def test_a_thousand_queries_do_no_harm(target, written):
    idle = 3
    attack(target, written, 200, seed=1, seconds=SECONDS / 3)  # So that what is loaded once is loaded.
    before = target.settle(idle)
    memory = target.memory()
    found = attack(target, written, COUNT, seed=2, seconds=SECONDS)
    after = target.settle(idle)
    assert found.bad == []
    assert found.statuses["200"] + found.statuses["400"] > 0
    # Every worker that went has another one in its place.
    assert after["zonekg_workers|idle"] >= before["zonekg_workers|idle"]
    assert after.get("zonekg_queries_ended_total|lost", 0) == 0
    assert target.memory() < memory + MARGIN
