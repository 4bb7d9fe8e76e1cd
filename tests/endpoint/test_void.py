import pyoxigraph as ox
import pytest
from rdflib import RDF, Graph, URIRef

from endpoint.app import create_app
from kg_build.exchange import FORMATS
from kg_build.exchange.description import dataset, redescribe, void_graph
from kg_build.settings import Settings
from kg_build.store import open_for_build
from ontology.terms import DCAT, DCTERMS, FOAF, VOID, ZONE

BASE = "https://w3id.org/zonekg/id/"
DATA = URIRef(dataset(BASE).value)


@pytest.fixture
def described(client):
    return Graph().parse(data=client.get("/.well-known/void").data, format="turtle")


def test_it_counts_by_class(described):
    (part,) = described.subjects(URIRef(VOID["class"]), URIRef(ZONE.Enterprise))
    assert int(described.value(part, URIRef(VOID.entities))) == 2
    assert (DATA, URIRef(VOID.classPartition), part) in described


def test_it_leads_to_every_dump(described, client):
    dumps = set(described.objects(DATA, URIRef(VOID.dataDump)))
    assert dumps == set(described.objects(None, URIRef(DCAT.downloadURL)))
    assert len(dumps) == 2 * len(FORMATS)
    for address in dumps:
        with client.get(str(address)) as response:
            assert response.status_code == 200


def test_distributions_tell_their_media_types(described):
    types = {str(kind).rpartition("media-types/")[2] for kind in described.objects(None, URIRef(DCAT.mediaType))}
    assert types == {f.media_type for f in FORMATS.values()}


def test_it_says_where_to_ask_and_since_when(described):
    assert described.value(DATA, URIRef(VOID.sparqlEndpoint)) == URIRef("http://localhost/sparql")
    assert described.value(URIRef("http://localhost/sparql#service"), URIRef(DCAT.servesDataset)) == DATA
    assert described.value(DATA, URIRef(DCTERMS.modified)).toPython().tzinfo is not None


@pytest.mark.parametrize("accept", ["text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples"])
def test_it_comes_in_every_format(client, accept):
    assert client.get("/.well-known/void", headers={"Accept": accept}).mimetype == accept


def test_what_the_store_says_of_itself_is_taken_from_there(tmp_path):
    said = ox.Quad(dataset(BASE), ox.NamedNode(DCTERMS.title), ox.Literal("Mine"), void_graph(BASE))
    with open_for_build(tmp_path / "s") as build:
        build.extend([said])
    data = create_app(Settings(store=tmp_path / "s")).test_client().get("/.well-known/void").data
    graph = Graph().parse(data=data, format="turtle")
    assert [str(title) for title in graph.objects(DATA, URIRef(DCTERMS.title))] == ["Mine"]
    assert graph.value(DATA, URIRef(VOID.dataDump)) is not None


def test_the_document_is_a_description_of_the_data_set(described):
    document = URIRef("http://localhost/.well-known/void")
    assert (document, RDF.type, URIRef(VOID.DatasetDescription)) in described
    assert described.value(document, URIRef(FOAF.primaryTopic)) == DATA


def test_a_licence_is_told_with_every_distribution(tmp_path):
    licence = "https://creativecommons.org/licenses/by/4.0/"
    with open_for_build(tmp_path / "s") as build:
        redescribe(build.database, BASE, licence)
    data = create_app(Settings(store=tmp_path / "s")).test_client().get("/.well-known/void").data
    graph = Graph().parse(data=data, format="turtle")
    for one in graph.objects(DATA, URIRef(DCAT.distribution)):
        assert graph.value(one, URIRef(DCTERMS.license)) == URIRef(licence)
