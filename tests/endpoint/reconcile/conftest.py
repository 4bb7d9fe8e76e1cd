from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from endpoint.app import create_app
from endpoint.reconcile.catalogue import Catalogue
from kg_build.settings import Settings
from kg_build.store import open_for_build, open_for_reading

DATA = Path(__file__).parent / "firms.trig"
BASE = "https://w3id.org/zonekg/id/"


@pytest.fixture(scope="session")
def firms(tmp_path_factory):
    """A store with namesakes."""
    folder = tmp_path_factory.mktemp("reconcile") / "firms.store"
    with open_for_build(folder) as build:
        build.extend(ox.parse(path=DATA))
    return folder


@pytest.fixture(scope="session")
def catalogue(firms):
    return Catalogue(open_for_reading(firms), BASE)


@pytest.fixture(scope="session")
def reconcile_app(firms):
    return create_app(Settings(store=firms))


@pytest.fixture
def service(reconcile_app):
    """A client of the service."""
    return reconcile_app.test_client()


@pytest.fixture
def matched(service):
    """Asks one query; gives its candidates."""

    def ask(query, **fields):
        fields |= {"query": query} if query is not None else {}
        response = service.post("/reconcile", data={"queries": json.dumps({"q": fields})})
        assert response.status_code == 200, response.json
        return response.json["q"]["result"]

    return ask
