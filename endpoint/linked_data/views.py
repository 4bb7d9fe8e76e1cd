"""``/id/…``: a thing's description, as HTML or RDF, under the path that its IRI has below ``base_iri``.

Answered directly with 200, not by a redirect to a document's address: the IRIs of the data lead here through a redirecting
service already, and clients that load an IRI into a tool keep it as the name. ``Content-Location`` names the IRI's address
on this server. A thing that was merged into another answers 301 to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.urls import iri_to_uri, uri_to_iri

from endpoint.errors import Problem
from endpoint.linked_data.describe import Description, describe, exists, label, replacement
from endpoint.negotiation import GRAPH_OFFERS, HTML_OFFER, require
from endpoint.rdf import as_dataset, rdf_response, tagged
from endpoint.services import local_path, services, tag
from endpoint.sparql.page import cell, link, short
from kg_build.exchange import FORMATS

if TYPE_CHECKING:
    import pyoxigraph as ox
    from werkzeug.wrappers import Response as BaseResponse

blueprint = Blueprint("linked_data", __name__)
OFFERS = (*GRAPH_OFFERS, HTML_OFFER)


@blueprint.get("/id/<path:name>")
def thing(name: str) -> BaseResponse:
    """Describe a thing."""
    reader = services().source.current()
    choice = require(request.accept_mimetypes, OFFERS)
    iri = _find(reader.database, name)
    if (new := replacement(reader.database, iri)) is not None:
        return redirect(iri_to_uri(local_path(new) or new), 301, Response)
    etag = tag(reader, "id", iri, choice.media_type)
    description = describe(reader.database, iri)
    if choice.name == HTML_OFFER.name:
        response = tagged(Response(_page(reader.database, description), content_type=choice.content_type), etag)
    else:
        keeps_graphs = FORMATS[choice.name].keeps_graphs
        response = rdf_response(as_dataset(description.quads) if keeps_graphs else description.quads, choice, etag)
    response.headers["Content-Location"] = iri_to_uri(local_path(iri) or iri)
    return response


def _find(database: ox.Store, name: str) -> str:
    """The IRI that is meant: letters may come raw or percent-encoded, and some IRIs have percent signs of their own."""
    base = services().settings.base_iri
    raw = str(request.environ.get("REQUEST_URI") or request.environ.get("RAW_URI") or "").partition("?")[0]
    raw = raw[raw.find("/id/") + 4 :] if "/id/" in raw else quote(name, safe="/:@!$&'()*+,;=~-._")
    tried = dict.fromkeys((uri_to_iri(raw), name, quote_forbidden(name), unquote(raw), raw))
    for candidate in tried:
        if exists(database, base + candidate):
            return base + candidate
    raise Problem(404, "Not Found", f"Nothing is known of {base + name}", kind="unknown-thing", headers={"Vary": "Accept"})


def quote_forbidden(name: str) -> str:
    """A decoded name with those characters encoded again that an IRI can't hold (RFC 3987, section 2.2)."""
    return "".join(c if c.isalnum() or ord(c) > 0x9F or c in "-._~:/@!$&'()*+,;=" else quote(c, safe="") for c in name)


def _page(database: ox.Store, description: Description) -> str:
    def named(term: object) -> dict[str, str | None]:
        shown = cell(term)
        iri = getattr(term, "value", "")
        if shown["link"] and (name := label(database, iri)):
            shown["text"] = name
        return shown

    def iri_named(iri: str) -> dict[str, str | None]:
        if iri.startswith("_:"):
            return {"text": iri, "link": None}
        return {"text": label(database, iri) or short(iri), "link": link(iri)}

    facts = [
        {
            "predicate": {"text": short(fact.predicate), "link": link(fact.predicate)},
            "value": named(fact.value),
            "claims": [
                {"claim": claim, "article": iri_named(claim.article) if claim.article else None, "link": link(claim.iri)}
                for claim in fact.claims
            ],
        }
        for fact in description.facts
    ]
    incoming = [(iri_named(subject), {"text": short(p), "link": link(p)}) for subject, p in description.incoming]
    return render_template("thing.html", thing=description, facts=facts, incoming=incoming)
