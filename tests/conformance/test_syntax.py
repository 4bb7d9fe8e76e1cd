"""SPARQL 1.1 Query: what is a query and what is none."""

from __future__ import annotations

import json

import pytest
from conformance.manifest import Data, parameters

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("case", parameters("PositiveSyntaxTest11", "NegativeSyntaxTest11"))
def test_syntax(server, case):
    headers = {"Content-Type": "application/sparql-query"}
    answer = server.ask("POST", "/sparql", headers, case.action.read_bytes(), store=server.store(Data()))
    problem = json.loads(answer.body)["type"] if answer.media_type == "application/problem+json" else None
    if case.kind == "PositiveSyntaxTest11":
        # One of the queries calls a function that nobody has: it is well written, but can't be evaluated.
        assert answer.status == 200 or problem == "urn:zonekg:problem:evaluation", str(answer)
    else:
        assert (answer.status, problem) == (400, "urn:zonekg:problem:query-syntax"), str(answer)
