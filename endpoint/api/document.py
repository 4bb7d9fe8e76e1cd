"""The OpenAPI 3.1 document, made from the table of routes (``routes.yaml``) and the tables of media types."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from endpoint.errors import MEDIA_TYPE
from endpoint.negotiation import GRAPH_OFFERS, HTML, RESULT_OFFERS, Offer
from endpoint.ontology.views import OFFERS as ONTOLOGY_OFFERS
from endpoint.version import software_version
from kg_build.yamlfiles import load_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ALWAYS: Final = (400, 421, 431, 503)
"""Statuses of problem documents that any route may answer with."""
WITH_A_BODY: Final = {411, 413}
WITH_A_TOKEN: Final = {401, 403}
_DONE: Final = {201: "Written; the graph is new.", 204: "Written, and what every new request sees."}
_OFFERS: Final[dict[str, tuple[Offer, ...]]] = {
    "results": RESULT_OFFERS,
    "graphs": GRAPH_OFFERS,
    "ontology": ONTOLOGY_OFFERS,
    "html": (Offer("html", (HTML,)),),
}
_REASONS: Final = {
    304: "Unchanged since the answer whose tag was sent.",
    301: "It was merged into another thing.",
    302: "It is there.",
    303: "A document tells of it.",
    400: "The request, its query or its parameters are wrong.",
    401: "No bearer token, or one that isn't valid.",
    403: "Not allowed here.",
    404: "Nothing of that name.",
    405: "The address knows no such method.",
    406: "There is no format that the client takes.",
    411: "A body of unknown length.",
    412: "It isn't the version that If-Match names.",
    413: "The query or the body is too long.",
    415: "A body of another media type or encoding.",
    416: "No such part of the file.",
    421: "The server goes by another name.",
    429: "Too many long queries, or connections, of this client.",
    431: "A header is too long.",
    503: "Too late, too large, too busy, or no store just now; Retry-After tells when to come back.",
}
_PROBLEM: Final = {
    "type": "object",
    "description": "RFC 9457 problem details.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "line": {"type": "integer", "minimum": 1},
        "column": {"type": "integer", "minimum": 1},
        "limit": {"type": "integer"},
        "available": {"type": "array", "items": {"type": "string"}},
    },
}


@cache
def table() -> Mapping[str, Any]:
    """The table of routes as it is written down."""
    found: Mapping[str, Any] = load_yaml(files(__package__ or "endpoint.api").joinpath("routes.yaml").read_text("utf-8"))
    return found


def document(server: str = "/") -> dict[str, Any]:
    """The document; ``server`` is the address that the paths are below of."""
    written = table()
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "zonekg",
            "version": software_version(),
            "summary": "A knowledge graph of development zones, by SPARQL 1.1 and as linked data.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server}],
        "paths": {
            route["path"]: {method: _operation(route["path"], one) for method, one in route["methods"].items()}
            for route in written["routes"]
        },
        "components": {
            "schemas": {"Problem": _PROBLEM},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "From `zonekg token add`."}},
            "parameters": {name: _parameter(given) for name, given in written["parameters"].items()},
            "responses": {f"problem{status}": _problem(status) for status in sorted(_statuses())},
        },
    }


def media_types(answers: Iterable[str]) -> list[str]:
    """The media types that a route's answers come in: names of formats stand for all of theirs."""
    found = [media_type for name in answers for media_type in (_all(_OFFERS[name]) if name in _OFFERS else (name,))]
    return list(dict.fromkeys(found))


def statuses(operation: Mapping[str, Any]) -> list[int]:
    """The statuses of problem documents that an operation may answer with."""
    found = {*ALWAYS, *operation.get("problems", ())}
    if "body" in operation:
        found |= WITH_A_BODY
    if operation.get("token"):
        found |= WITH_A_TOKEN
    if operation.get("conditional"):
        found.add(412)
    return sorted(found)


def _statuses() -> set[int]:
    return {s for route in table()["routes"] for one in route["methods"].values() for s in statuses(one)}


def _all(offers: Iterable[Offer]) -> Iterable[str]:
    return (media_type for offer in offers for media_type in offer.media_types)


def _operation(path: str, given: Mapping[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {"operationId": given["id"], "summary": given["summary"]}
    if names := given.get("parameters"):
        operation["parameters"] = [{"$ref": f"#/components/parameters/{name}"} for name in names]
    if names := given.get("body"):
        bodies = table()["bodies"]
        content = {bodies[name]["media_type"]: {"schema": bodies[name]["schema"]} for name in names}
        operation["requestBody"] = {"required": True, "content": content}
    if given.get("token"):
        operation["security"] = [{"token": []}]
    responses: dict[str, Any] = {str(status): {"description": _DONE[status]} for status in given.get("done", ())}
    if "answers" in given:
        responses["200"] = {"description": "The answer.", "content": _content(path, given["answers"])}
    responses |= {str(status): {"description": _REASONS[status]} for status in given.get("redirects", ())}
    if given.get("conditional") and "answers" in given:
        responses["304"] = {"description": _REASONS[304]}
    responses |= {str(status): {"$ref": f"#/components/responses/problem{status}"} for status in statuses(given)}
    operation["responses"] = responses
    return operation


def _content(path: str, answers: Iterable[str]) -> dict[str, Any]:
    object_: dict[str, Any] = {"schema": {"type": "object"}} if path.startswith(("/health", "/openapi")) else {}
    return dict.fromkeys(media_types(answers), object_)


def _parameter(given: Mapping[str, Any]) -> dict[str, Any]:
    return {**given, "required": given["in"] == "path"}


def _problem(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": _REASONS[status], "content": {MEDIA_TYPE: {"schema": schema}}}
