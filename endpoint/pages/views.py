"""``/`` and ``/robots.txt``."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from endpoint.counts import counts
from endpoint.dumps.files import BY_SUFFIX
from endpoint.rdf import tagged
from endpoint.services import services, tag
from endpoint.version import software_version
from kg_build.yamlfiles import load_yaml

blueprint = Blueprint("pages", __name__, template_folder="templates", static_folder="static", static_url_path="/static")
ROBOTS = """User-agent: *
Disallow: /sparql
Disallow: /update
Disallow: /graphs
Disallow: /reconcile
Disallow: /dump/
Disallow: /data/
"""
"""Documents of one format (``/data/``) say what ``/id/`` says: once is enough."""


@cache
def _examples() -> list[dict[str, str]]:
    text = files(__package__ or "endpoint.pages").joinpath("examples.yaml").read_text(encoding="utf-8")
    found: Any = load_yaml(text)
    return [{"zh": e["zh"], "en": e["en"], "query": e["query"]} for e in found]


@blueprint.get("/")
def start() -> Response:
    """What is here and where."""
    reader = services().source.current()
    page = render_template(
        "start.html",
        counts=counts(reader, services().settings),
        examples=_examples(),
        suffixes=list(BY_SUFFIX),
        version=software_version(),
        sparql=url_for("sparql.sparql", _external=True),
    )
    response = Response(page, content_type="text/html; charset=utf-8")
    return tagged(response, tag(reader, "start", request.host_url, software_version()))


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Pages may be read by crawlers; queries and dumps cost too much."""
    return Response(ROBOTS, mimetype="text/plain")
