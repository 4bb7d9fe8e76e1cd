"""What a request to ``/sparql`` asks for, apart from the way it came: query, dataset, time, formats (SPARQL Protocol, 2.1)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from endpoint.errors import Problem
from endpoint.negotiation import GRAPH_OFFERS, HTML_OFFER, RESULT_OFFERS, choose, not_acceptable
from kg_build.exchange import FORMATS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from werkzeug.datastructures import MultiDict

    from endpoint.execution import Kind, ResultFormat
    from endpoint.negotiation import Choice, Offer
    from kg_build.settings import Settings

RESULT_FORMATS: Final[dict[str, ox.QueryResultsFormat]] = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}


@dataclass(frozen=True, slots=True)
class Requested:
    """What the three ways of asking have in common."""

    query: str | None
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    timeout: float


def requested(values: MultiDict[str, str], query: str | None, settings: Settings) -> Requested:
    """Read the parameters that stand beside a query, and bound it. Raises `Problem`."""
    if "update" in values:
        raise read_only()
    if query is not None and len(query) > (limit := settings.max_query_length):
        detail = f"The query has {len(query)} characters; {limit} are the most."
        raise Problem(413, "Query too long", detail, kind="query-length", limit=limit)
    defaults, named = values.getlist("default-graph-uri"), values.getlist("named-graph-uri")
    for iri in (*defaults, *named):
        check_iri(iri)
    has_dataset = bool(defaults or named)
    return Requested(
        query,
        tuple(defaults) if has_dataset else None,
        tuple(named) if has_dataset else None,
        lowered(values.get("timeout"), settings.query_timeout),
    )


KIND_OFFERS: Final[dict[Kind, Sequence[Offer]]] = {"solutions": RESULT_OFFERS, "boolean": RESULT_OFFERS, "graph": GRAPH_OFFERS}


@dataclass(frozen=True, slots=True)
class Agreed:
    """What an Accept header leads to: for each kind of result the format, or a page for people."""

    is_html: bool
    solutions: Choice | None
    boolean: Choice | None
    graph: Choice | None

    def choices(self) -> dict[Kind, Choice]:
        """The formats, for the kinds that have one; 406 where none has."""
        every: dict[Kind, Choice | None] = {"solutions": self.solutions, "boolean": self.boolean, "graph": self.graph}
        found: dict[Kind, Choice] = {kind: choice for kind, choice in every.items() if choice is not None}
        if not found:
            raise not_acceptable((*RESULT_OFFERS, *GRAPH_OFFERS, HTML_OFFER))
        return found


@lru_cache(maxsize=512)
def agree(header: str) -> Agreed:
    """Negotiate. Clients send few different headers, so what they lead to is remembered."""
    accept = parse_accept_header(header, MIMEAccept)
    best = choose(accept, (*RESULT_OFFERS, *GRAPH_OFFERS, HTML_OFFER))
    formats = {kind: choose(accept, offers) for kind, offers in KIND_OFFERS.items()}
    return Agreed(best is not None and best.name == HTML_OFFER.name, formats["solutions"], formats["boolean"], formats["graph"])


def formats_of(choices: Mapping[Kind, Choice]) -> dict[Kind, ResultFormat]:
    """The serialisations that choices stand for."""
    return {
        kind: FORMATS[choice.name].rdf_format if kind == "graph" else RESULT_FORMATS[choice.name]
        for kind, choice in choices.items()
    }


def one(values: MultiDict[str, str], name: str) -> str | None:
    """A parameter that may be given once."""
    found = values.getlist(name)
    if len(found) > 1:
        raise bad(f"The parameter {name} was given {len(found)} times.")
    return found[0] if found else None


def check_iri(iri: str) -> None:
    """Refuse a graph's name that is no IRI."""
    try:
        ox.NamedNode(iri)
        iri.encode()
    except ValueError:
        raise bad(f"Not an IRI: {iri[:200]}") from None


def lowered(text: str | None, limit: float) -> float:
    """A parameter ``timeout``, in seconds; the limit where there is none or it is more."""
    if text is None:
        return limit
    try:
        # Python reads other scripts' digits, too, and underscores in between.
        seconds = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        seconds = math.nan
    if not seconds > 0:
        raise bad(f"timeout is a number of seconds above 0, not {text[:40]!r}.")
    return min(limit, seconds)


def bad(detail: str) -> Problem:
    """The answer to a request that can't be understood."""
    return Problem(400, "Bad Request", detail, kind="request")


def read_only() -> Problem:
    """The answer to an update sent to where queries are asked."""
    return Problem(
        403, "Read-only", "This address answers queries; updates are posted to /update, with a token.", kind="read-only"
    )
