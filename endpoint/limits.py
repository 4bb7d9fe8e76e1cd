"""What a request may hold besides its query: the parts that would take long to read are bounded before they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from endpoint.errors import Problem

if TYPE_CHECKING:
    from flask import Flask

MAX_HEADER = 8192
"""Characters of one header. What browsers and libraries send stays below a tenth of it."""
MAX_PARAMETERS = 1000
"""Parameters of an address or a form; a dataset of hundreds of graphs fits in."""


def register(app: Flask) -> None:
    """Let every request to the app be bounded."""
    app.before_request(_check_headers)


def _check_headers() -> None:
    for name, value in request.headers:
        if len(value) > MAX_HEADER:
            detail = f"The header {name[:40]} has {len(value)} characters; {MAX_HEADER} are the most."
            raise Problem(431, "Request Header Fields Too Large", detail, kind="header-length", limit=MAX_HEADER)
    check_parameters(request.query_string)


def check_parameters(encoded: bytes) -> None:
    """Refuse an address or a form with more parameters than `MAX_PARAMETERS`."""
    count = encoded.count(b"&") + 1
    if count > MAX_PARAMETERS:
        detail = f"The request has {count} parameters; {MAX_PARAMETERS} are the most."
        raise Problem(400, "Too many parameters", detail, kind="parameters", limit=MAX_PARAMETERS)
