from __future__ import annotations

import json
import os
import signal
import threading
import time
from contextlib import ExitStack
from tempfile import TemporaryFile

import pyoxigraph as ox
import pytest
from endpoint_site import problem

from endpoint.execution import BusyError, MemoryLimitError, QueryTimeoutError, WorkerLostError
from endpoint.services import EXTENSION
from endpoint.writing import documents
from endpoint.writing.documents import Reading
from endpoint.writing.wire import Order, Part

PATIENCE = 600.0
JSONLD, RDFXML = "application/ld+json", "application/rdf+xml"


def contexts(count):
    """A document of so many terms that have contexts of their own: thousands take the parser minutes."""
    terms = {f"t{n}": {"@id": f"http://e/{n}", "@context": {f"u{n}": f"http://u/{n}"}} for n in range(count)}
    return json.dumps({"@context": terms, "@id": "http://e/x", "t0": "v"})


def namespaces(count):
    """A document of so many namespaces, which are no trouble as long as they are few."""
    declared = "".join(f' xmlns:a{n}="http://e/{n}/"' for n in range(count))
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    return f'<r:RDF xmlns:r="{rdf}"{declared}><r:Description r:about="http://e/x"><a1:p>v</a1:p></r:Description></r:RDF>'


def reading(site):
    return site.client.application.extensions[EXTENSION].writing.reading


@pytest.fixture
def held(own_site):
    """A site, and a document that is being read there by a process, for ever if nobody ends it."""
    site = own_site(update_timeout=PATIENCE)
    answers = []

    def put():
        client = site.client.application.test_client()
        headers = site.headers("", {})
        answers.append(client.put("/graphs?graph=urn:long", data=contexts(50_000), content_type=JSONLD, headers=headers))

    thread = threading.Thread(target=put)
    thread.start()
    while not reading(site).running:
        time.sleep(0.01)
    yield site, thread, answers
    for process in list(reading(site).running):
        process.kill()
    thread.join(PATIENCE)


def test_a_document_that_takes_for_ever_holds_up_nobody(held):
    site, thread, answers = held
    assert site.update("INSERT DATA { <urn:a> <urn:b> 1 }").status_code == 204
    assert site.graph("PUT", "/graphs?graph=urn:other", "<urn:a> <urn:b> 2 .").status_code == 201
    assert thread.is_alive()
    (process,) = reading(site).running
    process.kill()
    thread.join(PATIENCE)
    problem(answers[0], 503, "lost")
    assert not site.ask("GRAPH <urn:long> { ?s ?p ?o }")


def test_it_ends_with_its_server(held):
    site, thread, answers = held
    (process,) = reading(site).running
    site.client.application.extensions[EXTENSION].writing.close()
    thread.join(PATIENCE)
    assert process.returncode == -signal.SIGKILL
    problem(answers[0], 503, "busy")


def test_a_document_that_takes_too_long_is_given_up(own_site):
    site = own_site()
    answer = site.graph("PUT", "/graphs?graph=urn:long&timeout=1.5", contexts(50_000), JSONLD)
    problem(answer, 503, "timeout")
    assert not reading(site).running


@pytest.mark.parametrize(("text", "media_type"), [(contexts(500), JSONLD), (namespaces(2000), RDFXML)])
def test_what_is_read_there_is_what_would_be_read_here(own_site, monkeypatch, text, media_type):
    assert len(text) > documents.SMALL
    site = own_site()
    assert site.graph("PUT", "/graphs?graph=urn:there", text, media_type).status_code == 201
    monkeypatch.setattr(documents, "SMALL", 1 << 30)
    assert site.graph("PUT", "/graphs?graph=urn:here", text, media_type).status_code == 201
    found = {name: {quad.triple for quad in site.quads() if quad.graph_name.value == f"urn:{name}"} for name in ("here", "there")}
    assert found["here"] == found["there"]
    assert len(found["here"]) == 1


def test_what_is_wrong_is_told_with_its_place(own_site, monkeypatch):
    site = own_site()
    monkeypatch.setattr(documents, "SMALL", 0)
    place = problem(site.graph("PUT", "/graphs?graph=urn:x", '{"@id": "urn:a",\n 1}', JSONLD), 400, "document")
    assert place["line"] == 2
    problem(site.graph("PUT", "/graphs?graph=urn:x", "[" * 1000, JSONLD), 400, "document")
    other = json.dumps({"@id": "urn:g2", "@graph": [{"@id": "urn:a", "urn:p": 1}]})
    problem(site.graph("PUT", "/graphs?graph=urn:x", other, JSONLD), 400, "other-graph")


def test_blank_nodes_of_several_documents_stay_apart(monkeypatch):
    monkeypatch.setattr(documents, "SMALL", 0)
    text = b'{"@id": "_:a", "urn:p": {"@id": "_:a"}}'
    with ExitStack() as stack:
        files = [stack.enter_context(TemporaryFile()) for _ in range(2)]
        for file in files:
            file.write(text)
            file.flush()
        order = Order("s", 1, method="PUT", graph="urn:g", parts=(Part("jsonld", "urn:g"), Part("jsonld", "urn:g")))
        plain, made = Reading(256 << 20).plain(stack, order, [file.fileno() for file in files], time.monotonic() + PATIENCE)
        assert [part.form for part in plain.parts] == ["ntriples"] * 2
        found = [list(ox.parse(os.pread(one, 1000, 0), ox.RdfFormat.N_TRIPLES)) for one in made]
    subjects = [{quad.subject, quad.object} for (quad,) in found]
    assert [len(one) for one in subjects] == [1, 1]
    assert not subjects[0] & subjects[1]


def test_small_documents_and_those_of_other_formats_are_left_as_they_are():
    with ExitStack() as stack, TemporaryFile() as file:
        file.write(b"#" * (documents.SMALL + 1))
        file.flush()
        order = Order("s", 1, method="PUT", parts=(Part("turtle", "urn:g"),))
        assert Reading(1).plain(stack, order, [file.fileno()], 0.0) == (order, [file.fileno()])


def test_memory_has_a_ceiling(own_site):
    site = own_site(update_memory=16 << 20)
    problem(site.graph("PUT", "/graphs?graph=urn:x", contexts(30_000), JSONLD), 503, "memory")


@pytest.mark.parametrize(
    ("status", "is_closed", "error"),
    [
        (-signal.SIGABRT, False, MemoryLimitError),
        (-signal.SIGXCPU, False, QueryTimeoutError),
        (-signal.SIGSEGV, False, WorkerLostError),
        (-signal.SIGKILL, True, BusyError),
    ],
)
def test_how_it_ended_says_what_was_wrong(status, is_closed, error):
    with pytest.raises(error):
        documents._judge(b"", status, is_closed=is_closed)


def test_there_is_no_place_for_ever_more(monkeypatch):
    monkeypatch.setattr(documents, "SMALL", 0)
    reading = Reading(1)
    for _ in range(documents.AT_ONCE):
        assert reading._places.acquire(blocking=False)
    with ExitStack() as stack, TemporaryFile() as file:
        file.write(b"{}")
        file.flush()
        order = Order("s", 1, method="PUT", parts=(Part("jsonld", "urn:g"),))
        with pytest.raises(BusyError):
            reading.plain(stack, order, [file.fileno()], time.monotonic())
