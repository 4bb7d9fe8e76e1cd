"""``/health``: the process lives; ``/health/ready``: it can read its store."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from flask import Blueprint, Response, jsonify

from endpoint.errors import Problem
from endpoint.services import services
from kg_build.errors import StoreError

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def live() -> Response:
    """Answer while the process lives, whatever has become of the store."""
    return _fresh(jsonify(status="ok", version=software_version()))


@blueprint.get("/health/ready")
def ready() -> Response:
    """Answer 503 unless queries can be answered."""
    try:
        reader = services().source.current()
        size = len(reader.database)
    except (StoreError, OSError):
        detail = "The store can't be read just now."
        raise Problem(503, "Not ready", detail, kind="store", headers={"Retry-After": "5"}) from None
    return _fresh(jsonify(status="ready", version=software_version(), store=reader.version, quads=size))


def software_version() -> str:
    """The installed version; ``unknown`` in a checkout that was never installed."""
    try:
        return version("zonekg")
    except PackageNotFoundError:
        return "unknown"


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
