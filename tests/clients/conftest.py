"""A server over a small store, started as `zonekg serve` starts it."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from serving import command, started

from endpoint.writing.tokens import SCOPES, TokenFile, tokens_path
from kg_build.settings import Settings
from kg_build.store import open_for_build

DATA = Path(__file__).parents[1] / "store" / "data" / "small.trig"


@pytest.fixture(scope="session")
def store(tmp_path_factory):
    """A small store."""
    folder = tmp_path_factory.mktemp("clients") / "small.store"
    with open_for_build(folder) as build:
        build.extend(ox.parse(path=DATA))
    return folder


@pytest.fixture(scope="session")
def token(store):
    """What allows writing."""
    return TokenFile(tokens_path(Settings(store=store))).add("clients", SCOPES)


@pytest.fixture(scope="session")
def endpoint(store):
    """The address of /sparql."""
    with started(command(store)) as (address, _):
        yield address.geturl() + "sparql"
