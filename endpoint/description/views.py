"""``/.well-known/void``: what the store says of itself, and where this server has it (VoID, section 7.2; DCAT 3)."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pyoxigraph as ox
from flask import Blueprint, request, url_for

from endpoint.dumps.files import BY_SUFFIX
from endpoint.negotiation import GRAPH_OFFERS, require
from endpoint.rdf import rdf_response
from endpoint.services import services, tag
from kg_build.exchange.description import dataset, describe, void_graph
from ontology.terms import DCAT, DCTERMS, FOAF, RDF, VOID, XSD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Response

    from kg_build.store import Reader

blueprint = Blueprint("description", __name__)
_IANA = "https://www.iana.org/assignments/media-types/"
_FORMATS = "http://www.w3.org/ns/formats/"


@blueprint.get("/.well-known/void")
def void() -> Response:
    """The data set described in VoID and DCAT."""
    choice = require(request.accept_mimetypes, GRAPH_OFFERS)
    reader = services().source.current()
    etag = tag(reader, "void", choice.media_type, request.host_url)
    said = _stored.get(reader)
    response = rdf_response([*said, *_here(reader, _licences(said))], choice, etag)
    response.headers["Link"] = f'<{url_for("sparql.sparql")}>; rel="service"'
    return response


class _Stored:
    """The description that the last build put into the store; made here, once a version, for a store that has none."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: tuple[str, list[ox.Triple]] = ("", [])

    def get(self, reader: Reader) -> list[ox.Triple]:
        base = services().settings.base_iri
        quads = reader.database.quads_for_pattern(None, None, None, void_graph(base))
        if stored := [quad.triple for quad in quads]:
            return stored
        with self._lock:
            if self._made[0] != (key := tag(reader)):
                self._made = (key, describe(reader.database, base, services().settings.licence))
            return self._made[1]


_stored = _Stored()


def _licences(said: list[ox.Triple]) -> list[ox.NamedNode]:
    """The licence of the data set, if one is told: DCAT 3 wants it with each distribution, too (section 6.8.6)."""
    data = dataset(services().settings.base_iri)
    of_it = (t.object for t in said if t.subject == data and t.predicate == _node(DCTERMS.license))
    return [licence for licence in of_it if isinstance(licence, ox.NamedNode)]


def _here(reader: Reader, licences: list[ox.NamedNode]) -> Iterator[ox.Triple]:
    """Where this server has the data, since when, and under which licences."""
    data = dataset(services().settings.base_iri)
    sparql = _node(url_for("sparql.sparql", _external=True))
    yield ox.Triple(data, _node(VOID.sparqlEndpoint), sparql)
    for property_ in (FOAF.homepage, DCAT.landingPage):
        yield ox.Triple(data, _node(property_), _node(url_for("pages.start", _external=True)))
    when = datetime.fromtimestamp(int(reader.modified), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    yield ox.Triple(data, _node(DCTERMS.modified), ox.Literal(when, datatype=_node(XSD.dateTime)))
    document = _node(url_for("description.void", _external=True))
    yield ox.Triple(document, _node(RDF.type), _node(VOID.DatasetDescription))
    yield ox.Triple(document, _node(FOAF.primaryTopic), data)
    service = _node(f"{sparql.value}#service")
    yield ox.Triple(service, _node(RDF.type), _node(DCAT.DataService))
    yield ox.Triple(service, _node(DCTERMS.title), ox.Literal("SPARQL"))
    yield ox.Triple(service, _node(DCTERMS.conformsTo), _node("https://www.w3.org/TR/sparql11-protocol/"))
    yield ox.Triple(service, _node(DCAT.endpointURL), sparql)
    yield ox.Triple(service, _node(DCAT.endpointDescription), sparql)
    yield ox.Triple(service, _node(DCAT.servesDataset), data)
    for suffix, format_ in BY_SUFFIX.items():
        yield ox.Triple(data, _node(VOID.feature), _node(_FORMATS + _FEATURES[format_.name]))
        for packing in (None, "gz"):
            address = _node(url_for("dumps.dump", suffix=suffix, packing=packing, _external=True))
            node = _node(f"{address.value}#distribution")
            yield ox.Triple(data, _node(VOID.dataDump), address)
            yield ox.Triple(data, _node(DCAT.distribution), node)
            yield ox.Triple(node, _node(RDF.type), _node(DCAT.Distribution))
            yield ox.Triple(node, _node(DCTERMS.title), ox.Literal(f"{address.value.rpartition('/')[2]}"))
            yield from (ox.Triple(node, _node(DCTERMS.license), licence) for licence in licences)
            yield ox.Triple(node, _node(DCAT.accessURL), address)
            yield ox.Triple(node, _node(DCAT.downloadURL), address)
            yield ox.Triple(node, _node(DCAT.mediaType), _node(_IANA + format_.media_type))
            if packing:
                yield ox.Triple(node, _node(DCAT.compressFormat), _node(f"{_IANA}application/gzip"))


_FEATURES = {
    "turtle": "Turtle", "trig": "TriG", "nquads": "N-Quads", "ntriples": "N-Triples", "jsonld": "JSON-LD", "rdfxml": "RDF_XML",
}  # fmt: skip
"""Names of the formats among the W3C's unique IRIs for file formats."""


def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)
