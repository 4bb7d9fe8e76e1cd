"""Content negotiation (RFC 9110, section 12.5.1): media types on offer against the Accept header."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from endpoint.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from werkzeug.datastructures import MIMEAccept

HTML = "text/html"


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be sent: its name within the program, and the media types under which it is asked for.

    The first media type is its own; it is sent under the one that was asked for.
    """

    name: str
    media_types: tuple[str, ...]

    @property
    def media_type(self) -> str:
        """The offer's own media type."""
        return self.media_types[0]


@dataclass(frozen=True, slots=True)
class Choice:
    """What was agreed on."""

    name: str
    media_type: str

    @property
    def content_type(self) -> str:
        """The header's value; text is UTF-8."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


GRAPH_OFFERS: tuple[Offer, ...] = (
    Offer("turtle", ("text/turtle", "application/x-turtle")),
    Offer("ntriples", ("application/n-triples", "text/plain")),
    Offer("rdfxml", ("application/rdf+xml", "application/xml", "text/xml")),
    Offer("jsonld", ("application/ld+json", "application/json")),
    Offer("trig", ("application/trig",)),
    Offer("nquads", ("application/n-quads",)),
)
"""RDF, the server's favourite first; names are those of `kg_build.exchange.FORMATS`."""

RESULT_OFFERS: tuple[Offer, ...] = (
    Offer("json", ("application/sparql-results+json", "application/json")),
    Offer("xml", ("application/sparql-results+xml", "application/xml", "text/xml")),
    Offer("csv", ("text/csv",)),
    Offer("tsv", ("text/tab-separated-values",)),
)
"""Solutions and truth values."""

HTML_OFFER = Offer("html", (HTML, "application/xhtml+xml"))


def choose(accept: MIMEAccept, offers: Sequence[Offer]) -> Choice | None:
    """The offer that the client likes best; None when it takes none of them.

    The most specific range that fits a media type sets its quality; among equals an offer's own type goes before its
    other names, and the server's order decides then. Without an Accept header everything fits.
    """
    if not accept:
        return Choice(offers[0].name, offers[0].media_type)
    ranges = _ranges(accept)
    best: Choice | None = None
    best_rank = (0.0, 0, 0)
    for position, offer in enumerate(offers):
        for alias, media_type in enumerate(offer.media_types):
            quality = _quality(ranges, media_type)
            rank = (quality, -alias, -position)
            if quality > 0 and (best is None or rank > best_rank):
                best, best_rank = Choice(offer.name, media_type), rank
    if best is not None and best.name == HTML_OFFER.name:
        return Choice(best.name, HTML)
    return best


def require(accept: MIMEAccept, offers: Sequence[Offer]) -> Choice:
    """Like `choose`; 406 when nothing fits."""
    choice = choose(accept, offers)
    if choice is None:
        raise not_acceptable(offers)
    return choice


def not_acceptable(offers: Iterable[Offer]) -> Problem:
    """The answer to a client that takes nothing of what there is."""
    available = [offer.media_type for offer in offers]
    detail = f"This can be had as {', '.join(available)}."
    return Problem(406, "Not Acceptable", detail, kind="not-acceptable", headers={"Vary": "Accept"}, available=available)


def _ranges(accept: MIMEAccept) -> dict[str, float]:
    """The ranges of a header with their qualities, the higher one of equal ranges; parameters of ranges count as none."""
    found: dict[str, float] = {}
    for value, quality in accept:
        name = value.lower().partition(";")[0].strip()
        # Some clients send a lone asterisk.
        name = "*/*" if name in {"*", "/", "*/", "/*"} else name
        found[name] = max(quality, found.get(name, 0.0))
    return found


def _quality(ranges: dict[str, float], media_type: str) -> float:
    """The q of the most specific range that fits (0: refused or not mentioned)."""
    for name in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
        if name in ranges:
            return ranges[name]
    return 0.0
