"""``/metrics``: for Prometheus, to those that the setting ``metrics`` allows."""

from __future__ import annotations

from flask import Blueprint, Response, request
from prometheus_client.exposition import choose_encoder

from endpoint.errors import Problem
from endpoint.operation.proxies import is_local
from endpoint.services import services

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
def read() -> Response:
    """Tell the metrics, in the text format of Prometheus or as OpenMetrics."""
    allowed = services().settings.metrics
    if allowed == "off":
        raise Problem(404, "Not Found", "Metrics are switched off here.", kind="no-metrics")
    if allowed == "local" and not is_local(request.environ):
        raise Problem(403, "Forbidden", "Metrics are told to this machine only.", kind="local-only")
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    response = Response(encode(services().metrics.registry), content_type=content_type)
    response.headers["Cache-Control"] = "no-store"
    return response
