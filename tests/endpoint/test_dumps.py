from __future__ import annotations

import gzip
import io

import pytest

from endpoint.app import create_app
from kg_build.exchange import FORMATS, export
from kg_build.settings import Settings
from kg_build.store import open_for_build, open_for_reading


@pytest.fixture
def dump(client):
    opened = []

    def get(name, **headers):
        opened.append(client.get(f"/dump/zonekg.{name}", headers=headers))
        return opened[-1]

    yield get
    for response in opened:
        response.close()


def written(store, name, **options):
    stream = io.BytesIO()
    export(open_for_reading(store), stream, name, **options)
    return stream.getvalue()


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_dump_is_what_export_writes(dump, store, name):
    response = dump(FORMATS[name].suffix)
    assert response.mimetype == FORMATS[name].media_type
    assert response.data == written(store, name)


def test_a_packed_dump_unpacks_to_the_same(dump, store):
    response = dump("nq.gz")
    assert response.mimetype == "application/gzip"
    assert "Content-Encoding" not in response.headers
    assert gzip.decompress(response.data) == written(store, "nquads")


def test_a_dump_that_the_client_has_is_304(dump):
    first = dump("ttl")
    assert dump("ttl", **{"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert dump("ttl", **{"If-Modified-Since": first.headers["Last-Modified"]}).status_code == 304


def test_a_part_of_a_dump_can_be_had(dump, store):
    response = dump("nq", Range="bytes=10-19")
    assert (response.status_code, response.data) == (206, written(store, "nquads")[10:20])


@pytest.mark.parametrize("name", ["pdf", "ttl.zip", "ttl.gz.gz", "", "../x"])
def test_other_dumps_are_404(dump, name):
    response = dump(name)
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")


def test_dumps_follow_the_setting_on_texts(store):
    client = create_app(Settings(store=store, texts=False)).test_client()
    with client.get("/dump/zonekg.nq") as response:
        assert "忙着赶订单" not in response.text


def test_dumps_follow_a_new_version(tmp_path, monkeypatch):
    monkeypatch.setattr("endpoint.services.LOOK_AGAIN", 0)
    with open_for_build(tmp_path / "s"):
        pass
    client = create_app(Settings(store=tmp_path / "s")).test_client()
    with client.get("/dump/zonekg.nq") as first:
        assert first.data == b""
    with open_for_build(tmp_path / "s") as build:
        build.database.update("INSERT DATA { GRAPH <http://e/g> { <http://e/s> <http://e/p> 1 } }")
    with client.get("/dump/zonekg.nq") as second:
        assert b"http://e/s" in second.data
