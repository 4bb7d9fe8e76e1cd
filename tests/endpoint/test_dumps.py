from __future__ import annotations

import gzip
import io
import re
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic

from endpoint.app import create_app
from endpoint.dumps import EXTENSION_DUMPS
from endpoint.dumps import files as dump_files
from endpoint.dumps.files import PREFIX, WAITING, DumpFiles
from kg_build.errors import InputError, ZonekgError
from kg_build.exchange import FORMATS, export
from kg_build.settings import Settings
from kg_build.store import open_for_build, open_for_reading
from ontology.documents import ontology_triples
from ontology.terms import ONTOLOGY

DATA = Path(__file__).parents[1] / "store" / "data" / "small.trig"


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
    assert dump("ttl", **{"If-None-Match": f'"other", W/{first.headers["ETag"]}'}).status_code == 304
    assert dump("ttl", **{"If-Modified-Since": first.headers["Last-Modified"]}).status_code == 304


def test_a_part_of_a_dump_can_be_had(dump, store):
    response = dump("nq", Range="bytes=10-19")
    assert (response.status_code, response.data) == (206, written(store, "nquads")[10:20])


@pytest.mark.parametrize("odd", ["lines=1-2", "bytes=0-1,4-5", "bytes=a-b", "bytes", "bytes=1-2x"])
def test_what_is_no_single_range_of_bytes_is_no_range(dump, odd):
    response = dump("nq", Range=odd)
    assert (response.status_code, response.data) == (200, dump("nq").data)


def test_a_range_beyond_the_end_is_416(dump):
    size = len(dump("nq").data)
    response = dump("nq", Range=f"bytes={size}-")
    assert (response.status_code, response.headers["Content-Range"]) == (416, f"bytes */{size}")


@pytest.mark.parametrize(("etag", "status"), [(None, 206), ('"another"', 200)])
def test_a_part_is_sent_only_of_what_the_client_has_the_rest_of(dump, etag, status):
    etag = etag or dump("nq").headers["ETag"]
    assert dump("nq", **{"Range": "bytes=0-9", "If-Range": etag}).status_code == status


def test_the_list_of_dumps_leads_to_each(client):
    text = client.get("/dump/").text
    for path in re.findall(r'href="(/dump/[^"]*)"', text):
        with client.get(path) as response:
            assert response.status_code == 200
    assert text.count('href="/dump/') == 2 * len(FORMATS)


def test_latest_leads_to_an_address_that_stays(tmp_path):
    folder = tmp_path / "s"
    for number in (1, 2):
        with open_for_build(folder) as build:
            build.database.update(f"INSERT DATA {{ GRAPH <http://e/g> {{ <http://e/s> <http://e/p> {number} }} }}")
        if number == 1:
            client = create_app(Settings(store=folder)).test_client()
            first = client.get("/dump/latest/zonekg.nq")
            with client.get(first.location) as response:
                begun, etag, modified = response.data, response.headers["ETag"], response.headers["Last-Modified"]
    assert first.status_code == 302
    second = client.get("/dump/latest/zonekg.nq")
    assert second.location != first.location
    with client.get(second.location) as response:
        assert response.data.count(b"\n") == 2
    with client.get(first.location, headers={"Range": "bytes=5-", "If-Range": etag}) as rest:
        assert (rest.status_code, rest.data) == (206, begun[5:])
        assert rest.headers["Last-Modified"] == modified
        assert f'<{second.location}>; rel="latest-version"' in rest.headers["Link"]


def test_a_version_that_is_gone_is_404(client):
    response = client.get("/dump/00009999/zonekg.nq")
    assert (response.status_code, response.json["type"]) == (404, "urn:zonekg:problem:unknown-dump")


def test_a_long_dump_is_written_by_a_process_of_its_own(monkeypatch, store):
    monkeypatch.setattr("endpoint.dumps.files.SMALL", 0)
    monkeypatch.setattr("endpoint.dumps.files.export", None)  # Not by this process.
    client = create_app(Settings(store=store)).test_client()
    with client.get("/dump/zonekg.trig") as response:
        assert response.data == written(store, "trig")


