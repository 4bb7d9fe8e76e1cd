"""Sending the requests of the protocol suites and looking at what comes back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlsplit

from conformance.comparison import isomorphic
from conformance.results import read_graph

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.manifest import Request
    from conformance.server import Answer, Server

UPDATE = "application/sparql-update"
FORM = "application/x-www-form-urlencoded"
MINE = {"/sparql/": "/sparql", "/gsp": "/graphs"}
"""The paths that the suites suppose, and ours. Updates have a path of their own."""
EXAMPLE = "www.example"
FORMATS = {
    "boolean": {"application/sparql-results+json", "application/sparql-results+xml"},
    "tabular": {"application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"},
    "RDF": {"text/turtle", "application/n-triples", "application/rdf+xml", "text/html"},
}
NOT_FOR_WHAT_IT_IS = {401, 403, 404}
"""Refusals that tell nothing of the request itself: who asks, or that nothing is there."""


def follow(server: Server, requests: tuple[Request, ...], store: Path, token: str | None = None) -> None:
    """Send the requests of a test one after the other and check each answer."""
    variables: dict[str, str] = {}
    for number, request in enumerate(requests, 1):
        path, body = (_ours(server, text, variables) for text in (request.path, (request.body or b"").decode("latin-1")))
        headers = dict(request.headers)
        if token is not None and (request.method not in {"GET", "HEAD"} or is_update(request)):
            headers["Authorization"] = f"Bearer {token}"
        if is_update(request):
            path = path.replace("/sparql", "/update", 1)
        sent = None if request.body is None else body.encode("latin-1")
        answer = server.ask(request.method, path, headers, sent, store=store)
        _check_status(request, answer, number)
        if request.location is not None:
            assert "location" in answer.headers, f"request {number}: {answer}"
            variables[request.location] = answer.headers["location"]
        if request.boolean is not None:
            assert json.loads(answer.body)["boolean"] is request.boolean, f"request {number}: {answer}"
        if request.form is not None:
            assert answer.media_type in FORMATS[request.form], f"request {number}: {answer}"
        _check_content(server, request, answer, number, variables)


def is_update(request: Request) -> bool:
    """Whether a request of the protocol suite is for the address of updates."""
    headers = {name.lower(): value for name, value in request.headers}
    fields = dict(parse_qsl(urlsplit(request.path).query))
    body = (request.body or b"").decode("latin-1")
    using = any(name.startswith("using-") for name in fields)
    return using or "update" in fields or UPDATE in headers.get("content-type", "") or body.startswith(("update=", "CLEAR"))


def _ours(server: Server, text: str, variables: dict[str, str]) -> str:
    """A path or body with the suite's server replaced by ours."""
    for name, value in variables.items():
        text = text.replace(name, quote(value, safe="") if "?" in text else value)
    for theirs, mine in MINE.items():
        text = mine + text[len(theirs) :] if text.startswith(theirs) else text
    text = text.replace(f"{EXAMPLE}%2Fgsp", f"{quote(server.authority)}%2Fgraphs")
    return text.replace(f"{EXAMPLE}/gsp", f"{server.authority}/graphs")


def _check_status(request: Request, answer: Answer, number: int) -> None:
    names = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}
    good = False
    for name in request.statuses:
        if name.startswith("StatusCode"):
            good = good or answer.status // 100 == int(name[len("StatusCode")])
            if name == "StatusCode4xx":
                good = good and answer.status not in NOT_FOR_WHAT_IT_IS
        else:
            good = good or answer.status == names[name]
    assert good, f"request {number}: not {' or '.join(request.statuses)}: {answer}"


def _check_content(server: Server, request: Request, answer: Answer, number: int, variables: dict[str, str]) -> None:
    for name, value in request.expected_headers:
        assert name.lower() == "content-type"
        assert answer.media_type == value.partition(";")[0], f"request {number}: {answer}"
    if request.content is not None:
        base = f"http://{server.authority}{_ours(server, request.path, variables)}"
        expected = read_graph(_ours(server, request.content, variables), "turtle", base)
        assert isomorphic(read_graph(answer.body, "turtle", base), expected), f"request {number}: {answer}"
