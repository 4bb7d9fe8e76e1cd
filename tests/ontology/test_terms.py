"""The names in `ontology.terms` are those of the files, in both directions."""

from __future__ import annotations

import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from kg_build.model import EntityType
from ontology import terms
from ontology.documents import file_triples
from ontology.terms import ZONE, Namespace, load_text, ontology_path

OWL = "http://www.w3.org/2002/07/owl#"


def declared(kind: str) -> set[str]:
    """Local names of what ``zone.ttl`` declares as a kind of OWL entity."""
    return {
        triple.subject.value.removeprefix(ZONE.iri)
        for triple in file_triples("zone.ttl")
        if triple.predicate.value == terms.RDF.type
        and triple.object == NamedNode(OWL + kind)
        and isinstance(triple.subject, NamedNode)
        and triple.subject.value.startswith(ZONE.iri)
    }


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("Class", terms.CLASSES),
        ("ObjectProperty", terms.OBJECT_PROPERTIES),
        ("DatatypeProperty", terms.DATATYPE_PROPERTIES),
        ("NamedIndividual", terms.INDIVIDUALS),
    ],
)
def test_names_are_those_of_the_file(kind: str, names: tuple[str, ...]) -> None:
    assert set(names) == declared(kind)
    assert len(set(names)) == len(names)


def test_every_iri_of_the_file_is_listed() -> None:
    used = {
        term.value.removeprefix(ZONE.iri)
        for triple in file_triples("zone.ttl")
        for term in (triple.subject, triple.predicate, triple.object)
        if isinstance(term, NamedNode) and term.value.startswith(ZONE.iri)
    }
    assert used == set(ZONE)


def test_zone_subclasses_are_those_below_zone() -> None:
    above = {
        t.subject.value: t.object.value
        for t in file_triples("zone.ttl")
        if t.predicate.value == terms.RDFS.subClassOf and isinstance(t.object, NamedNode) and isinstance(t.subject, NamedNode)
    }

    def is_zone(iri: str) -> bool:
        return iri == ZONE.Zone or (iri in above and is_zone(above[iri]))

    assert {iri.removeprefix(ZONE.iri) for iri in above if is_zone(iri)} == set(terms.ZONE_SUBCLASSES)


def test_entity_types_of_the_model_are_core_classes() -> None:
    assert {kind.value for kind in EntityType} <= set(terms.CORE_CLASSES)


def test_lookup_by_attribute_and_by_name() -> None:
    assert ZONE.locatedIn == ZONE["locatedIn"] == "https://w3id.org/zonekg/ontology#locatedIn"
    assert "locatedIn" in ZONE
    assert "locatedin" not in ZONE
    assert ZONE.local(ZONE.locatedIn) == "locatedIn"
    assert ZONE.local("locatedIn") is None
    assert ZONE.local(terms.SKOS.prefLabel) is None
    assert len(ZONE) == len(list(ZONE))


def test_unknown_names_raise() -> None:
    with pytest.raises(AttributeError, match="locatedAt"):
        _ = ZONE.locatedAt
    with pytest.raises(KeyError):
        _ = ZONE["locatedAt"]


@given(st.text(max_size=20))
def test_local_undoes_getitem_and_nothing_else(name: str) -> None:
    namespace = Namespace("https://example.org/ns#", "one two")
    assert namespace.local(namespace.iri + name) == (name if name in {"one", "two"} else None)
    assert (name in namespace) == (name in {"one", "two"})


def test_prefixes_are_sorted_and_end_right() -> None:
    assert list(terms.PREFIXES) == sorted(terms.PREFIXES)
    assert all(iri.endswith(("#", "/")) for iri in terms.PREFIXES.values())
    assert terms.PREFIXES["schema"] == "https://schema.org/"


def test_version_is_that_of_the_file() -> None:
    values = {t.predicate.value: str(t.object) for t in file_triples("zone.ttl") if t.subject == NamedNode(terms.ONTOLOGY)}
    assert values[OWL + "versionInfo"] == f'"{terms.VERSION}"'
    assert values[OWL + "versionIRI"] == f"<{terms.VERSION_IRI}>"
    assert values[terms.VANN.preferredNamespaceUri] == f'"{ZONE.iri}"'


def test_files_are_found_and_a_missing_one_is_named() -> None:
    for name in (*terms.ONTOLOGY_FILES, "shapes.ttl", "complete.ttl", "catalog-v001.xml", "examples/good.trig"):
        assert ontology_path(name).is_file()
    assert load_text("zone.ttl").startswith("# The zone ontology")
    with pytest.raises(FileNotFoundError, match=r"nothing\.ttl"):
        ontology_path("nothing.ttl")


def test_catalogue_names_every_import() -> None:
    catalogue = ET.fromstring(load_text("catalog-v001.xml"))
    local = {entry.attrib["name"]: entry.attrib["uri"] for entry in catalogue}
    for name in local.values():
        assert ontology_path(name).is_file()
    for name in (*terms.ONTOLOGY_FILES, "shapes.ttl"):
        assert "owl:imports" not in load_text(name)
    imported = {str(t.object).strip("<>") for t in file_triples("complete.ttl") if t.predicate.value == terms.OWL.imports}
    assert {local[iri] for iri in imported} == set(terms.ONTOLOGY_FILES)


def test_terms_load_no_rdf_library() -> None:
    code = "import sys, ontology.terms; print(sorted({'rdflib', 'pyoxigraph', 'pyshacl'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
