"""Which requests ask for the same thing: what an answer is kept under.

The parameters are compared as they are read, not as they are written: in any order, by GET, as a form or with the query as
the body, percent-encoded in whatever way. The query's own text is taken to the letter. To see that two texts mean the same,
one would have to be parsed, and those who ask again (dashboards, scripts, pages with examples) send the same text.
All other parameters count, too, whether they are known here or not: what one of them changes can't be overlooked.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qsl

from endpoint.compression import coding_of
from endpoint.limits import MAX_HEADER, MAX_HEADERS
from endpoint.sparql.asking import agree
from endpoint.sparql.protocol import DIRECT, FORM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from endpoint.sparql.asking import Agreed

PATH: Final = "/sparql"
OFTEN: Final = 4096
"""Bytes up to which parameters are remembered as they were read; what is asked again and again is short."""
_NOT_SHARED: Final = ("authorization", "content-encoding", "range", "if-match", "if-unmodified-since", "if-range", "cookie")
"""Headers with which a request is the app's alone."""
_HOST: Final = ("host", "x-forwarded-host", "forwarded")
"""Headers that tell whom a request is for."""
Parameters = tuple[tuple[str, str], ...]
"""Names and values, by name."""


class Key(NamedTuple):
    """What an answer is kept under: all that it depends on beside the store."""

    parameters: Parameters
    agreed: Agreed
    coding: str | None
    hosts: tuple[str | None, ...]
    origin: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request whose answer may be kept."""

    key: Key
    weight: int
    """Bytes that the key holds."""
    is_fresh_only: bool
    """Whether the client wants no answer that was made before (RFC 9111, section 5.2.1)."""


def asked(
    method: str, path: str, query_string: bytes, headers: Mapping[str, str], body: bytes, *, tells_origin: bool
) -> Asked | None:
    """What a request asks for; None where its answer is for it alone.

    Args:
        method: The method, in capitals.
        path: The path, decoded.
        query_string: What follows the question mark.
        headers: The headers, names in lower case.
        body: The whole body.
        tells_origin: Whether answers differ by the site whose page asks.
    """
    if path != PATH or any(name in headers for name in _NOT_SHARED):
        return None
    # The app has something to say of a request for nobody, and of heads that are too large.
    if "host" not in headers or len(headers) > MAX_HEADERS or max(map(len, headers.values())) > MAX_HEADER:
        return None
    wishes = headers.get("cache-control", "").replace(" ", "").lower().split(",")
    if "no-store" in wishes:
        return None
    parameters = _read(method, query_string, headers.get("content-type", ""), body)
    if parameters is None or not any(name == "query" for name, _ in parameters):
        return None
    key = Key(
        parameters,
        agree(headers.get("accept", "")),
        coding_of(headers.get("accept-encoding", "")),
        tuple(headers.get(name) for name in _HOST),
        headers.get("origin") if tells_origin else None,
    )
    is_fresh_only = "no-cache" in wishes or "max-age=0" in wishes or ("pragma" in headers and "cache-control" not in headers)
    return Asked(key, len(query_string) + len(body), is_fresh_only)


def _read(method: str, query_string: bytes, content_type: str, body: bytes) -> Parameters | None:
    try:
        if method in {"GET", "HEAD"}:
            return None if body else _parameters(query_string, b"")
        if method != "POST":
            return None
        media_type, _, rest = content_type.partition(";")
        if rest.strip().lower() not in {"", "charset=utf-8"}:
            return None
        media_type = media_type.strip().lower()
        if media_type == FORM:
            return _parameters(query_string, body)
        if media_type == DIRECT:
            others = _parameters(query_string, b"")
            return None if any(name == "query" for name, _ in others) else (("query", body.decode()), *others)
    except ValueError:  # Not UTF-8, or too many: the app has something to say about it.
        return None
    return None


def _parameters(query_string: bytes, form: bytes) -> Parameters:
    if len(query_string) + len(form) <= OFTEN:
        return _remembered(query_string, form)
    return _remembered.__wrapped__(query_string, form)


@lru_cache(maxsize=1024)
def _remembered(query_string: bytes, form: bytes) -> Parameters:
    found: list[tuple[str, str]] = []
    for encoded in (query_string, form):
        found += parse_qsl(encoded.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100)
    # Those of one name stay in their order: the sort is stable, and looks at names alone.
    return tuple(sorted(found, key=lambda pair: pair[0]))
