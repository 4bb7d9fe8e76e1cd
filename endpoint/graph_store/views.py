"""``/graphs``: one graph at a time (SPARQL 1.1 Graph Store HTTP Protocol), for reading.

``/graphs?default`` is the default graph of the store itself, never the union that queries see. ``/graphs?graph=IRI`` is the
graph of that name, and an address below ``/graphs/`` is the graph that has this very address as its name. A graph that the
store doesn't know is 404; one that is known and empty is an empty answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
from flask import Blueprint, Response, request
from werkzeug.urls import uri_to_iri

from endpoint.errors import Problem
from endpoint.negotiation import GRAPH_OFFERS, require
from endpoint.rdf import known
from endpoint.services import services, tag
from endpoint.sparql.protocol import send_graph

if TYPE_CHECKING:
    from kg_build.store import Reader

blueprint = Blueprint("graph_store", __name__)
DEFAULT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


@blueprint.get("/graphs")
def indirect() -> Response:
    """The graph that a parameter names."""
    names = request.args.getlist("graph")
    wants_default = "default" in request.args
    if len(names) + wants_default != 1:
        raise _bad("Say which graph: ?default or ?graph=IRI, one of them and once.")
    if wants_default:
        return _answer(services().source.current(), None)
    try:
        graph = ox.NamedNode(names[0])
    except ValueError:
        raise _bad(f"Not an IRI: {names[0][:200]}") from None
    return _find(graph)


@blueprint.get("/graphs/<path:name>")
def direct(name: str) -> Response:  # noqa: ARG001 - the name is the whole address, as it was sent
    """The graph that has the request's address as its name, percent-encoded as it was sent or decoded."""
    raw = str(request.environ.get("REQUEST_URI") or request.environ.get("RAW_URI") or request.path).partition("?")[0]
    address = request.host_url.rstrip("/") + raw[raw.find("/graphs/") :]
    try:
        tried = [ox.NamedNode(iri) for iri in dict.fromkeys((address, uri_to_iri(address)))]
    except ValueError:
        raise _unknown(address) from None
    return _find(*tried)


def _find(*tried: ox.NamedNode) -> Response:
    reader = services().source.current()
    for graph in tried:
        if reader.database.contains_named_graph(graph):
            return _answer(reader, graph)
    raise _unknown(tried[0].value)


def _answer(reader: Reader, graph: ox.NamedNode | None) -> Response:
    choice = require(request.accept_mimetypes, GRAPH_OFFERS)
    etag = tag(reader, "graph", graph, choice.media_type)
    response = Response(content_type=choice.content_type)
    if not known(response, etag):
        query = DEFAULT if graph is None else f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
        send_graph(response, reader, query, choice)
    return response


def _bad(detail: str) -> Problem:
    return Problem(400, "Bad Request", detail, kind="request")


def _unknown(name: str) -> Problem:
    detail = f"There is no graph called {name[:500]}"
    return Problem(404, "Not Found", detail, kind="unknown-graph", headers={"Vary": "Accept"})
