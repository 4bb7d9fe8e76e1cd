"""``/graphs``: one graph at a time (SPARQL 1.1 Graph Store HTTP Protocol); `endpoint.graph_store.writes` has the writing.

``/graphs?default`` is the default graph of the store itself, never the union that queries see. ``/graphs?graph=IRI`` is the
graph of that name, and an address below ``/graphs/`` is the graph that has this very address as its name. A graph that the
store doesn't know is 404; one that is known and empty is an empty answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pyoxigraph as ox
from flask import Blueprint, Response, request
from werkzeug.urls import uri_to_iri

from endpoint.errors import Problem
from endpoint.graph_store import writes
from endpoint.negotiation import GRAPH_OFFERS, require
from endpoint.rdf import known
from endpoint.services import services, tag
from endpoint.sparql.protocol import send_graph

if TYPE_CHECKING:
    from kg_build.store import Reader

blueprint = Blueprint("graph_store", __name__)
READING = {"GET", "HEAD"}
METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"]
DEFAULT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


@blueprint.route("/graphs", methods=METHODS, provide_automatic_options=False)
def indirect() -> Response:
    """The graph that a parameter names, or a new one where something is posted and no graph named."""
    if request.method == "OPTIONS":
        return writes.options()
    if request.method not in READING:
        writes.require()
        if request.method == "POST" and not {"graph", "default"} & request.args.keys():
            return writes.create()
    graph = _named()
    if request.method not in READING:
        return writes.change(graph)
    return _answer(services().source.current(), None) if graph is None else _find(graph)


@blueprint.route("/graphs/<path:name>", methods=METHODS, provide_automatic_options=False)
def direct(name: str) -> Response:  # noqa: ARG001 - the name is the whole address, as it was sent
    """The graph that has the request's address as its name, percent-encoded as it was sent or decoded."""
    if request.method == "OPTIONS":
        return writes.options()
    if request.method not in READING:
        writes.require()
    raw = str(request.environ.get("REQUEST_URI") or request.environ.get("RAW_URI") or request.path).partition("?")[0]
    if "/graphs/" not in raw:  # A part of it that needn't be was percent-encoded.
        raw = quote(request.path)
    address = request.host_url.rstrip("/") + raw[raw.find("/graphs/") :]
    try:
        tried = [ox.NamedNode(iri) for iri in dict.fromkeys((address, uri_to_iri(address)))]
    except ValueError:
        raise _unknown(address) from None
    if request.method in READING:
        return _find(*tried)
    database = services().source.current().database
    return writes.change(next((graph for graph in tried if database.contains_named_graph(graph)), tried[0]))


def _named() -> ox.NamedNode | None:
    """The graph that the parameters name; None: the default graph."""
    names = request.args.getlist("graph")
    wants_default = "default" in request.args
    if len(names) + wants_default != 1:
        raise _bad("Say which graph: ?default or ?graph=IRI, one of them and once.")
    if wants_default:
        return None
    try:
        return ox.NamedNode(names[0])
    except ValueError:
        raise _bad(f"Not an IRI: {names[0][:200]}") from None


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
