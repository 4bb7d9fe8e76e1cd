"""``/id/…``: a thing's description, as HTML or RDF, under the path that its IRI has below ``base_iri``.

Answered directly with 200 unless the setting ``see_other`` asks for a 303 to the document's address (Cool URIs for the
Semantic Web, W3C Interest Group Note, section 4): the IRIs of the data lead here through a redirecting service already, and
clients that load an IRI into a tool keep it as the name. Every format has an address of its own, ``/data/….ttl`` and so on,
which ``Link`` headers name (RFC 8288). A thing that was merged into another answers 301 to it, and the names of graphs that
are no article's (``…/graph/claims``) 303 to what they hold.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.urls import iri_to_uri, uri_to_iri

from endpoint.errors import Problem
from endpoint.linked_data.describe import Claim, Description, describe, exists, replacement
from endpoint.linked_data.wording import heading, kinds, term
from endpoint.negotiation import GRAPH_OFFERS, HTML_OFFER, Choice, require
from endpoint.rdf import as_dataset, rdf_response, tagged
from endpoint.services import local_path, services, tag
from endpoint.sparql.page import cell, link, short
from kg_build.exchange import FORMATS

if TYPE_CHECKING:
    import pyoxigraph as ox
    from werkzeug.wrappers import Response as BaseResponse

    from kg_build.store import Reader

blueprint = Blueprint("linked_data", __name__)
OFFERS = (*GRAPH_OFFERS, HTML_OFFER)
DOCUMENTS = {FORMATS[offer.name].suffix: Choice(offer.name, offer.media_type) for offer in GRAPH_OFFERS}
RDF_DOCUMENTS = dict(DOCUMENTS)
DOCUMENTS["html"] = Choice(HTML_OFFER.name, HTML_OFFER.media_type)
"""What the address of a document ends in, and what it is."""
LINKED = ("ttl", "rdf", "jsonld", "html")
"""Documents that `Link` headers name."""


@blueprint.get("/id/<path:name>")
def thing(name: str) -> BaseResponse:
    """Describe a thing."""
    reader = services().source.current()
    choice = require(request.accept_mimetypes, OFFERS)
    iri = _find(reader.database, name, _raw("/id/"))
    if (new := replacement(reader.database, iri)) is not None:
        return redirect(iri_to_uri(local_path(new) or new), 301, Response)
    if services().settings.see_other:
        suffix = next(suffix for suffix, document in DOCUMENTS.items() if document.name == choice.name)
        response: BaseResponse = redirect(_document(iri, suffix), 303, Response)
        response.headers["Vary"] = "Accept"
        response.headers["Link"] = _alternates(iri)
        return response
    return _answer(reader, iri, choice)


@blueprint.get("/data/<path:name>")
def document(name: str) -> BaseResponse:
    """Describe a thing in the format that the address ends in."""
    name, _, suffix = name.rpartition(".")
    if suffix not in DOCUMENTS:
        raise Problem(404, "Not Found", f"There are documents in {', '.join(DOCUMENTS)}.", kind="unknown-format")
    reader = services().source.current()
    raw = _raw("/data/")
    iri = _find(reader.database, name, None if raw is None else raw.removesuffix(f".{suffix}"))
    return _answer(reader, iri, DOCUMENTS[suffix])


@blueprint.get("/graph/<path:name>")
def graph(name: str) -> BaseResponse:
    """Lead from a graph's name to what it holds."""
    reader = services().source.current()
    base = services().settings.base_iri
    root = base.removesuffix("id/") if base.endswith("/id/") else base
    iri = f"{root}graph/{name}"
    if not exists(reader.database, iri):
        raise Problem(404, "Not Found", f"Nothing is known of {iri}", kind="unknown-graph")
    return redirect(f"/graphs?graph={quote(iri, safe='')}", 303, Response)


