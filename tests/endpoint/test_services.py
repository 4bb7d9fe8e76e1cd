from __future__ import annotations

import gc
from pathlib import Path

import pyoxigraph as ox
import pytest

from endpoint import services
from endpoint.app import close, create_app, in_use
from endpoint.workers.executor import ProcessExecutor
from endpoint.writing.tokens import SCOPES, TokenFile, tokens_path
from kg_build.settings import Settings
from kg_build.store import open_for_build, open_for_reading
from kg_build.store.updating import Updater

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="descriptors are counted in /proc")
TIMES = 24
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")


def quad(value):
    return ox.Quad(ox.NamedNode("urn:s"), LABEL, ox.Literal(value), ox.NamedNode("urn:g"))


@pytest.fixture
def folder(tmp_path):
    with open_for_build(tmp_path / "s") as build:
        build.extend([quad("first")])
    return tmp_path / "s"


def app(folder, number):
    app = create_app(Settings(store=folder))
    for path in ("/sparql?query=ASK%7B%7D", "/graphs?default", "/dump/zonekg.nt", "/.well-known/void", "/metrics"):
        app.test_client().get(path, buffered=True).close()
    close(app)


def writing_app(folder, number):
    settings = Settings(store=folder)
    token = TokenFile(tokens_path(settings)).add(str(number), SCOPES)
    app = create_app(settings)
    answer = app.test_client().post(
        "/update",
        data=f"INSERT DATA {{ <urn:s> <urn:p> {number} }}",
        content_type="application/sparql-update",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 204
    close(app)


def workers(folder, number):
    executor = ProcessExecutor(1)
    with open_for_reading(folder) as reader:
        executor.prepare(reader)
    executor.close()


def reader(folder, number):
    with open_for_reading(folder) as reader:
        assert list(reader.query("SELECT * { ?s ?p ?o }"))


def copy(folder, number):
    with open_for_reading(folder) as reader, reader.without([LABEL]) as lacking:
        assert not len(lacking.database)


def update(folder, number):
    updater = Updater(folder)
    with updater.transaction(60) as change:
        change.add([quad(str(number))])
    updater.close()


def build(folder, number):
    with open_for_build(folder) as build:
        build.extend([quad(str(number))])


@pytest.mark.parametrize(
    ("use", "times"),
    [(app, TIMES), (writing_app, 4), (workers, 6), (reader, TIMES), (copy, 6), (update, TIMES), (build, 6)],
)
def test_what_is_closed_leaves_nothing_open(folder, use, times):
    use(folder, 0)  # Whatever is opened once and for all.
    gc.collect()
    gc.disable()  # It may not be the collector that closes things.
    try:
        before = len(list(Path("/proc/self/fd").iterdir()))
        for number in range(1, times + 1):
            use(folder, number)
        assert len(list(Path("/proc/self/fd").iterdir())) == before
    finally:
        gc.enable()


def test_a_store_that_was_let_go_of_is_opened_again(folder):
    app = create_app(Settings(store=folder))
    for _ in range(2):
        assert app.test_client().get("/sparql?query=ASK%7B?s%20?p%20?o%7D", headers={"Accept": "text/csv"}).data == b"true"
        in_use(app).source.close()


def test_tags_are_of_a_version_of_the_store_and_of_the_software(folder, monkeypatch):
    def tags():
        with open_for_reading(folder) as one, open_for_reading(folder) as other:
            return services.tag(one, "x"), services.tag(other, "x"), services.tag(one, "y")

    one, same, other = tags()
    assert one == same != other
    monkeypatch.setattr(services, "software_version", lambda: "another")
    assert tags()[0] != one
