"""What a request may hold besides its query: the parts that would take long to read are bounded before they are read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.utils import host_is_trusted

from endpoint.errors import Problem
from endpoint.services import services

if TYPE_CHECKING:
    from flask import Flask

MAX_HEADER = 8192
"""Characters of one header. What browsers and libraries send stays below a tenth of it."""
MAX_HEADERS = 100
"""Headers of a request. Browsers behind two proxies send thirty."""
MAX_PARAMETERS = 1000
"""Parameters of an address or a form; a dataset of hundreds of graphs fits in."""


SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""What every answer carries: pages run no script, load nothing from elsewhere and stand in no frame; nothing is taken for
what it isn't."""
_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{0,5})?")
_PROBES = frozenset({"/health", "/health/ready"})
"""Asked by address, whatever the server is called."""
_WITHOUT_BODY = frozenset({"GET", "HEAD", "DELETE", "OPTIONS"})
"""Methods with which nobody looks at a body (RFC 9110, section 9.3)."""


def register(app: Flask) -> None:
    """Let every request to the app be bounded."""
    app.before_request(_check_host)
    app.before_request(_check_headers)
    app.before_request(_check_body)


def _check_host() -> None:
    """Refuse a request that is for nobody, for two, or for somebody else (RFC 9112, section 3.2).

    Links to ourselves are made of the host, and caches keep them.
    """
    host = request.environ.get("HTTP_HOST")
    if host is None and request.environ.get("SERVER_PROTOCOL") != "HTTP/1.1":
        return
    if not host or _HOST.fullmatch(host) is None:
        raise Problem(400, "Bad Request", "The header Host names no host, or not one alone.", kind="host")
    names = services().settings.hosts.split()
    if names and request.path not in _PROBES and not host_is_trusted(host, names):
        raise Problem(421, "Misdirected Request", "This server goes by another name.", kind="host")


def _check_headers() -> None:
    if len(request.headers) > MAX_HEADERS:
        detail = f"The request has {len(request.headers)} headers; {MAX_HEADERS} are the most."
        raise Problem(431, "Request Header Fields Too Large", detail, kind="headers", limit=MAX_HEADERS)
    for name, value in request.headers:
        if len(value) > MAX_HEADER:
            detail = f"The header {name[:40]} has {len(value)} characters; {MAX_HEADER} are the most."
            raise Problem(431, "Request Header Fields Too Large", detail, kind="header-length", limit=MAX_HEADER)
    check_parameters(request.query_string)


def _check_body() -> None:
    """Refuse a body that is too long where nobody would read it; who reads one meets its limit."""
    limit = request.max_content_length
    if request.method in _WITHOUT_BODY and limit is not None and (request.content_length or 0) > limit:
        raise RequestEntityTooLarge


def check_parameters(encoded: bytes) -> None:
    """Refuse an address or a form with more parameters than `MAX_PARAMETERS`."""
    count = encoded.count(b"&") + 1
    if count > MAX_PARAMETERS:
        detail = f"The request has {count} parameters; {MAX_PARAMETERS} are the most."
        raise Problem(400, "Too many parameters", detail, kind="parameters", limit=MAX_PARAMETERS)
