"""SPARQL 1.1 Graph Store HTTP Protocol: the named tests, request by request."""

from __future__ import annotations

import pytest
from conformance.exchange import follow
from conformance.manifest import parameters

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("case", parameters("GraphStoreProtocolTest"))
def test_graph_store(server, case):
    follow(server, case.requests, server.store(case.data, own=True), server.token)