def test_what_a_format_cannot_say_is_told_by_that_process_too(monkeypatch, tmp_path):
    monkeypatch.setattr("endpoint.dumps.files.SMALL", 0)
    with open_for_build(tmp_path / "s") as build:
        build.database.update("INSERT DATA { GRAPH <http://e/g> { <http://e/s> <http://e/> 1 } }")
    client = create_app(Settings(store=tmp_path / "s")).test_client()
    response = client.get("/dump/zonekg.rdf")
    assert (response.status_code, response.json["type"]) == (404, "urn:zonekg:problem:unsayable")
    assert "RDF/XML can't write the property <http://e/>" in response.json["detail"]


def test_what_a_killed_server_left_is_taken_away(monkeypatch, tmp_path, store):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    left = tmp_path / f"{PREFIX}left"
    left.mkdir()
    for name in ("in-use", ".zonekg.nq.half"):
        (left / name).touch()
    with create_app(Settings(store=store)).test_client().get("/dump/zonekg.nq") as response:
        assert response.status_code == 200
    assert not left.exists()
    assert len(list(tmp_path.glob(f"{PREFIX}*"))) == 1


def test_a_dump_that_is_broken_off_leaves_nothing(monkeypatch, tmp_path, store):
    def broken(_reader, stream, _format):
        stream.write(b"half")
        raise ZonekgError("no more")

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("endpoint.dumps.files.export", broken)
    assert create_app(Settings(store=store)).test_client().get("/dump/zonekg.nq").status_code == 404
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {"in-use"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A store as a build makes it: articles, claims, links and the ontology with its nodes without names."""
    folder = tmp_path_factory.mktemp("whole") / "store"
    with open_for_build(folder) as build:
        build.extend(ox.parse(path=DATA))
        build.extend(ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(ONTOLOGY)) for t in ontology_triples())
    return folder


RDFLIB = {"turtle": "turtle", "trig": "trig", "nquads": "nquads", "ntriples": "nt", "jsonld": "json-ld", "rdfxml": "xml"}


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_dump_in_rdflib_is_isomorphic_to_the_store(whole, name):
    with create_app(Settings(store=whole)).test_client().get(f"/dump/zonekg.{FORMATS[name].suffix}.gz") as response:
        data = gzip.decompress(response.data)
    database = open_for_reading(whole).database
    if not FORMATS[name].keeps_graphs:
        assert isomorphic(Graph().parse(data=data, format=RDFLIB[name]), graph_of({quad.triple for quad in database}))
        return
    dataset = Dataset()
    dataset.parse(data=data, format=RDFLIB[name])
    found = {str(graph.identifier): graph for graph in dataset.graphs() if len(graph)}
    assert set(found) == {graph.value for graph in database.named_graphs()}
    for iri, graph in found.items():
        stored = {quad.triple for quad in database.quads_for_pattern(None, None, None, ox.NamedNode(iri))}
        assert isomorphic(graph, graph_of(stored))


def graph_of(triples):
    return Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")


@pytest.mark.parametrize("name", ["pdf", "ttl.zip", "ttl.gz.gz", "", "../x"])
def test_other_dumps_are_404(dump, name):
    response = dump(name)
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")


def test_dumps_follow_the_setting_on_texts(store):
    client = create_app(Settings(store=store, texts=False)).test_client()
    with client.get("/dump/zonekg.nq") as response:
        assert "忙着赶订单" not in response.text


def test_dumps_follow_a_new_version(tmp_path, monkeypatch):
    with open_for_build(tmp_path / "s"):
        pass
    client = create_app(Settings(store=tmp_path / "s")).test_client()
    with client.get("/dump/zonekg.nq") as first:
        assert first.data == b""
    with open_for_build(tmp_path / "s") as build:
        build.database.update("INSERT DATA { GRAPH <http://e/g> { <http://e/s> <http://e/p> 1 } }")
    with client.get("/dump/zonekg.nq") as second:
        assert b"http://e/s" in second.data


@pytest.mark.parametrize("small", [0, 50_000])
def test_a_full_disk_is_503_whichever_process_meets_it(monkeypatch, tmp_path, store, small):
    monkeypatch.setattr("endpoint.dumps.files.SMALL", small)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    client = create_app(Settings(store=store)).test_client()
    with client.get("/dump/zonekg.nt"):
        (folder,) = tmp_path.glob(f"{PREFIX}*/0*")
    if small:
        monkeypatch.setattr("endpoint.dumps.files.new_file", new_file_on_a_full_disk)
    else:
        (folder / "zonekg.nq").mkdir()  # What can't be replaced by a file.
        monkeypatch.setattr(Path, "exists", lambda _path: False)
    response = client.get("/dump/zonekg.nq")
    assert (response.status_code, response.json["type"]) == (503, "urn:zonekg:problem:store")
    assert response.headers["Retry-After"]


@contextmanager
def new_file_on_a_full_disk(path):
    raise InputError(path, "can't be written: No space left on device")
    yield


def test_the_process_of_its_own_runs_nothing_of_the_working_folder(monkeypatch, tmp_path, store):
    (tmp_path / "endpoint").mkdir()
    (tmp_path / "endpoint" / "__init__.py").write_text("raise SystemExit('not ours')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("endpoint.dumps.files.SMALL", 0)
    with create_app(Settings(store=store)).test_client().get("/dump/zonekg.nq") as response:
        assert response.data == written(store, "nquads")


def test_a_folder_in_which_a_file_is_made_stays_though_newer_versions_come(tmp_path, monkeypatch):
    files = DumpFiles()
    begun, may_end = threading.Event(), threading.Event()
    made = []
    real = dump_files.write

    def slow(reader, suffix, path):
        if reader.version == "00000001":
            begun.set()
            assert may_end.wait(60)
        real(reader, suffix, path)

    def version(number):
        with open_for_build(tmp_path / "s") as build:
            build.extend([ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal(str(number)), ox.NamedNode("urn:g"))])
        return open_for_reading(tmp_path / "s")

    monkeypatch.setattr(dump_files, "write", slow)
    first = version(1)
    thread = threading.Thread(target=lambda: made.append(files.get(first, "nq", zipped=True).is_file()))
    thread.start()
    assert begun.wait(60)
    for number in (2, 3, 4):
        files.get(version(number), "nq", zipped=False)
    may_end.set()
    thread.join()
    assert made == [True]
    files.get(version(5), "nq", zipped=False)
    assert [files.find(f"{number:08d}", "zonekg.nq") is not None for number in range(1, 6)] == [False, False, False, True, True]


def test_who_waits_for_a_dump_leaves_threads_to_others(monkeypatch, store):
    app = create_app(Settings(store=store))

    def status(suffix):
        with app.test_client().get(f"/dump/zonekg.{suffix}") as response:
            return response.status_code

    assert status("nq") == 200
    begun, may_end = threading.Semaphore(0), threading.Event()

    def write(_reader, suffix, path):
        begun.release()
        assert may_end.wait(120)
        path.write_text(suffix, encoding="utf-8")

    monkeypatch.setattr(dump_files, "write", write)
    statuses = []
    names = ["ttl", "nt", "rdf", "jsonld"] * (WAITING // 4)
    waiting = [threading.Thread(target=lambda name=name: statuses.append(status(name))) for name in names]
    for thread in waiting[:4]:
        thread.start()
    for _ in range(4):
        assert begun.acquire(timeout=120)
    for thread in waiting[4:]:
        thread.start()
    try:
        eventually(lambda: _all_wait(app))
        assert status("trig") == 503
        assert status("nq") == 200
    finally:
        may_end.set()
        for thread in waiting:
            thread.join(120)
    assert statuses == [200] * WAITING


def eventually(happens):
    end = time.monotonic() + 120
    while not happens():
        assert time.monotonic() < end
        time.sleep(0.01)


def _all_wait(app):
    free = app.extensions[EXTENSION_DUMPS]._places
    if free.acquire(blocking=False):
        free.release()
        return False
    return True
