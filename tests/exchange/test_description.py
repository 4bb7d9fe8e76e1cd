from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg_build.exchange.description import dataset, describe, void_graph
from ontology.terms import DCAT, DCTERMS, FOAF, PROV, RDF, SKOS, VOID, ZONE

BASE = "https://w3id.org/zonekg/id/"
DATA = dataset(BASE)


@pytest.fixture
def store(reader, tmp_path):
    made = ox.Store(tmp_path / "db")
    made.extend(reader.database)
    return made


def described(store, **options):
    found = ox.Store()
    found.extend(ox.Quad(t.subject, t.predicate, t.object) for t in describe(store, BASE, **options))
    return found


def values(found, subject, predicate):
    return sorted(quad.object.value for quad in found.quads_for_pattern(subject, ox.NamedNode(predicate), None))


def parts(found, link, of, count):
    """Class or property → how many."""
    nodes = [quad.object for quad in found.quads_for_pattern(DATA, ox.NamedNode(link), None)]
    return {values(found, node, of)[0]: int(values(found, node, count)[0]) for node in nodes}


def test_counts_are_those_of_the_union(store):
    found = described(store)
    union = {quad.triple for quad in store}
    assert values(found, DATA, VOID.triples) == [str(len(union))]
    by_property = parts(found, VOID.propertyPartition, VOID.property, VOID.triples)
    assert by_property == {p.value: sum(t.predicate == p for t in union) for p in {t.predicate for t in union}}
    by_class = parts(found, VOID.classPartition, VOID["class"], VOID.entities)
    types = {(t.subject, t.object.value) for t in union if t.predicate == ox.NamedNode(RDF.type)}
    assert by_class == {c: sum(found_class == c for _, found_class in types) for c in {c for _, c in types}}
    assert by_class[ZONE.Zone] == 1, "in two graphs, and one thing"


def test_it_does_not_describe_itself(store):
    before = describe(store, BASE)
    store.extend(ox.Quad(t.subject, t.predicate, t.object, void_graph(BASE)) for t in before)
    assert describe(store, BASE) == before


def test_it_has_examples_dates_and_sources(store):
    found = described(store)
    assert BASE + "zone/云岭经济开发区" in values(found, DATA, VOID.exampleResource)
    (period,) = found.quads_for_pattern(DATA, ox.NamedNode(DCTERMS.temporal), None)
    assert values(found, period.object, DCAT.startDate) == values(found, period.object, DCAT.endDate) == ["2024-03-01"]
    sources = [quad.object for quad in found.quads_for_pattern(DATA, ox.NamedNode(DCTERMS.source), None)]
    assert "MIT OR WTFPL" in [values(found, source, DCTERMS.rights)[0] for source in sources]


def test_the_licence_is_told_where_there_is_one(store):
    assert values(described(store), DATA, DCTERMS.license) == []
    licence = "https://creativecommons.org/licenses/by/4.0/"
    assert values(described(store, licence=licence), DATA, DCTERMS.license) == [licence]


def test_links_are_counted_by_target_and_property(store):
    links = ox.NamedNode("https://w3id.org/zonekg/graph/links")
    targets = [
        "https://sws.geonames.org/1/",
        "https://sws.geonames.org/2/",
        "http://www.wikidata.org/entity/Q1",
        "https://e.org/x/1",
    ]
    store.extend(ox.Quad(ox.NamedNode(BASE + "place/a"), ox.NamedNode(SKOS.exactMatch), ox.NamedNode(t), links) for t in targets)
    found = described(store)
    sets = [q.subject for q in found.quads_for_pattern(None, ox.NamedNode(RDF.type), ox.NamedNode(VOID.Linkset))]
    counted = {
        values(found, ox.NamedNode(values(found, one, VOID.objectsTarget)[0]), DCTERMS.title)[0]: values(found, one, VOID.triples)
        for one in sets
    }
    assert counted == {"GeoNames": ["2"], "Wikidata": ["1"], "e.org": ["1"]}
    assert values(found, sets[0], VOID.linkPredicate) == [SKOS.exactMatch]


def test_what_only_the_ontology_uses_is_not_listed(store):
    graph = ox.NamedNode("https://w3id.org/zonekg/ontology")
    kind = ox.NamedNode(PROV.Activity)
    store.add(ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode(RDF.type), kind, graph))
    store.add(ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), kind, graph))
    found = described(store)
    assert PROV.Activity not in parts(found, VOID.classPartition, VOID["class"], VOID.entities)
    assert "http://e/p" not in parts(found, VOID.propertyPartition, VOID.property, VOID.triples)


def test_a_list_of_ours_is_called_by_its_name(store):
    links = ox.NamedNode("https://w3id.org/zonekg/graph/links")
    store.add(ox.Quad(
        ox.NamedNode(BASE + "place/a"), ox.NamedNode(SKOS.closeMatch), ox.NamedNode(BASE + "catalogue/gbt2260/410000"), links,
    ))  # fmt: skip
    found = described(store)
    (one,) = [q.subject for q in found.quads_for_pattern(None, ox.NamedNode(RDF.type), ox.NamedNode(VOID.Linkset))]
    target = ox.NamedNode(values(found, one, VOID.objectsTarget)[0])
    assert values(found, target, DCTERMS.title) == ["GB/T 2260 行政区划代码"]
    assert values(found, target, VOID.uriSpace) == [BASE + "catalogue/gbt2260/"]


def test_vocabularies_are_those_that_are_used(store):
    found = described(store)
    used = {row for kind in ("class", "property") for row in parts(found, VOID[f"{kind}Partition"], VOID[kind],
            VOID.entities if kind == "class" else VOID.triples)}  # fmt: skip
    for namespace in values(found, DATA, VOID.vocabulary):
        assert any(iri.startswith(namespace) for iri in used), namespace


def test_geonames_is_named_where_something_is_linked(store):
    def homepages():
        return values(described(store), None, FOAF.homepage)

    links = ox.NamedNode("https://w3id.org/zonekg/graph/links")
    store.remove_graph(links)
    assert "https://www.geonames.org/" not in homepages()
    node = ox.NamedNode(BASE + "place/a")
    store.add(ox.Quad(node, ox.NamedNode(SKOS.closeMatch), ox.NamedNode(BASE + "catalogue/gbt2260/410000"), links))
    assert "https://www.geonames.org/" in homepages()
