from __future__ import annotations

import pytest
from conformance.server import running


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("conformance")) as found:
        yield found
