"""The one shape of errors over HTTP: RFC 9457 problem details, whoever raises them."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge

from endpoint.operation.logs import FIELDS
from endpoint.operation.records import note, record
from kg_build.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping

MEDIA_TYPE = "application/problem+json"
_TYPES = "urn:zonekg:problem:"
_LOG = logging.getLogger(__name__)


class Problem(Exception):  # noqa: N818 - the word of RFC 9457
    """An answer that is an error.

    Args:
        status: The HTTP status.
        title: What kind of problem it is, the same for all of its kind.
        detail: What is wrong this time, for a person to read.
        kind: Ending of the problem's type, a name for programs; none for what the status says already.
        headers: Headers besides.
        members: Further members of the problem object (``line``, ``column``).
    """

    def __init__(
        self,
        status: int,
        title: str,
        detail: str,
        *,
        kind: str | None = None,
        headers: Mapping[str, str] | None = None,
        **members: object,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail
        self.type = _TYPES + kind if kind else "about:blank"
        self.headers = dict(headers or {})
        self.members = members

    def response(self) -> Response:
        """The problem as `application/problem+json`."""
        content: dict[str, Any] = {
            "type": self.type,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.members,
        }
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        response = Response(text.encode("utf-8", "replace"), self.status, mimetype=MEDIA_TYPE)
        response.headers["Cache-Control"] = "no-store"
        response.headers.update(self.headers)
        return response


def register(app: Flask) -> None:
    """Let every error of the app become a problem."""
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(StoreError, _store)
    app.register_error_handler(Exception, _unexpected)


def _problem(problem: Problem) -> Response:
    note(outcome=problem.type.removeprefix(_TYPES))
    return problem.response()


def _too_large(_error: RequestEntityTooLarge) -> Response:
    limit = request.max_content_length
    return _problem(Problem(413, "Content Too Large", f"A body has {limit} bytes at most here.", kind="body", limit=limit))


def _http(error: HTTPException) -> Response:
    if error.response is not None:  # A redirect or an answer made beforehand.
        return cast("Response", error.response)
    kept = {"Allow", "Retry-After", "Location", "Content-Range", "Accept"}
    headers = {name: value for name, value in error.get_headers() if name in kept}
    if error.code is not None and error.code < 400:
        return Response(status=error.code, headers=headers)
    return Problem(error.code or 500, error.name, error.description or error.name, headers=headers).response()


def _store(error: StoreError) -> Response:
    _LOG.error("%s", error)
    return _problem(
        Problem(503, "The store can't be read", "The store can't be read just now.", kind="store", headers={"Retry-After": "5"})
    )


def precondition(response: Response) -> Response:
    """An answer that the request doesn't want any more (RFC 9110, section 13.1.1) as a problem, like the others."""
    if response.status_code != 412 or response.mimetype == MEDIA_TYPE:
        return response
    response.close()
    headers = {"ETag": tag} if (tag := response.headers.get("ETag")) else {}
    return _problem(Problem(412, "Precondition Failed", "It isn't the version that the request asks for.", headers=headers))


def _unexpected(error: Exception) -> Response:
    current = record()
    fields = {"request_id": current.request_id} if current is not None else {}
    _LOG.error("%s %s failed", request.method, request.path, exc_info=error, extra={FIELDS: fields})
    note(outcome="error")
    plain = InternalServerError()  # What went wrong stands in the log, not in the answer.
    return Problem(500, plain.name, "The server met an error of its own.").response()