def _answer(reader: Reader, iri: str, choice: Choice) -> Response:
    etag = tag(reader, "id", iri, choice.media_type)
    description = describe(reader.database, iri)
    if choice.name == HTML_OFFER.name:
        response = tagged(Response(_page(reader.database, description), content_type=choice.content_type), etag)
    else:
        keeps_graphs = FORMATS[choice.name].keeps_graphs
        response = rdf_response(as_dataset(description.quads) if keeps_graphs else description.quads, choice, etag)
    response.headers["Content-Location"] = iri_to_uri(local_path(iri) or iri)
    response.headers["Link"] = _alternates(iri)
    return response


def _document(iri: str, suffix: str) -> str:
    """The address of a thing's description in one format."""
    return iri_to_uri(f"/data/{(local_path(iri) or '').removeprefix('/id/')}.{suffix}")


def _alternates(iri: str) -> str:
    """The header's value. Names are long when they are percent-encoded, and proxies take headers of few kilobytes only."""
    links = [f'<{_document(iri, suffix)}>; rel="alternate"; type="{DOCUMENTS[suffix].media_type}"' for suffix in LINKED]
    return ", ".join([*links, f'<{url_for("description.void")}>; rel="describedby"'])


def _raw(prefix: str) -> str | None:
    """The path behind a prefix as it was sent; None where the server doesn't tell."""
    raw = str(request.environ.get("REQUEST_URI") or request.environ.get("RAW_URI") or "").partition("?")[0]
    return raw[raw.find(prefix) + len(prefix) :] if prefix in raw else None


def _find(database: ox.Store, name: str, raw: str | None) -> str:
    """The IRI that is meant: letters may come raw or percent-encoded, and some IRIs have percent signs of their own."""
    base = services().settings.base_iri
    raw = quote(name, safe="/:@!$&'()*+,;=~-._") if raw is None else raw
    tried = dict.fromkeys((uri_to_iri(raw), name, quote_forbidden(name), unquote(raw), raw))
    for candidate in tried:
        if exists(database, base + candidate):
            return base + candidate
    raise Problem(404, "Not Found", f"Nothing is known of {base + name}", kind="unknown-thing", headers={"Vary": "Accept"})


def quote_forbidden(name: str) -> str:
    """A decoded name with those characters encoded again that an IRI can't hold (RFC 3987, section 2.2)."""
    return "".join(c if c.isalnum() or ord(c) > 0x9F or c in "-._~:/@!$&'()*+,;=" else quote(c, safe="") for c in name)


def _page(database: ox.Store, description: Description) -> str:
    shown = _Shown(database)
    facts = [
        (shown.name(predicate), [(shown.value(fact.value), [shown.claim(claim) for claim in fact.claims]) for fact in group])
        for predicate, group in groupby(description.facts, key=lambda fact: fact.predicate)
    ]
    return render_template(
        "thing.html",
        iri=description.iri,
        heading=heading(database, description.iri) or short(description.iri),
        kinds=kinds(database, description.iri),
        facts=facts,
        incoming=[(shown.name(subject), shown.name(predicate)) for subject, predicate in description.incoming],
        documents=[(_document(description.iri, suffix), suffix, kind.media_type) for suffix, kind in RDF_DOCUMENTS.items()],
    )


class _Shown:
    """The cells of a page; each thing is looked up once."""

    def __init__(self, database: ox.Store) -> None:
        self._database = database
        self._known: dict[str, dict[str, str | None]] = {}

    def name(self, iri: str) -> dict[str, str | None]:
        """A thing or a term by its name in words, with a link to it."""
        if (known := self._known.get(iri)) is not None:
            return known
        made: dict[str, str | None] = {"text": iri, "link": None}
        if not iri.startswith("_:"):
            words = term(self._database, iri)
            text = words.zh if words else heading(self._database, iri)
            made = {"text": text or short(iri), "en": words.en if words else None, "link": link(iri), "title": short(iri)}
        return self._known.setdefault(iri, made)

    def claim(self, claim: Claim) -> dict[str, object]:
        """A claim with its article and a link to it."""
        article = self.name(claim.article) if claim.article else None
        return {"claim": claim, "article": article, "link": link(claim.iri)}

    def value(self, value: object) -> dict[str, str | None]:
        """A value: a literal as it is, a thing by its name."""
        made = cell(value)
        return self.name(getattr(value, "value", "")) if made["link"] else made
