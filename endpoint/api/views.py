"""``/openapi.json``."""

from __future__ import annotations

import hashlib
import json

from flask import Blueprint, Response, request

from endpoint.api.document import document
from endpoint.rdf import tagged

blueprint = Blueprint("api", __name__)


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """All routes described for programs (OpenAPI 3.1)."""
    text = json.dumps(document(request.url_root), ensure_ascii=False, indent=1)
    return tagged(Response(f"{text}\n", mimetype="application/json"), hashlib.sha256(text.encode()).hexdigest()[:32])
