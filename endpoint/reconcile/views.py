"""``/reconcile``: the routes of the Reconciliation Service API v0.2, for OpenRefine and other clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.urls import iri_to_uri

from endpoint.errors import Problem
from endpoint.limits import check_parameters
from endpoint.reconcile import suggest
from endpoint.reconcile.answers import answer, number, parameter
from endpoint.reconcile.extend import extend, propose
from endpoint.reconcile.manifest import HEIGHT, WIDTH, manifest
from endpoint.reconcile.matching import feature_list, match
from endpoint.reconcile.previews import glance
from endpoint.reconcile.requests import MAX_TEXT, bad, read_extension, read_queries
from endpoint.reconcile.schema import schema
from endpoint.reconcile.service import EXTENSION, Service, service
from endpoint.services import local_path, services

if TYPE_CHECKING:
    from flask.blueprints import BlueprintSetupState
    from werkzeug.wrappers import Response as BaseResponse

    from endpoint.reconcile.catalogue import Catalogue
    from endpoint.reconcile.matching import Candidate

blueprint = Blueprint(
    "reconcile", __name__, template_folder="templates", static_folder="static", static_url_path="/reconcile/static"
)
FORM = "application/x-www-form-urlencoded"
FORMS = (FORM, "multipart/form-data")
SUGGESTED, MOST_SUGGESTED = 10, 100
"""Suggestions that are given without and with the parameter ``limit``, at most."""
FRAME_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"
"""For previews, which pages of any site show in a frame. (``frame-ancestors *`` would leave out those that lie in files.)"""


@blueprint.record_once
def _set_up(state: BlueprintSetupState) -> None:
    state.app.extensions[EXTENSION] = Service()


@blueprint.route("/reconcile", methods=["GET", "POST"])
@blueprint.route("/reconcile/", methods=["GET", "POST"])
def root() -> Response:
    """Match a batch of names (`queries`), fetch values (`extend`), or describe the service."""
    if request.method == "POST":
        if request.mimetype not in FORMS:
            detail = f"A batch is posted as {FORM}, not as {request.mimetype or 'something unnamed'}."
            raise Problem(415, "Unsupported Media Type", detail, kind="media-type", headers={"Accept": FORM})
        if request.mimetype == FORM:
            check_parameters(request.get_data(cache=True))
    queries, extension = parameter("queries"), parameter("extend")
    most = services().settings.reconcile_batch
    if queries is not None:
        batch = read_queries(queries, most)
        with service().turn():
            catalogue = service().catalogue()
            found = match(catalogue, batch)
            return answer({key: {"result": [_candidate(catalogue, one) for one in found[key]]} for key in batch})
    if extension is not None:
        asked = read_extension(extension, most)
        return answer(extend(service().catalogue(), asked))
    if parameter("query") is not None:
        raise bad('A single query is asked as a batch of one: queries={"q0": {"query": …}}.')
    if request.method == "POST":
        raise bad("The form has neither queries nor extend.")
    service().prepare()
    return answer(manifest())


@blueprint.get("/reconcile/suggest/<any(entity, property, type):kind>")
def suggestions(kind: str) -> Response:
    """Suggest things, properties or types whose name begins with `prefix`."""
    prefix = _short(parameter("prefix") or "", "prefix")
    first = number("cursor", 0, suggest.MOST)
    count = number("limit", SUGGESTED, MOST_SUGGESTED) or SUGGESTED
    wanted = [name for name in request.args.getlist("type") if name]
    if kind == "type":
        return answer({"result": suggest.types(prefix, first, count)})
    if kind == "property":
        # OpenRefine's dialogs ask with nothing typed for all there are.
        return answer({"result": suggest.properties(prefix, wanted, first, count if prefix else MOST_SUGGESTED)})
    with service().turn():
        return answer({"result": suggest.things(service().catalogue(), prefix, wanted, first, count)})


@blueprint.get("/reconcile/flyout/<any(entity, property, type):kind>")
def flyout(kind: str) -> Response:
    """A few lines of HTML on the thing, property or type `id`, inside JSON."""
    name = _id()
    if kind == "entity":
        catalogue, found = _thing(name)
        return answer({"id": name, "html": render_template("flyout.html", glance=glance(catalogue, found))})
    one = schema().type(name) if kind == "type" else schema().property(name)
    if one is None:
        raise Problem(404, "Not Found", f"There is no {kind} {name[:80]!r}.", kind="unknown-thing")
    return answer({"id": name, "html": render_template("flyout.html", term=one)})


@blueprint.get("/reconcile/preview")
def preview() -> Response:
    """A small page on the thing `id`, to be shown in a frame."""
    catalogue, found = _thing(_id())
    page = render_template("preview.html", glance=glance(catalogue, found), width=WIDTH, height=HEIGHT)
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    return response


@blueprint.get("/reconcile/view")
def view() -> BaseResponse:
    """Lead to the page of the thing `id`."""
    catalogue, found = _thing(_id())
    iri = catalogue.things[found].iri
    return redirect(iri_to_uri(local_path(iri) or iri), 302, Response)


@blueprint.get("/reconcile/properties")
def properties() -> Response:
    """Propose properties to fetch for things of a `type`."""
    limit = parameter("limit")
    most = number("limit", 0, MOST_SUGGESTED) if limit else None
    return answer(propose(_short(parameter("type") or "", "type"), most or None))


def _candidate(catalogue: Catalogue, one: Candidate) -> dict[str, object]:
    thing = catalogue.things[one.thing]
    return {
        "id": thing.id,
        "name": thing.name,
        "description": thing.description,
        "type": suggest.type_list(thing),
        "score": one.score,
        "match": one.match,
        "features": feature_list(one),
    }


def _id() -> str:
    name = parameter("id")
    if not name:
        raise bad("The parameter id is missing.")
    return _short(name, "id")


def _short(text: str, name: str) -> str:
    if len(text) > MAX_TEXT:
        raise bad(f"{name} has {len(text)} characters; {MAX_TEXT} are the most.")
    return text


def _thing(name: str) -> tuple[Catalogue, int]:
    catalogue = service().catalogue()
    found = catalogue.thing(name)
    if found is None:
        raise Problem(404, "Not Found", f"Nothing is known of {name[:200]}.", kind="unknown-thing")
    return catalogue, found
