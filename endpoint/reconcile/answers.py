"""Answers as JSON, or as a script that hands the JSON to a function of the asking page (JSONP, section 3.3)."""

from __future__ import annotations

import json
import re
from typing import Final

from flask import Response, request

from endpoint.errors import Problem

_CALLBACK: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]{0,99}(\.[A-Za-z_$][A-Za-z0-9_$]{0,99}){0,5}")
"""A name of JavaScript, or a path of names: nothing that could be a program."""


def parameter(name: str) -> str | None:
    """A parameter of the form or the address; one that was given twice is a problem."""
    found = [*request.form.getlist(name), *request.args.getlist(name)]
    if len(found) > 1:
        raise Problem(400, "Bad Request", f"The parameter {name} was given {len(found)} times.", kind="request")
    return found[0] if found else None


def answer(data: object) -> Response:
    """Data as the client wants it: JSON, or JSONP where it names a callback."""
    callback = parameter("callback")
    text = json.dumps(data, ensure_ascii=False)
    if callback is None:
        response = Response(text, content_type="application/json")
    else:
        if not _CALLBACK.fullmatch(callback):
            detail = "callback is a name of JavaScript, or names with dots between them."
            raise Problem(400, "Bad Request", detail, kind="callback")
        # What older JavaScript takes for line ends; and a comment first, so that a caller can't choose how the file begins.
        script = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
        response = Response(f"/**/{callback}({script});", content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


def number(name: str, default: int, most: int) -> int:
    """A whole number from 0 that a parameter gives; more than the most counts as the most."""
    text = parameter(name)
    if text is None or not text.strip():
        return default
    if not text.strip().isascii() or not text.strip().isdigit() or len(text) > 12:
        raise Problem(400, "Bad Request", f"{name} is a whole number from 0, not {text[:40]!r}.", kind="request")
    return min(int(text), most)
