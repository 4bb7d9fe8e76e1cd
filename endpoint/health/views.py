"""``/health``: the process lives; ``/health/ready``: it can read its store; ``OPTIONS *``: a ping."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from endpoint.errors import Problem
from endpoint.services import services
from endpoint.version import software_version
from kg_build.errors import StoreError

blueprint = Blueprint("health", __name__)


@blueprint.before_app_request
def ping() -> Response | None:
    """Answer who asks for nothing in particular (RFC 9110, section 9.3.7)."""
    is_ping = request.method == "OPTIONS" and request.environ["PATH_INFO"] == "*"
    return Response(status=204) if is_ping else None


@blueprint.get("/health")
def live() -> Response:
    """Answer while the process lives, whatever has become of the store."""
    return _fresh(jsonify(status="ok", version=software_version()))


@blueprint.get("/health/ready")
def ready() -> Response:
    """Answer 503 unless queries can be answered."""
    if services().stopping.is_set():
        raise Problem(503, "Not ready", "The server is about to stop.", kind="stopping", headers={"Retry-After": "5"})
    try:
        reader = services().source.current()
        reader.has_more_than(0)
    except (StoreError, OSError):
        detail = "The store can't be read just now."
        raise Problem(503, "Not ready", detail, kind="store", headers={"Retry-After": "5"}) from None
    return _fresh(jsonify(status="ready", version=software_version(), store=reader.version))


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
