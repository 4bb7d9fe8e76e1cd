"""The service description (SPARQL 1.1 Service Description): what ``/sparql`` can do, in RDF."""

from __future__ import annotations

from heapq import nsmallest
from typing import TYPE_CHECKING

import pyoxigraph as ox
from flask import Response, request, url_for

from endpoint.counts import counts, in_default_graph
from endpoint.negotiation import GRAPH_OFFERS, require
from endpoint.rdf import known, rdf_response
from endpoint.services import services, tag
from endpoint.writing.access import is_on
from kg_build.exchange.description import dataset, void_graph
from kg_build.geo import GEOF, NAMES
from kg_build.search import TEXT_QUERY
from ontology.terms import DCAT, DCTERMS, RDF, RDFS, VOID, XSD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg_build.store import Reader

SD = "http://www.w3.org/ns/sparql-service-description#"
ENTAILMENT = "http://www.w3.org/ns/entailment/"
RDF_TYPE = ox.NamedNode(RDF.type)
FORMATS = "http://www.w3.org/ns/formats/"
RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
GRAPHS = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads")
MAX_GRAPHS = 1000
"""Named graphs that are listed at most; all of them are a query away."""
ARTICLES = "/article/"
"""What the names of articles' graphs have in them."""


def describe() -> Response:
    """The description in the format that the client likes best."""
    choice = require(request.accept_mimetypes, GRAPH_OFFERS)
    reader = services().source.current()
    union = services().settings.union_default_graph
    writes = is_on()
    etag = tag(reader, "description", choice.media_type, request.host_url, union, services().federation.is_on, writes)
    response = Response(content_type=choice.content_type)
    if known(response, etag):
        return response
    return rdf_response(list(_triples(reader, union, writes)), choice, etag)


def _triples(reader: Reader, union: bool, writes: bool) -> Iterator[ox.Triple]:
    endpoint = url_for("sparql.sparql", _external=True)
    service, data = (ox.NamedNode(f"{endpoint}#{name}") for name in ("service", "dataset"))
    yield from _service(service, endpoint, data)
    yield ox.Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    # Any of the graphs may be named by FROM, by FROM NAMED or in the protocol.
    yield ox.Triple(service, _sd("availableGraphs"), data)
    yield ox.Triple(service, RDF_TYPE, ox.NamedNode(DCAT.DataService))
    yield ox.Triple(service, ox.NamedNode(DCAT.servesDataset), dataset(services().settings.base_iri))
    if union:
        yield ox.Triple(service, _sd("feature"), _sd("UnionDefaultGraph"))
    if services().federation.is_on:
        yield ox.Triple(service, _sd("feature"), _sd("BasicFederatedQuery"))
    for kind, relation, names in (
        ("Feature", "propertyFeature", [TEXT_QUERY]),
        ("Function", "extensionFunction", [GEOF + name for name in NAMES]),
    ):
        for name in names:
            yield ox.Triple(service, _sd(relation), ox.NamedNode(name))
            yield ox.Triple(ox.NamedNode(name), RDF_TYPE, _sd(kind))
    for name in RESULTS + GRAPHS:
        yield ox.Triple(service, _sd("resultFormat"), ox.NamedNode(FORMATS + name))
    if writes:
        # A service of its own: its endpoint is another, and that of queries takes no updates.
        address = url_for("update.update", _external=True)
        updates = ox.NamedNode(f"{address}#service")
        yield from _service(updates, address, data)
        yield ox.Triple(updates, _sd("supportedLanguage"), _sd("SPARQL11Update"))
    yield from _dataset(reader, data, ox.NamedNode(f"{endpoint}#default-graph"), union=union)


def _service(service: ox.NamedNode, endpoint: str, data: ox.NamedNode) -> Iterator[ox.Triple]:
    """What both services have in common."""
    yield ox.Triple(service, RDF_TYPE, _sd("Service"))
    yield ox.Triple(service, _sd("endpoint"), ox.NamedNode(endpoint))
    yield ox.Triple(service, _sd("feature"), _sd("EmptyGraphs"))
    # What was inferred is stored: queries match it as they match the rest.
    yield ox.Triple(service, _sd("defaultEntailmentRegime"), ox.NamedNode(f"{ENTAILMENT}Simple"))
    yield ox.Triple(service, _sd("defaultDataset"), data)


def _dataset(reader: Reader, data: ox.NamedNode, default: ox.NamedNode, *, union: bool) -> Iterator[ox.Triple]:
    """The default graph with its size, and the named graphs: those with a part in the store's description lead to it."""
    yield ox.Triple(data, RDF_TYPE, _sd("Dataset"))
    yield ox.Triple(data, _sd("defaultGraph"), default)
    yield ox.Triple(default, RDF_TYPE, _sd("Graph"))
    size = counts(reader, services().settings).triples if union else in_default_graph(reader)
    count = ox.Literal(str(size), datatype=ox.NamedNode(XSD.integer))
    yield ox.Triple(default, ox.NamedNode(VOID.triples), count)
    parts = _parts(reader)
    known = {graph.value for graph in reader.database.named_graphs() if isinstance(graph, ox.NamedNode)}
    # The few that are no article's first, so that they are among those that are listed.
    names = nsmallest(MAX_GRAPHS, known, key=lambda name: (ARTICLES in name, name))
    if len(names) < len(known):
        yield ox.Triple(data, ox.NamedNode(RDFS.comment), ox.Literal(f"{len(names)} of {len(known)} named graphs are listed."))
    for number, name in enumerate(names):
        named = ox.NamedNode(f"{data.value.removesuffix('dataset')}graph-{number}")
        yield ox.Triple(data, _sd("namedGraph"), named)
        yield ox.Triple(named, RDF_TYPE, _sd("NamedGraph"))
        yield ox.Triple(named, _sd("name"), ox.NamedNode(name))
        if (part := parts.get(name)) is not None:
            yield ox.Triple(named, _sd("graph"), part.subject)
            yield ox.Triple(part.subject, RDF_TYPE, _sd("Graph"))
            yield part


def _parts(reader: Reader) -> dict[str, ox.Triple]:
    """Graph → how many triples it has, as the store's description says of it."""
    void = void_graph(services().settings.base_iri)
    found = {}
    for quad in reader.database.quads_for_pattern(None, ox.NamedNode(DCTERMS.identifier), None, void):
        for size in reader.database.quads_for_pattern(quad.subject, ox.NamedNode(VOID.triples), None, void):
            if isinstance(quad.object, ox.Literal):
                found[quad.object.value] = size.triple
    return found


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(SD + name)
