"""What is noted of one request on its way, for the log and the metrics."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from flask import has_request_context, request

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY: Final = "zonekg.record"
"""Where a request's record stands in its WSGI environment."""
CACHE: Final = "zonekg.cache"
"""Where whoever looked among the kept answers says so."""
_SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+/=@-]{0,127}")
_TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_FORM = re.compile(
    r"(?:\s++|\#[^\n\r]*+|BASE\s*+<[^<>]*+>|PREFIX\s*+[^\s:<]*+:\s*+<[^<>]*+>)*+(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Trace:
    """A request's place in a distributed trace (W3C Trace Context, section 3.2)."""

    trace_id: str
    parent_id: str
    span_id: str
    """Ours, new."""


@dataclass(slots=True)
class Record:
    """One request. What the app notes is empty where the request never came to it."""

    request_id: str
    trace: Trace | None = None
    route: str = ""
    """The rule that fitted, one of a few: metrics are kept by it."""
    form: str = ""
    """Query form in lower case, ``graph`` for a graph asked for by its name, or ``update`` for a write."""
    query: str = ""
    waited: float | None = None
    """Seconds that the query waited for its turn."""
    cache: str = ""
    """``hit``, or ``miss``, where there is a cache."""
    outcome: str = ""
    """Why it is no whole answer: the ending of a problem's type, or what broke it off."""


def request_id(environ: Mapping[str, Any]) -> str:
    """The request's identity as the client or a proxy gave it, if it is sane; else a new one."""
    given = environ.get("HTTP_X_REQUEST_ID", "")
    return given if given and _SANE_ID.fullmatch(given) else os.urandom(16).hex()


def trace(environ: Mapping[str, Any]) -> Trace | None:
    """The trace that a request belongs to; None without a valid ``traceparent``, which is as if there were none."""
    match = _TRACEPARENT.fullmatch(environ.get("HTTP_TRACEPARENT", "").strip())
    if match is None:
        return None
    version, trace_id, parent_id, _, rest = match.groups()
    # Version ff is forbidden, 00 has four fields; later versions may have more.
    if version == "ff" or (version == "00" and rest) or not int(trace_id, 16) or not int(parent_id, 16):
        return None
    return Trace(trace_id, parent_id, os.urandom(8).hex())


def query_form(query: str) -> str:
    """The form of a query in lower case; ``other`` for what begins like none."""
    match = _FORM.match(query)
    return match[1].lower() if match else "other"


def record() -> Record | None:
    """The record of the present request; None outside of one."""
    return cast("Record | None", request.environ.get(KEY)) if has_request_context() else None


def note(**facts: str | float | None) -> None:
    """Note something of the present request: fields of `Record`."""
    if (current := record()) is not None:
        for name, value in facts.items():
            setattr(current, name, value)
