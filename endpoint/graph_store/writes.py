"""Writing graphs (SPARQL 1.1 Graph Store HTTP Protocol, section 5), with a token of scope ``graphs``."""

from __future__ import annotations

import uuid
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
from flask import Response, request

from endpoint.compression import CODINGS
from endpoint.errors import Problem
from endpoint.operation.records import note
from endpoint.services import services, tag
from endpoint.update.views import done, read_only
from endpoint.writing import access, uploads
from endpoint.writing.service import Request, timeout
from endpoint.writing.wire import Order, Part

if TYPE_CHECKING:
    from endpoint.writing.wire import Written

READ: Final = ("GET", "HEAD", "OPTIONS")
WRITE: Final = ("DELETE", "POST", "PUT")


def options() -> Response:
    """What may be done with graphs."""
    response = Response(headers={"Allow": _allowed()})
    if access.is_on():
        response.headers["Accept-Post"] = ", ".join([*uploads.FORMS, uploads.MULTIPART])
    return response


def require() -> None:
    """Refuse who may not write; raises the problem that tells why."""
    if not access.is_on():
        detail = "Graphs are read here, not written: nobody has a token for it (zonekg token add)."
        raise read_only(405, detail, {"Allow": _allowed()})
    access.require("graphs")


def create() -> Response:
    """Put what was posted into a new graph, of a name that is made up (section 5.5)."""
    graph = ox.NamedNode(f"{request.host_url}graphs/{uuid.uuid4()}")
    return done(_write(graph, None).version, 201, {"Location": graph.value})


def change(graph: ox.NamedNode | None) -> Response:
    """PUT, POST or DELETE: 201 where the graph is new, 204 otherwise."""
    written = _write(graph, _expected(graph))
    return done(written.version, 201 if written.is_new else 204)


def _write(graph: ox.NamedNode | None, expected: str | None) -> Written:
    note(form="update")
    if "Content-Range" in request.headers:  # A part would be taken for the whole (RFC 9110, section 14.5).
        raise Problem(400, "Bad Request", "A graph is sent as a whole, without Content-Range.", kind="request")
    found = services()
    limit = timeout(request.args.get("timeout"))
    name = None if graph is None else graph.value
    with ExitStack() as stack:
        documents = [] if request.method == "DELETE" else uploads.receive(stack)
        order = Order(
            store=str(found.source.directory),
            wait=limit,
            expected=expected,
            method=request.method,
            graph=name,
            # Relative IRIs are taken against the graph's name (section 4.1).
            parts=tuple(Part(one.form, request.base_url if name is None else name) for one in documents),
        )
        asked = Request(
            access.require("graphs"), f"{request.method} graph", sum(one.size for one in documents), name or "default"
        )
        return found.writing.do(order, asked, limit, [one.file.fileno() for one in documents])


def _expected(graph: ox.NamedNode | None) -> str | None:
    """The version for which the request is meant where it has conditions (RFC 9110, section 13.1); 412 where they don't hold."""
    # One that names nothing that can be read is a condition all the same, and doesn't hold.
    is_conditional = "If-Match" in request.headers
    if not is_conditional and not request.if_none_match:
        return None
    reader = services().source.current()
    is_there = graph is None or reader.database.contains_named_graph(graph)
    tags = [tag(reader, "graph", graph, media_type) for media_type in uploads.FORMS] if is_there else []
    tags = [f"{one}{ending}" for one in tags for ending in ("", *(f"-{coding}" for coding in CODINGS))]
    wanted, unwanted = request.if_match, request.if_none_match
    holds = not is_conditional or (is_there if wanted.star_tag else any(map(wanted.contains, tags)))
    if unwanted and (is_there if unwanted.star_tag else any(map(unwanted.contains_weak, tags))):
        holds = False
    if not holds:
        raise Problem(412, "Precondition Failed", "The graph isn't as the request supposes.", kind="changed")
    return reader.version


def _allowed() -> str:
    return ", ".join(sorted(READ + (WRITE if access.is_on() else ())))
