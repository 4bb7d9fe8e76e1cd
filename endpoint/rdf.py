"""Small graphs as answers: sorted, with prefixes, tagged."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pyoxigraph as ox
from flask import Response, request

from endpoint.compression import coded
from endpoint.errors import Problem
from kg_build.errors import ZonekgError
from kg_build.exchange import FORMATS, write_quads, write_triples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from endpoint.negotiation import Choice


def as_dataset(quads: Sequence[ox.Quad]) -> list[ox.Quad]:
    """A description with its named graphs, as a dataset whose default graph holds all of it.

    Who wants a graph and gets a dataset takes its default graph (RDF 1.1 Concepts, section 4.2).
    """
    whole = dict.fromkeys(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    return [*whole, *quads]


def rdf_response(statements: Sequence[ox.Triple] | Sequence[ox.Quad], choice: Choice, etag: str) -> Response:
    """Write statements in the chosen format; quads lose their graphs where the format has none."""
    chosen = FORMATS[choice.name]
    stream = io.BytesIO()
    try:
        if chosen.keeps_graphs:
            write_quads(map(_quad, statements), stream, chosen.rdf_format)
        else:
            write_triples(map(_triple, statements), stream, chosen.rdf_format)
    except ZonekgError as error:
        raise Problem(406, "Not Acceptable", str(error), kind="not-acceptable", headers={"Vary": "Accept"}) from None
    return tagged(Response(stream.getvalue(), content_type=choice.content_type), etag)


def tagged(response: Response, etag: str) -> Response:
    """Give an answer its tag; an empty 304 where the client has it already."""
    response.set_etag(coded(etag))
    response.vary.add("Accept")
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response


def known(response: Response, etag: str) -> bool:
    """Tag an answer that is yet to be made. Whether the client has it already: then it is a 304 and needn't be made."""
    response.set_etag(coded(etag))
    response.vary.add("Accept")
    response.headers["Cache-Control"] = "no-cache"
    if not request.if_none_match.contains_weak(coded(etag)):
        return False
    response.status_code = 304
    return True


def _quad(statement: ox.Triple | ox.Quad) -> ox.Quad:
    if isinstance(statement, ox.Quad):
        return statement
    return ox.Quad(statement.subject, statement.predicate, statement.object)


def _triple(statement: ox.Triple | ox.Quad) -> ox.Triple:
    return statement.triple if isinstance(statement, ox.Quad) else statement
