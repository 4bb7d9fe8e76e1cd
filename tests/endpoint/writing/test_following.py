from __future__ import annotations

import sys
import time

import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef

from endpoint.services import EXTENSION
from endpoint.writing import following
from kg_build.build import finish
from kg_build.exchange.description import dataset, void_graph
from kg_build.graph.quads import Graphs
from kg_build.store import open_for_build, open_for_reading
from ontology.terms import VOID


@pytest.fixture
def site(own_site):
    found = own_site()
    with open_for_build(found.settings.store) as build:
        finish(build, found.settings)
    return found


def described(site):
    """How many triples the store says that it has, and how many there are beside its description."""
    base = site.settings.base_iri
    with open_for_reading(site.settings.store) as reader:
        told = reader.database.quads_for_pattern(dataset(base), ox.NamedNode(VOID.triples), None, void_graph(base))
        (number,) = [int(quad.object.value) for quad in told]
        return number, len({quad.triple for quad in reader.database if quad.graph_name != void_graph(base)})


def wait_for(condition):
    end = time.monotonic() + 60
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    assert condition()


def test_a_store_is_described_anew_after_updates(site):
    assert described(site) == (1, 1)
    for number in range(3):
        assert site.update(f"INSERT DATA {{ <urn:s{number}> <urn:p> {number} }}").status_code == 204
    wait_for(lambda: described(site) == (4, 4))
    data = site.client.get("/.well-known/void").data
    node = URIRef(dataset(site.settings.base_iri).value)
    assert Graph().parse(data=data, format="turtle").value(node, URIRef(VOID.triples)).toPython() == 4


def test_what_was_inferred_is_told_to_be_older(site):
    graph = Graphs(site.settings.base_iri)["inferred"]
    assert site.update(f"INSERT DATA {{ GRAPH <{graph}> {{ <urn:a> <urn:p> <urn:b> }} }}").status_code == 204
    wait_for(lambda: site.ask("?part <http://www.w3.org/2000/01/rdf-schema#comment> ?text FILTER(CONTAINS(?text, 'refresh'))"))


def test_a_store_without_a_description_gets_none(own_site, monkeypatch):
    site = own_site()
    seen = []
    monkeypatch.setattr(following, "open_for_reading", lambda store: seen.append(store) or open_for_reading(store))
    assert site.update("INSERT DATA { <urn:s> <urn:p> 1 }").status_code == 204
    wait_for(lambda: seen)
    site.client.application.extensions[EXTENSION].writing.close()
    assert len(site.quads()) == 2


def test_a_process_that_fails_is_told_and_changes_nothing(site, monkeypatch, caplog):
    monkeypatch.setattr(following, "command", lambda *_: [sys.executable, "-c", "raise SystemExit(5)"])
    before = described(site)
    assert site.update("INSERT DATA { <urn:s> <urn:p> 1 }").status_code == 204
    wait_for(lambda: "status 5" in caplog.text)
    assert described(site)[0] == before[0]
