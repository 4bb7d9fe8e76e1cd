"""SPARQL 1.1 Protocol: the named tests, request by request."""

from __future__ import annotations

import pytest
from conformance.exchange import follow, is_update
from conformance.manifest import parameters

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("case", parameters("ProtocolTest"))
def test_protocol(server, case):
    writes = any(is_update(request) for request in case.requests)
    follow(server, case.requests, server.store(case.data, own=writes), server.token)
