from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from endpoint import app as application
from endpoint.app import create_app
from kg_build.settings import Settings
from kg_build.store import open_for_build

DATA = Path(__file__).parents[1] / "store" / "data" / "small.trig"


@pytest.fixture(scope="session")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("endpoint") / "small.store"
    with open_for_build(folder) as build:
        build.extend(ox.parse(path=DATA))
        build.add_text("a.txt", "青禾制药有限公司落户云岭经开区。")
    return folder


@pytest.fixture(scope="session")
def app(store):
    return create_app(Settings(store=store))


@pytest.fixture(autouse=True)
def _let_go_of_stores(monkeypatch):
    """Close the stores of the apps that a test makes: a thousand apps that wait for the collector are too many open files."""
    made = []

    def use(app, services):
        made.append(services)
        use_it(app, services)

    use_it = application.use
    monkeypatch.setattr(application, "use", use)
    yield
    for services in made:
        services.source.close()


@pytest.fixture
def client(app):
    return app.test_client()
