"""``/``, ``/robots.txt`` and ``/.well-known/void``."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import yaml
from flask import Blueprint, Response, render_template, request, url_for

from endpoint.counts import Counts, counts
from endpoint.dumps.views import BY_SUFFIX
from endpoint.negotiation import GRAPH_OFFERS, require
from endpoint.rdf import rdf_response, tagged
from endpoint.services import services, tag
from endpoint.version import software_version
from ontology.terms import DCTERMS, FOAF, ONTOLOGY, RDF, XSD, ZONE

if TYPE_CHECKING:
    from collections.abc import Iterator

blueprint = Blueprint("pages", __name__, template_folder="templates", static_folder="static", static_url_path="/static")
VOID = "http://rdfs.org/ns/void#"


def _examples() -> list[dict[str, str]]:
    text = files(__package__ or "endpoint.pages").joinpath("examples.yaml").read_text(encoding="utf-8")
    found: Any = yaml.safe_load(text)
    return [{"zh": e["zh"], "en": e["en"], "query": e["query"]} for e in found]


@blueprint.get("/")
def start() -> Response:
    """What is here and where."""
    reader = services().source.current()
    page = render_template(
        "start.html",
        counts=counts(reader),
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
    return Response("User-agent: *\nDisallow: /sparql\nDisallow: /dump/\nDisallow: /reconcile\n", mimetype="text/plain")


@blueprint.get("/.well-known/void")
def void() -> Response:
    """The data set described in VoID."""
    choice = require(request.accept_mimetypes, GRAPH_OFFERS)
    reader = services().source.current()
    return rdf_response(list(_void(counts(reader))), choice, tag(reader, "void", choice.media_type, request.host_url))


def _void(size: Counts) -> Iterator[ox.Triple]:
    here = url_for("pages.void", _external=True)
    data = ox.NamedNode(f"{here}#dataset")

    def node(iri: str) -> ox.NamedNode:
        return ox.NamedNode(iri)

    def number(value: int) -> ox.Literal:
        return ox.Literal(str(value), datatype=node(XSD.integer))

    yield ox.Triple(data, node(RDF.type), node(f"{VOID}Dataset"))
    yield ox.Triple(data, node(DCTERMS.title), ox.Literal("开发区知识图谱", language="zh"))
    yield ox.Triple(data, node(DCTERMS.title), ox.Literal("Knowledge graph of development zones", language="en"))
    yield ox.Triple(data, node(f"{FOAF.iri}homepage"), node(url_for("pages.start", _external=True)))
    yield ox.Triple(data, node(f"{VOID}sparqlEndpoint"), node(url_for("sparql.sparql", _external=True)))
    yield ox.Triple(data, node(f"{VOID}vocabulary"), node(ONTOLOGY))
    yield ox.Triple(data, node(f"{VOID}uriSpace"), ox.Literal(services().settings.base_iri))
    yield ox.Triple(data, node(f"{VOID}triples"), number(size.quads))
    for suffix in BY_SUFFIX:
        yield ox.Triple(data, node(f"{VOID}dataDump"), node(url_for("dumps.dump", suffix=suffix, packing="gz", _external=True)))
    for name, count in size.classes:
        part = ox.NamedNode(f"{here}#{name}")
        yield ox.Triple(data, node(f"{VOID}classPartition"), part)
        yield ox.Triple(part, node(f"{VOID}class"), node(ZONE[name]))
        yield ox.Triple(part, node(f"{VOID}entities"), number(count))
