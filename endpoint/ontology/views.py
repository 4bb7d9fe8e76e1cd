"""``/ontology``: the ontology, at its IRI's path and with a direct 200, as OWL tools want it."""

from __future__ import annotations

import hashlib
import io
from functools import cache

import pyoxigraph as ox
from flask import Blueprint, Response, request

from endpoint.errors import Problem
from endpoint.negotiation import GRAPH_OFFERS, Choice, require
from endpoint.rdf import tagged
from kg_build.exchange import FORMATS, serialise
from ontology.terms import ONTOLOGY, ONTOLOGY_FILES, VERSION, load_text

blueprint = Blueprint("ontology", __name__)

OFFERS = tuple(offer for offer in GRAPH_OFFERS if offer.name in {"turtle", "rdfxml", "jsonld", "ntriples"})
SUFFIXES = {
    "ttl": Choice("turtle", "text/turtle"),
    "owl": Choice("rdfxml", "application/rdf+xml"),
    "rdf": Choice("rdfxml", "application/rdf+xml"),
    "nt": Choice("ntriples", "application/n-triples"),
    "jsonld": Choice("jsonld", "application/ld+json"),
}
FILES = {name.removesuffix(".ttl"): name for name in (*ONTOLOGY_FILES, "complete.ttl", "sample.ttl", "shapes.ttl")}
"""Parts by the last step of their IRIs (``/ontology/alignments``); the core file is ``/ontology`` itself."""


@blueprint.get("/ontology")
def whole() -> Response:
    """The ontology in the format that the client likes best."""
    return _answer("zone", require(request.accept_mimetypes, OFFERS))


@blueprint.get("/ontology/<part>")
def negotiated(part: str) -> Response:
    """A part, or the version in use, in the format that the client likes best, or that its suffix names."""
    stem, _, suffix = part.rpartition(".")
    if stem in FILES and suffix in SUFFIXES:
        return _answer(stem, SUFFIXES[suffix])
    if part == VERSION:
        return whole()
    if part not in FILES:
        raise Problem(404, "Not Found", f"The ontology has the parts {', '.join(FILES)}.", kind="unknown-part")
    return _answer(part, require(request.accept_mimetypes, OFFERS))


@blueprint.get("/ontology.<suffix>")
def by_suffix(suffix: str) -> Response:
    """The ontology in the format of a suffix."""
    if suffix not in SUFFIXES:
        raise Problem(404, "Not Found", f"There are ontology.{{{','.join(SUFFIXES)}}}.", kind="unknown-format")
    return _answer("zone", SUFFIXES[suffix])


def _answer(part: str, choice: Choice) -> Response:
    data = _written(FILES[part], choice.name)
    return tagged(Response(data, content_type=choice.content_type), hashlib.sha256(data).hexdigest()[:32])


@cache
def _written(name: str, format_name: str) -> bytes:
    """A file in a format; Turtle as it stands, with its comments."""
    text = load_text(name)
    if format_name == "turtle":
        return text.encode()
    stream = io.BytesIO()
    quads = ox.parse(text, ox.RdfFormat.TURTLE, base_iri=ONTOLOGY)
    rdf_format = FORMATS[format_name].rdf_format
    labels: dict[str, ox.BlankNode] = {}

    def steady(term: object) -> object:
        # Anonymous nodes get random labels from the parser; numbered ones keep the answer's bytes the same.
        if isinstance(term, ox.BlankNode):
            return labels.setdefault(term.value, ox.BlankNode(f"n{len(labels) + 1}"))
        return term

    triples = (ox.Triple(steady(q.subject), q.predicate, steady(q.object)) for q in quads)  # type: ignore[arg-type]
    if FORMATS[format_name].keeps_graphs:
        serialise((ox.Quad(t.subject, t.predicate, t.object) for t in triples), stream, rdf_format)
    else:
        serialise(triples, stream, rdf_format)
    return stream.getvalue()
