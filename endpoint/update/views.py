"""``/update``: updates by POST, as a form or directly (SPARQL 1.1 Protocol, section 2.2), with a token of scope ``update``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from endpoint.errors import Problem
from endpoint.operation.records import note
from endpoint.services import services
from endpoint.sparql.asking import check_iri, one
from endpoint.sparql.protocol import FORM, UPDATE
from endpoint.writing import access, uploads
from endpoint.writing.service import Request, timeout
from endpoint.writing.wire import Order

if TYPE_CHECKING:
    from collections.abc import Mapping

blueprint = Blueprint("update", __name__)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What both ways of asking have in common."""

    update: str
    using: tuple[str, ...]
    using_named: tuple[str, ...]
    timeout: float


@blueprint.post("/update")
def update() -> Response:
    """Run an update; 204 when it is safe on disk and every new request sees it."""
    if not access.is_on():
        raise read_only(403, "This server takes no updates: nobody has a token for it (zonekg token add).")
    note(form="update")
    token = access.require("update")
    asked = _read()
    found = services()
    order = Order(
        store=str(found.source.directory),
        wait=asked.timeout,
        update=asked.update,
        base_iri=found.settings.base_iri,
        using=asked.using,
        using_named=asked.using_named,
    )
    size = len(asked.update.encode("utf-8", "replace"))
    written = found.writing.do(order, Request(token, "update", size), asked.timeout)
    return done(written.version)


def done(version: str, status: int = 204, headers: Mapping[str, str] | None = None) -> Response:
    """The answer to a write: nothing but the version that holds it."""
    response = Response(status=status, headers={"Zonekg-Version": version, "Cache-Control": "no-store", **(headers or {})})
    del response.headers["Content-Type"]
    return response


def read_only(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Problem:
    """The answer to a write where there is no writing."""
    return Problem(status, "Read-only", detail, kind="read-only", headers=headers)


def _read() -> _Asked:
    """The update and its dataset from the request (section 2.2, table of the two forms)."""
    limit = services().settings.max_update_length
    values: MultiDict[str, str]
    if request.mimetype == FORM:
        values = MultiDict([*request.args.items(multi=True), *uploads.fields()])
        text = one(values, "update")
        if text is None:
            raise Problem(400, "Bad Request", "The form has no field called update.", kind="request")
    elif request.mimetype == UPDATE:
        values, text = request.args, uploads.text()
    else:
        detail = f"An update is posted as {FORM} or as {UPDATE}, not as {request.mimetype or 'something unnamed'}."
        raise Problem(415, "Unsupported Media Type", detail, kind="media-type", headers={"Accept": f"{FORM}, {UPDATE}"})
    if len(text) > limit:
        detail = f"The update has {len(text)} characters; {limit} are the most. Send large amounts of data to /graphs."
        raise Problem(413, "Update too long", detail, kind="update-length", limit=limit)
    using, named = values.getlist("using-graph-uri"), values.getlist("using-named-graph-uri")
    for iri in (*using, *named):
        check_iri(iri)
    return _Asked(text, tuple(using), tuple(named), timeout(values.get("timeout") or request.args.get("timeout")))
