"""The shapes let the good example pass, and each bad one fails at the shape that its first line names."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyshacl
import pytest
from rdflib import RDF, RDFS, SH, Dataset, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection

from ontology import terms
from ontology.ends import ENDS
from ontology.terms import ontology_path

SHAPES = Namespace(terms.SHAPES)
ZONE = Namespace(terms.ZONE.iri)
BAD = sorted(ontology_path("examples/good.trig").parent.joinpath("bad").glob("*.ttl"))


@cache
def shapes() -> Graph:
    return Graph().parse(ontology_path("shapes.ttl"))


def union(name: str) -> Graph:
    graph = Graph()
    for triple in Dataset(default_union=True).parse(ontology_path(name)).triples((None, None, None)):
        graph.add(triple)
    return graph


def broken(data: Graph) -> set[str]:
    """Local names of the shapes that the graph breaks."""
    conforms, report, _ = pyshacl.validate(data, shacl_graph=shapes())
    assert isinstance(report, Graph)
    sources = set(report.objects(None, SH.sourceShape))
    assert conforms == (not sources)
    assert all(isinstance(shape, URIRef) for shape in sources), "a result names a shape that has no name"
    return {str(shape).removeprefix(terms.SHAPES) for shape in sources}


def named_shapes() -> Iterator[URIRef]:
    for kind in (SH.NodeShape, SH.PropertyShape):
        for shape in shapes().subjects(RDF.type, kind):
            assert isinstance(shape, URIRef)
            yield shape


def test_shapes_are_well_formed_shacl() -> None:
    conforms, _, text = pyshacl.validate(Graph(), shacl_graph=shapes(), meta_shacl=True)
    assert conforms, text


def asked_of(shape: str) -> set[str]:
    """The classes of which a shape wants a node to be."""
    node = SHAPES[shape]
    either = [part for first in shapes().objects(node, SH["or"]) for part in Collection(shapes(), first)]
    return {str(found).removeprefix(ZONE) for part in (node, *either) for found in shapes().objects(part, SH["class"])}


@pytest.mark.parametrize("name", ENDS)
def test_ends_are_what_the_shapes_ask_for(name: str) -> None:
    assert (asked_of(f"{name}Subject"), asked_of(name)) == ENDS[name]


def test_shapes_are_core_only() -> None:
    predicates = set(shapes().predicates())
    assert SH.property in predicates
    assert not predicates & {SH.sparql, SH.js, SH.rule, SH.select, SH.zeroOrMorePath, SH.oneOrMorePath}


def test_good_example_conforms() -> None:
    assert broken(union("examples/good.trig")) == set()


def test_good_example_conforms_article_by_article() -> None:
    dataset = Dataset().parse(ontology_path("examples/good.trig"))
    articles = [g for g in dataset.graphs() if (g.identifier, RDF.type, ZONE.Article) in g]
    assert len(articles) == 2
    for article in articles:
        assert broken(Graph().parse(data=article.serialize(format="nt"), format="nt")) == set()


@pytest.mark.parametrize("path", BAD, ids=[path.stem for path in BAD])
def test_bad_example_breaks_its_shape_only(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    expected = first.removeprefix("# shape: shapes:")
    assert expected != first
    assert SHAPES[expected] in set(named_shapes())
    assert broken(Graph().parse(path)) == {expected}


def test_bad_examples_are_many() -> None:
    assert len(BAD) >= 40


def test_every_property_has_a_shape_for_values_and_one_for_subjects() -> None:
    for name in terms.PROPERTIES:
        assert (SHAPES[name], SH.path, ZONE[name]) in shapes()
        assert (SHAPES[f"{name}Subject"], SH.targetSubjectsOf, ZONE[name]) in shapes()
        assert (SHAPES[f"{name}Subject"], SH.property, SHAPES[name]) in shapes()


def test_every_core_and_zone_class_is_a_target() -> None:
    targets = set(shapes().objects(None, SH.targetClass))
    assert {ZONE[name] for name in terms.CORE_CLASSES + terms.ZONE_SUBCLASSES} <= targets


def test_shapes_name_only_terms_of_the_ontology() -> None:
    nodes = {str(term) for triple in shapes() for term in triple if str(term).startswith(terms.ZONE.iri)}
    assert {node.removeprefix(terms.ZONE.iri) for node in nodes} <= set(terms.ZONE)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_shape_has_one_name_and_one_message(language: str) -> None:
    for shape in named_shapes():
        for predicate in (SH.name, SH.message):
            found = [o for o in shapes().objects(shape, predicate) if isinstance(o, Literal) and o.language == language]
            assert len(found) == 1, (shape, predicate)


def test_every_property_refuses_wrong_subjects_and_values() -> None:
    """A node of no class as subject, and as value what no property takes: a literal of an odd datatype, or an odd node."""
    odd = URIRef("https://example.org/odd")
    data = Graph()
    for name in terms.OBJECT_PROPERTIES:
        data.add((odd, ZONE[name], Literal("odd")))
    for name in terms.DATATYPE_PROPERTIES:
        data.add((odd, ZONE[name], odd))
    found = broken(data)
    subjects = {f"{name}Subject" for name in terms.PROPERTIES}
    # mentionedIn may have any node with an IRI as its subject.
    assert subjects - found == {"mentionedInSubject"}
    assert set(terms.PROPERTIES) <= found


def test_ontology_beside_the_data_changes_nothing() -> None:
    """Subclass axioms in the data graph must neither hide nor make results."""
    data = union("examples/good.trig")
    for triple in Graph().parse(ontology_path("zone.ttl")).triples((None, RDFS.subClassOf, None)):
        data.add(triple)
    assert broken(data) == set()
