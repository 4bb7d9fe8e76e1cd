"""Bearer tokens in requests (RFC 6750)."""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from flask import request

from endpoint.errors import Problem
from endpoint.services import services
from endpoint.writing.tokens import secret_of
from kg_build.errors import TokenError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from endpoint.writing.tokens import Token

REALM: Final = 'Bearer realm="zonekg"'
_LOG = logging.getLogger(__name__)


def is_on() -> bool:
    """Whether there is anybody who may write."""
    with _readable():
        return bool(services().writing.tokens.tokens())


def require(scope: str) -> Token:
    """The token of the request that is answered, which allows ``scope``; raises the problem that tells why not."""
    secret = secret_of(request.headers.get("Authorization", ""))
    if secret is None:
        raise _unauthorized("Writing needs a bearer token, sent as: Authorization: Bearer TOKEN.", "")
    with _readable():
        token = services().writing.tokens.find(secret)
    if token is None:
        raise _unauthorized("This token is unknown, or was revoked.", "invalid_token")
    if token.is_expired(time.time()):
        raise _unauthorized("This token has expired.", "invalid_token")
    if scope not in token.scopes:
        detail = f"This token allows {' and '.join(token.scopes) or 'nothing'}; this needs {scope}."
        headers = {"WWW-Authenticate": f'{REALM}, error="insufficient_scope", scope="{scope}"'}
        raise Problem(403, "Forbidden", detail, kind="scope", headers=headers, scope=scope)
    return token


def _unauthorized(detail: str, error: str) -> Problem:
    challenge = f'{REALM}, error="{error}", error_description="{detail}"' if error else REALM
    return Problem(401, "Unauthorized", detail, kind="token", headers={"WWW-Authenticate": challenge})


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except TokenError as error:
        _LOG.error("%s", error)
        detail = "The file of tokens can't be read just now."
        raise Problem(503, "Can't write", detail, kind="store", headers={"Retry-After": "5"}) from None
