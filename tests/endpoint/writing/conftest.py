from __future__ import annotations

import pytest
from endpoint_site import close, make


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    found = make(tmp_path_factory.mktemp("site") / "s", max_update_length=2000, max_upload=20_000)
    yield found
    close(found)


@pytest.fixture
def own_site(tmp_path):
    made = []

    def build(**settings):
        made.append(make(tmp_path / f"s{len(made)}", **settings))
        return made[-1]

    yield build
    for one in made:
        close(one)
