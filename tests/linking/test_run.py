"""Linking a store: what is written, that it is written once and whole, that people's word survives."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from serving import PATIENCE

from kg_build.graph.shapes import violations
from kg_build.linking.graph import link_quads
from kg_build.linking.judgements import Judgement, Judgements, Row
from kg_build.linking.model import Link
from kg_build.linking.run import Plan, link
from kg_build.settings import Settings
from kg_build.store import open_for_build, open_for_reading
from ontology import terms
from ontology.documents import ontology_triples
from ontology.terms import ONTOLOGY, PREFIXES

BASE = "https://w3id.org/zonekg/id/"
GULOU = f"{BASE}place/鼓楼区"


def ask(chosen: Settings, pattern: str) -> bool:
    with open_for_reading(chosen.store) as reader:
        return bool(reader.query(f"ASK {{ {pattern} }}", prefixes={**PREFIXES, "": BASE}))


def dump(chosen: Settings) -> bytes:
    with open_for_reading(chosen.store) as reader:
        quads = (str(q) for q in reader.database)
        return "\n".join(sorted(quads)).encode()


LINKS, PLACES = ("GRAPH <https://w3id.org/zonekg/graph/links> ", "GRAPH <https://w3id.org/zonekg/graph/places> ")
ZONE_, SHAN = f"<{BASE}zone/三门峡经开区>", f"<{BASE}place/陕县>"
GBT = f"{BASE}catalogue/gbt2260/"


@pytest.mark.parametrize(
    "pattern",
    [
        f"{LINKS} {{ {ZONE_} skos:exactMatch <{BASE}catalogue/zones/411271> }}",
        f"{LINKS} {{ {SHAN} skos:exactMatch <{GBT}411222> ; skos:closeMatch <{GBT}411203> }}",
        f"{LINKS} {{ <{GBT}411222> skos:notation '411222' ; skos:prefLabel '陕县'@zh }}",
        f"{LINKS} {{ <{BASE}place/三门峡市> skos:closeMatch <https://sws.geonames.org/1796669/> }}",
        f"{LINKS} {{ <{BASE}industry/生物医药> skos:broadMatch zone:gbt4754-27 }}",
        f"{PLACES} {{ {ZONE_} zone:divisionCode '411271' ; zone:within+ <{BASE}place/河南省> }}",
        f"{PLACES} {{ {SHAN} zone:divisionCode '411222' ; zone:within <{BASE}place/三门峡市> }}",
        f"{PLACES} {{ <{BASE}place/三门峡市> wgs84:lat 34.78081 ; geo:hasGeometry/geo:asWKT ?wkt }}",
        f"{PLACES} {{ {ZONE_} wgs84:long 111.19287 ; geo:hasGeometry/prov:wasDerivedFrom ?record }}",
        "?g geo:asWKT 'POINT(111.19287 34.78081)'^^geo:wktLiteral",
    ],
)
def test_the_store_says(chosen: Settings, plan: Plan, pattern: str) -> None:
    assert link(chosen, plan).changed
    assert ask(chosen, pattern)


def test_a_group_of_industries_leads_to_its_division_and_section() -> None:
    link_ = Link(f"{BASE}industry/锂电池", "skos:broadMatch", f"{terms.GBT}384", 0.9, "", "industries", "锂电池", "Industry", "")
    store = ox.Store()
    store.extend(link_quads([link_], [], BASE))
    store.extend(ox.Quad(*triple, ox.NamedNode(ONTOLOGY)) for triple in ontology_triples())
    classes = f"<{BASE}industry/锂电池> skos:broadMatch/skos:broader* ?class . ?class skos:notation ?code"
    query = f"SELECT ?code {{ {classes} }} ORDER BY DESC(?code)"
    found = store.query(query, use_default_graph_as_union=True, prefixes=PREFIXES)
    assert [row["code"].value for row in found] == ["C", "384", "38"]


def test_what_cant_be_told_is_for_review_and_not_linked(chosen: Settings, plan: Plan) -> None:
    report = link(chosen, plan)
    assert [d.thing.iri for d in report.review] == [GULOU]
    assert not ask(chosen, f"<{GULOU}> skos:exactMatch|skos:closeMatch|owl:sameAs ?o")


def test_the_links_keep_the_shapes(chosen: Settings, plan: Plan) -> None:
    link(chosen, plan)
    with open_for_reading(chosen.store) as reader:
        graph = ox.NamedNode(ONTOLOGY)
        quads = [q for q in reader.database if "/graph/" in str(q.graph_name)]
        quads += [q for q in reader.database if "/article/" in str(q.graph_name)]
        quads += [ox.Quad(t.subject, t.predicate, t.object, graph) for t in ontology_triples()]
        assert violations(quads) == ()


def test_linking_again_changes_nothing(chosen: Settings, plan: Plan) -> None:
    first = link(chosen, plan)
    before = dump(chosen)
    with open_for_reading(chosen.store) as reader:
        version = reader.version
    again = link(chosen, plan)
    assert not again.changed
    assert again.links == first.links
    assert dump(chosen) == before
    with open_for_reading(chosen.store) as reader:
        assert reader.version == version


def test_a_dry_run_writes_nothing(chosen: Settings, plan: Plan) -> None:
    before = dump(chosen)
    assert link(chosen, plan, dry_run=True).links
    assert dump(chosen) == before


def test_what_people_say_is_linked_and_what_they_deny_is_not(chosen: Settings, plan: Plan) -> None:
    xuzhou, zone = f"{BASE}catalogue/gbt2260/320302", f"{BASE}zone/三门峡经开区"
    wikidata = "http://www.wikidata.org/entity/Q1"
    judgements = Judgements(
        [
            Row(GULOU, xuzhou, Judgement.POSITIVE, "me", date(2024, 1, 1)),
            Row(zone, f"{BASE}catalogue/zones/411271", Judgement.NEGATIVE, "me", date(2024, 1, 1)),
            Row(zone, wikidata, Judgement.POSITIVE, "me", date(2024, 1, 1)),
            Row("urn:gone", xuzhou, Judgement.POSITIVE, "me", date(2024, 1, 1)),
        ]
    )
    report = link(chosen, replace(plan, judgements=judgements))
    assert report.unknown == 1
    assert ask(chosen, f"<{GULOU}> skos:exactMatch <{xuzhou}> ; zone:within <{BASE}place/徐州市>")
    assert ask(chosen, f"<{zone}> owl:differentFrom <{BASE}catalogue/zones/411271> ; skos:exactMatch <{wikidata}>")
    assert not ask(chosen, f"<{zone}> zone:divisionCode ?code")
    said = {(one.subject, one.object): one for one in report.links}[GULOU, xuzhou]
    assert (said.justification, said.reviewer, said.reviewed) == ("semapv:ManualMappingCuration", "me", "2024-01-01")


def test_a_mistake_in_the_middle_leaves_the_old_links(chosen: Settings, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    link(chosen, plan)
    before = dump(chosen)
    judgements = Judgements([Row(GULOU, f"{BASE}catalogue/gbt2260/320302", Judgement.POSITIVE, "me", date(2024, 1, 1))])

    def fails(*arguments: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("kg_build.linking.run.rewrite_places", fails)
    with pytest.raises(RuntimeError):
        link(chosen, replace(plan, judgements=judgements))
    assert dump(chosen) == before


def test_killed_while_it_asks_it_leaves_the_old_links(chosen: Settings, plan: Plan, server, tmp_path: Path) -> None:
    link(chosen, plan)
    before = dump(chosen)
    server.answers = [(200, {"name": "Slow", "identifierSpace": "urn:s:", "versions": ["0.2"]})]
    server.go.clear()
    command = [sys.executable, "-m", "kg_build", "link", "--store", str(chosen.store), "--reconcile", server.url]
    with subprocess.Popen(command, cwd=tmp_path) as process:
        try:
            assert server.asked.wait(PATIENCE)
        finally:
            process.send_signal(signal.SIGKILL)
    assert dump(chosen) == before
    with open_for_build(chosen.store):
        pass  # and the store is free


def test_the_store_that_changed_meanwhile_is_looked_at_again(chosen: Settings, plan: Plan) -> None:
    """Another build ends between reading the things and writing the links."""

    class Late:
        source = plan.gazetteers[0].source
        types = frozenset({"Place"})
        done = False

        def candidates(self, things, progress=None):
            if not self.done:
                self.done = True
                with open_for_build(chosen.store) as build:
                    build.remove_graph(f"{BASE}article/a.txt")
            return plan.gazetteers[0].candidates(things)

    report = link(chosen, replace(plan, gazetteers=[Late()]))
    assert report.things == 1
    assert not ask(chosen, f"<{BASE}place/陕县> skos:exactMatch ?o")
