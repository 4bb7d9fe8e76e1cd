"""The files as triples: steady labels, one header; and what each file must hold."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ontology import terms
from ontology.documents import file_triples, ontology_triples
from ontology.terms import OWL, RDF, RDFS, SKOS, ZONE, load_text

FILES = (*terms.ONTOLOGY_FILES, "shapes.ttl", "complete.ttl")


def index(name: str) -> dict[str, dict[str, list[NamedNode | BlankNode | Literal]]]:
    found: dict[str, dict[str, list[NamedNode | BlankNode | Literal]]] = defaultdict(lambda: defaultdict(list))
    for triple in file_triples(name):
        assert not isinstance(triple.subject, Triple)
        assert not isinstance(triple.object, Triple)
        found[triple.subject.value][triple.predicate.value].append(triple.object)
    return found


@pytest.mark.parametrize("name", FILES)
def test_labels_of_anonymous_nodes_are_the_same_each_time(name: str) -> None:
    once, again = file_triples(name), file_triples(name)
    assert once == again
    assert len(once) == len(set(once))


def test_labels_differ_between_files() -> None:
    labels = [
        {t.subject.value for t in file_triples(name) if isinstance(t.subject, BlankNode)}
        for name in ("zone.ttl", "alignments.ttl")
    ]
    assert all(labels)
    assert not labels[0] & labels[1]


def test_whole_ontology_has_one_header_and_no_import() -> None:
    triples = list(ontology_triples())
    headers = [t.subject for t in triples if t.object == NamedNode(OWL.Ontology)]
    assert headers == [NamedNode(terms.ONTOLOGY)]
    assert not [t for t in triples if t.predicate.value == OWL.imports]
    assert len(triples) == len(set(triples)) > 2000


@pytest.mark.parametrize("name", FILES)
def test_every_header_states_title_and_licence(name: str) -> None:
    [header] = [iri for iri, po in index(name).items() if NamedNode(OWL.Ontology) in po[RDF.type]]
    values = index(name)[header]
    assert {o.language for o in values[terms.DCTERMS.title] if isinstance(o, Literal)} == {"zh", "en"}
    assert values[terms.DCTERMS.license] == [NamedNode("https://creativecommons.org/licenses/by/4.0/")]


@pytest.mark.parametrize("name", terms.ONTOLOGY_FILES)
def test_no_datatype_that_stops_the_reasoner(name: str) -> None:
    used = {t.object.value for t in file_triples(name) if isinstance(t.object, NamedNode)}
    used |= {t.object.datatype.value for t in file_triples(name) if isinstance(t.object, Literal)}
    assert not {u for u in used if re.search(r"XMLSchema#(date|gYear|gYearMonth|time|duration)$|wktLiteral$", u)}


def test_every_term_has_labels_and_definitions_in_both_languages() -> None:
    graph = index("zone.ttl")
    for name in ZONE:
        for predicate in (RDFS.label, SKOS.definition):
            texts = [o for o in graph[ZONE[name]][predicate] if isinstance(o, Literal)]
            assert sorted(o.language or "" for o in texts) == ["en", "zh"], (name, predicate)
            assert all(o.value.strip() for o in texts)


def test_every_class_and_property_has_an_example() -> None:
    graph = index("zone.ttl")
    for name in terms.CLASSES + terms.PROPERTIES:
        assert graph[ZONE[name]][SKOS.example], name


def test_labels_are_unique() -> None:
    graph = index("zone.ttl")
    labels = [
        (o.value, o.language)
        for name in terms.CLASSES + terms.PROPERTIES
        for o in graph[ZONE[name]][RDFS.label]
        if isinstance(o, Literal)
    ]
    assert len(labels) == len(set(labels))


def test_terms_stand_in_order() -> None:
    """Hand-kept files stay readable: within each section the terms go by name."""
    sections = re.split(r"^# (?=[A-Z])", load_text("zone.ttl"), flags=re.MULTILINE)
    checked = 0
    for section in sections:
        names = re.findall(r"^zone:(\w+) a ", section, flags=re.MULTILINE)
        assert names == sorted(names, key=str.lower)
        checked += len(names)
    assert checked == len(ZONE)


def test_every_property_states_its_domain_and_range() -> None:
    graph = index("zone.ttl")
    for name in terms.PROPERTIES:
        assert len(graph[ZONE[name]][f"{RDFS.iri}domain"]) == 1
        assert len(graph[ZONE[name]][f"{RDFS.iri}range"]) == 1


def test_core_classes_are_aligned_as_documented() -> None:
    graph = index("alignments.ttl")
    above = {name: {o.value for o in graph[ZONE[name]][RDFS.subClassOf]} for name in terms.CORE_CLASSES if name != "Official"}
    assert all(above.values())
    assert above["Zone"] == {terms.SCHEMA.Place, terms.ORG.Organization}
    assert above["Enterprise"] == {terms.ORG.FormalOrganization, terms.SCHEMA.Organization}
    assert above["Article"] == {terms.SCHEMA.NewsArticle, terms.PROV.Entity}
    assert above["Place"] == {terms.SCHEMA.Place, terms.GEO.Feature}
    assert above["Observation"] == {terms.QB.Observation}


def test_alignments_name_only_terms_of_the_ontology() -> None:
    used = {
        term.value.removeprefix(ZONE.iri)
        for name in ("alignments.ttl", "datacube.ttl")
        for t in file_triples(name)
        for term in (t.subject, t.object)
        if isinstance(term, NamedNode) and term.value.startswith(ZONE.iri)
    }
    assert used <= set(ZONE)


def test_data_cube_has_dimensions_and_a_measure() -> None:
    graph = index("datacube.ttl")
    qb = terms.QB
    assert graph[ZONE.observationDataSet][qb.structure] == [NamedNode(ZONE.observationStructure)]
    components = [o.value for o in graph[ZONE.observationStructure][qb.component]]
    found = {kind: {o.value for c in components for o in graph[c][qb[kind]]} for kind in ("dimension", "measure", "attribute")}
    assert found["dimension"] == {ZONE[n] for n in ("observedEntity", "indicator", "periodStart", "periodEnd")}
    assert found["measure"] == {ZONE.value}
    assert len(components) == sum(map(len, found.values()))
    domain = {
        t.subject.value
        for t in file_triples("zone.ttl")
        if t.predicate.value == f"{RDFS.iri}domain"
        and t.object == NamedNode(ZONE.Observation)
        and isinstance(t.subject, NamedNode)
    }
    assert set().union(*found.values()) == domain


def test_gbt4754_has_20_sections_and_97_divisions() -> None:
    graph = index("industries.ttl")
    notation = {iri: po[SKOS.notation][0].value for iri, po in graph.items() if SKOS.notation in po}
    sections = sorted(n for n in notation.values() if n.isalpha())
    divisions = sorted(n for n in notation.values() if n.isdigit())
    assert sections == list("ABCDEFGHIJKLMNOPQRST")
    assert divisions == [f"{n:02}" for n in range(1, 98)]
    for iri, code in notation.items():
        assert iri == terms.GBT + code
        assert graph[iri][SKOS.inScheme] == [NamedNode(ZONE.gbt4754)]


def test_broader_and_narrower_mirror_each_other() -> None:
    graph = index("industries.ttl")
    broader = {(iri, o.value) for iri, po in graph.items() for o in po.get(SKOS.broader, ())}
    narrower = {(o.value, iri) for iri, po in graph.items() for o in po.get(SKOS.narrower, ())}
    assert broader == narrower
    assert len(broader) == 97


@pytest.mark.parametrize(
    ("division", "section"),
    [("05", "A"), ("12", "B"), ("27", "C"), ("44", "D"), ("50", "E"), ("65", "I"), ("85", "Q"), ("97", "T")],
)
def test_divisions_lie_in_their_sections(division: str, section: str) -> None:
    assert index("industries.ttl")[terms.GBT + division][SKOS.broader] == [NamedNode(terms.GBT + section)]


def test_fields_are_mapped_and_named_once() -> None:
    graph = index("industries.ttl")
    fields = {iri: po for iri, po in graph.items() if NamedNode(ZONE.industryScheme) in po.get(SKOS.inScheme, [])}
    assert len(fields) >= 60
    names: list[str] = []
    for iri, po in fields.items():
        matches = [o.value for kind in ("closeMatch", "broadMatch", "relatedMatch") for o in po.get(SKOS[kind], [])]
        assert matches
        assert all(match in graph for match in matches)
        assert NamedNode(SKOS.Concept) in po[RDF.type]
        here = [
            o.value
            for kind in (SKOS.prefLabel, SKOS.altLabel)
            for o in po.get(kind, [])
            if isinstance(o, Literal) and o.language == "zh"
        ]
        assert iri == f"https://w3id.org/zonekg/id/industry/{here[0]}"
        names += here
    assert len(names) == len(set(names))


def test_language_tags_are_zh_and_en_only() -> None:
    languages = {t.object.language for t in ontology_triples() if isinstance(t.object, Literal) and t.object.language}
    assert languages == {"zh", "en"}
