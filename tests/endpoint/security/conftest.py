"""A running server over a store with hostile names in it, and requests to it as bytes."""

from __future__ import annotations

import socket

import pyoxigraph as ox
import pytest
from prometheus_client.parser import text_string_to_metric_families
from serving import PATIENCE, started, with_settings

from kg_build.settings import Settings
from kg_build.store import open_for_build

BASE = Settings().base_iri
SCRIPT = "<script>alert(1)</script>"
HOSTILE = (
    SCRIPT,
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></textarea></td><svg onload=alert(1)>",
    "{{ 7*7 }}{% print(1) %}",
    "javascript:alert(1)",
    "&lt;b&gt;\u202e\u0000".replace("\u0000", ""),
)
IRIS = (
    "javascript:alert(1)",
    "data:text/html,%3Cscript%3Ealert(1)%3C/script%3E",
    "vbscript:msgbox(1)",
    "https://e.example/?a='onmouseover='alert(1)&lt;script&gt;",
    f"{BASE}zone/'onclick='alert(1)'",
    f"{BASE}zone/%0d%0aSet-Cookie:%20a=b",
    f"{BASE}zone/a&b",
)
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
ZONE = "https://w3id.org/zonekg/ontology#"
DCTERMS = "http://purl.org/dc/terms/"


def hostile_quads():
    """Things with hostile names, IRIs, quotes, rules and titles; one that was merged into a hostile address."""
    graph = ox.NamedNode(f"{BASE}article/a'b")
    node = ox.NamedNode
    for number, iri in enumerate(IRIS):
        thing = node(iri)
        yield ox.Quad(thing, node(f"{RDF}type"), node(f"{ZONE}Zone"), graph)
        for text in HOSTILE:
            yield ox.Quad(thing, node(f"{SKOS}prefLabel"), ox.Literal(text, language="zh"), graph)
            yield ox.Quad(thing, node("javascript:alert(2)"), ox.Literal(text, datatype=node("javascript:alert#x'y")), graph)
        for other in IRIS:
            yield ox.Quad(thing, node(f"{ZONE}within"), node(other), graph)
        claim = node(f"{BASE}claim/{number}'\u00a0")
        yield ox.Quad(claim, node(f"{RDF}subject"), thing, graph)
        yield ox.Quad(claim, node(f"{RDF}predicate"), node(f"{ZONE}within"), graph)
        yield ox.Quad(claim, node(f"{RDF}object"), node(IRIS[0]), graph)
        yield ox.Quad(claim, node(f"{ZONE}quote"), ox.Literal(SCRIPT, language="zh"), graph)
        yield ox.Quad(claim, node(f"{ZONE}rule"), ox.Literal(HOSTILE[1]), graph)
        yield ox.Quad(claim, node(f"{ZONE}confidence"), ox.Literal(HOSTILE[2]), graph)
        yield ox.Quad(claim, node("http://www.w3.org/ns/prov#wasDerivedFrom"), graph, graph)
    yield ox.Quad(graph, node(f"{DCTERMS}title"), ox.Literal(HOSTILE[3], language="zh"), graph)
    yield ox.Quad(node(f"{BASE}zone/old"), node(f"{DCTERMS}isReplacedBy"), node(f"{BASE}zone/%0d%0aSet-Cookie:%20a=b"), graph)


@pytest.fixture(scope="session")
def hostile_store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("security") / "hostile.store"
    with open_for_build(folder) as build:
        build.extend(hostile_quads())
    return folder


class Server:
    """The server from outside."""

    def __init__(self, address):
        self.host, self.port = address.hostname, address.port

    def connect(self):
        return socket.create_connection((self.host, self.port), PATIENCE)

    def send(self, *pieces, is_all=False):
        """Everything that comes back until the server ends the connection; ``is_all``: it is told that no more will be sent."""
        with self.connect() as connection:
            try:
                for piece in pieces:
                    connection.sendall(piece)
                if is_all:
                    connection.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # It has seen enough.
            data = bytearray()
            try:
                while chunk := connection.recv(1 << 16):
                    data += chunk
            except ConnectionResetError:
                pass
            return bytes(data)

    def get(self, target, *headers, version="1.1"):
        """Status, headers in lower case and body of an answer to a GET with these header lines."""
        lines = [f"GET {target} HTTP/{version}", "Host: h", "Connection: close", *headers]
        return parts(self.send("\r\n".join([*lines, "", ""]).encode("latin-1")))

    def count(self, name, **labels):
        """What a metric says now."""
        text = self.get("/metrics")[2].decode()
        samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
        return sum(sample.value for sample in samples if sample.name == name and labels.items() <= sample.labels.items())

    def is_well(self):
        return self.get("/sparql?query=ASK%7B%7D")[0] == 200


def parts(answer):
    """Status, header lines in lower case, and body of the first answer."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    assert first.startswith("HTTP/1."), first
    return int(first.split()[1]), [line.lower() for line in lines], body


@pytest.fixture(scope="session")
def hostile_server(hostile_store):
    with started(with_settings(hostile_store, workers=2)) as (address, _):
        yield Server(address)


@pytest.fixture
def server(hostile_server):
    """The server, which must be well afterwards, too."""
    yield hostile_server
    assert hostile_server.is_well()
