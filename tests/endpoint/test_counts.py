from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from endpoint import counts as module
from endpoint.counts import at_hand, counts, in_default_graph
from kg_build.exchange.description import dataset, redescribe, void_graph
from kg_build.settings import Settings
from kg_build.store import open_for_build, open_for_reading
from ontology.terms import VOID

DATA = Path(__file__).parents[1] / "store" / "data" / "small.trig"
BASE = "https://w3id.org/zonekg/id/"
MORE = ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.NamedNode("urn:o"))


@pytest.fixture
def build(tmp_path):
    """Makes stores of the small graph, described or not; what is added afterwards the description doesn't know."""

    def built(*more, is_described):
        folder = tmp_path / f"{is_described}{len(more)}.store"
        with open_for_build(folder) as made:
            made.extend(ox.parse(path=DATA))
            if is_described:
                redescribe(made.database, BASE)
            made.extend(more)
        return open_for_reading(folder), Settings(store=folder)

    return built


def test_what_is_counted_is_what_the_union_has(build):
    reader, settings = build(MORE, is_described=False)
    found = counts(reader, settings)
    assert found.triples == len(reader.union) - (len(reader.database) - 1)  # The named graphs stand beside it.
    assert dict(found.classes)["Enterprise"] == 2
    assert in_default_graph(reader) == 1


def test_the_description_says_the_same(build, monkeypatch):
    counted = counts(*build(is_described=False))
    reader, settings = build(is_described=True)
    own = sum(1 for _ in reader.database.quads_for_pattern(None, None, None, void_graph(BASE)))
    monkeypatch.setattr(module, "_counted", None)  # Not asked for.
    said = counts(reader, settings)
    assert (said.triples, said.classes) == (counted.triples + own, counted.classes)


@pytest.mark.parametrize("name", ["triples", "classPartition"])
@pytest.mark.parametrize("value", [ox.Literal("many"), ox.NamedNode("urn:many")])
def test_a_description_that_cannot_be_read_is_none(build, name, value):
    wrong = ox.Quad(ox.NamedNode(dataset(BASE).value), ox.NamedNode(VOID[name]), value, void_graph(BASE))
    reader, settings = build(wrong, is_described=False)
    assert counts(reader, settings).triples == len(reader.union) - len(reader.database)


def test_a_copy_without_texts_is_counted(build, monkeypatch):
    monkeypatch.setattr(module, "_described", None)
    reader, settings = build(is_described=True)
    assert counts(reader, replace(settings, texts=False)).triples == len(reader.union) - len(reader.database)


def test_nobody_waits_for_what_is_at_hand(build, monkeypatch):
    monkeypatch.setattr(module, "_cache", module._Cache())
    monkeypatch.setattr(module, "SHARE", 1e9)  # However short a while counting takes.
    may_count, count = threading.Event(), module._counted

    def counted(reader):
        assert may_count.wait(60)
        return count(reader)

    monkeypatch.setattr(module, "_counted", counted)
    reader, settings = build(is_described=False)
    assert at_hand(reader, settings) is None
    assert at_hand(reader, settings) is None  # Though it is being counted.
    may_count.set()
    module._cache._counting.join(60)
    assert at_hand(reader, settings) == counts(reader, settings)
    with open_for_build(settings.store) as made:
        made.extend([MORE])
    newer = reader.refresh()
    assert at_hand(newer, settings) == counts(reader, settings)  # That of the version before: counting has just taken a while.
    described, described_settings = build(is_described=True)
    may_count.clear()
    assert at_hand(described, described_settings) == counts(described, described_settings)
