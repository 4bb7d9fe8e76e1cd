"""Requests made from the OpenAPI document: the answers are such as it describes."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
import schemathesis
from fuzzing.campaign import serving
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance
from serving import PATIENCE

from endpoint.api.document import document
from kg_build.store import open_for_build

DATA = Path(__file__).parents[1] / "store" / "data" / "small.trig"
SCHEMA = schemathesis.openapi.from_dict(document())
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]


@schemathesis.serializer("application/sparql-query", "application/sparql-update", "application/n-quads", "text/turtle")
def written(_context, value):
    """Text as the body; what is none goes as it is, too."""
    return (value if isinstance(value, str) else str(value)).encode("utf-8", "surrogatepass")


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    store = tmp_path_factory.mktemp("openapi") / "small.store"
    with open_for_build(store) as build:
        build.extend(ox.parse(path=DATA))
    with serving(store, workers=2) as target:
        yield f"http://{target.host}:{target.port}"


@SCHEMA.parametrize()
@settings(deadline=None, max_examples=12, derandomize=True, suppress_health_check=list(HealthCheck))
def test_answers_are_such_as_described(case, address):
    if isinstance(deadline := (case.query or {}).get("timeout"), int | float) and 0 < deadline < 1:
        case.query["timeout"] = 1  # Nothing can be done in less, and there is little to be seen in that.
    response = case.call(base_url=address, timeout=PATIENCE)
    # 405 and the like are the server's own; so is what HTTP itself refuses.
    assert response.status_code < 500 or response.status_code == 503
    case.validate_response(response, checks=CHECKS)
