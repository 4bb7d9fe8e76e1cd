"""The service description (SPARQL 1.1 Service Description): what ``/sparql`` can do, in RDF."""

from __future__ import annotations

from heapq import nsmallest
from typing import TYPE_CHECKING

import pyoxigraph as ox
from flask import Response, request, url_for

from endpoint.counts import counts
from endpoint.negotiation import GRAPH_OFFERS, require
from endpoint.rdf import known, rdf_response
from endpoint.services import services, tag
from kg_build.geo import GEOF, NAMES
from kg_build.search import TEXT_QUERY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg_build.store import Reader

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
FORMATS = "http://www.w3.org/ns/formats/"
RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
GRAPHS = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads")
MAX_GRAPHS = 1000
"""Named graphs that are listed at most; all of them are a query away."""


def describe() -> Response:
    """The description in the format that the client likes best."""
    choice = require(request.accept_mimetypes, GRAPH_OFFERS)
    reader = services().source.current()
    union = services().settings.union_default_graph
    etag = tag(reader, "description", choice.media_type, request.host_url, union, services().federation.is_on)
    response = Response(content_type=choice.content_type)
    if known(response, etag):
        return response
    return rdf_response(list(_triples(reader, union)), choice, etag)


def _triples(reader: Reader, union: bool) -> Iterator[ox.Triple]:
    endpoint = url_for("sparql.sparql", _external=True)
    service, data, graph = (ox.NamedNode(f"{endpoint}#{name}") for name in ("service", "dataset", "default-graph"))

    def sd(name: str) -> ox.NamedNode:
        return ox.NamedNode(SD + name)

    yield ox.Triple(service, RDF_TYPE, sd("Service"))
    yield ox.Triple(service, sd("endpoint"), ox.NamedNode(endpoint))
    yield ox.Triple(service, sd("supportedLanguage"), sd("SPARQL11Query"))
    yield ox.Triple(service, sd("feature"), sd("EmptyGraphs"))
    if union:
        yield ox.Triple(service, sd("feature"), sd("UnionDefaultGraph"))
    if services().federation.is_on:
        yield ox.Triple(service, sd("feature"), sd("BasicFederatedQuery"))
    for kind, relation, names in (
        ("Feature", "propertyFeature", [TEXT_QUERY]),
        ("Function", "extensionFunction", [GEOF + name for name in NAMES]),
    ):
        for name in names:
            yield ox.Triple(service, sd(relation), ox.NamedNode(name))
            yield ox.Triple(ox.NamedNode(name), RDF_TYPE, sd(kind))
    for name in RESULTS + GRAPHS:
        yield ox.Triple(service, sd("resultFormat"), ox.NamedNode(FORMATS + name))
    yield ox.Triple(service, sd("defaultDataset"), data)
    yield ox.Triple(data, RDF_TYPE, sd("Dataset"))
    yield ox.Triple(data, sd("defaultGraph"), graph)
    yield ox.Triple(graph, RDF_TYPE, sd("Graph"))
    size = counts(reader).union if union else counts(reader).default
    count = ox.Literal(str(size), datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
    yield ox.Triple(graph, ox.NamedNode(f"{VOID}triples"), count)
    names = nsmallest(MAX_GRAPHS, (graph.value for graph in reader.database.named_graphs() if isinstance(graph, ox.NamedNode)))
    for number, name in enumerate(names):
        named = ox.NamedNode(f"{endpoint}#graph-{number}")
        yield ox.Triple(data, sd("namedGraph"), named)
        yield ox.Triple(named, RDF_TYPE, sd("NamedGraph"))
        yield ox.Triple(named, sd("name"), ox.NamedNode(name))
