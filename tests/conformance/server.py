"""A running server of ours whose store is chosen by a header of each request, and stores made of the suites' data."""

from __future__ import annotations

import http.client
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox
from serving import PATIENCE, started

from endpoint.writing.tokens import SCOPES, TokenFile, tokens_path
from kg_build.settings import Settings
from kg_build.store import open_for_build

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from urllib.parse import SplitResult

    from conformance.manifest import Data

STORE = "Conformance-Store"
CODE = """
import sys
from pathlib import Path
import endpoint.app
from endpoint.server import serve
from endpoint.services import Source
from flask import has_request_context, request
from kg_build.settings import Settings

class Chosen(Source):
    def __init__(self, settings):
        super().__init__(settings)
        self.sources = {}
    @property
    def directory(self):
        name = request.headers.get("Conformance-Store") if has_request_context() else None
        return super().directory if name is None else Path(name)
    def current(self):
        return super().current() if self.directory == super().directory else self.source().current()
    def look_again(self):
        super().look_again() if self.directory == super().directory else self.source().look_again()
    def source(self):
        # Only the last few stay open: each takes dozens of file descriptors.
        name = self.directory
        source = self.sources.pop(name, None) or Source(Settings(store=name))
        self.sources[name] = source
        while len(self.sources) > 8:
            self.sources.pop(next(iter(self.sources)), None)
        return source

endpoint.app.Source = Chosen
serve(Settings(store=Path(sys.argv[1]), port=0, union_default_graph=False))
"""
"""The whole server as `zonekg serve` starts it; only where it finds its store is replaced."""
FORMATS = {".ttl": ox.RdfFormat.TURTLE, ".rdf": ox.RdfFormat.RDF_XML, ".nt": ox.RdfFormat.N_TRIPLES}


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip()

    def __str__(self) -> str:
        return f"{self.status} {self.media_type} {self.body[:600].decode(errors='replace')}"


class Server:
    """The server, and the stores that were made for it."""

    def __init__(self, address: SplitResult, stores: Path, token: str) -> None:
        assert address.hostname is not None
        self.host, self.port = address.hostname, address.port
        self.token = token
        """What allows writing."""
        self._stores = stores
        self._made: dict[Data, Path] = {}

    @property
    def authority(self) -> str:
        """``host:port``."""
        return f"{self.host}:{self.port}"

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None, *, store: Path
    ) -> Answer:
        """Send one request over a connection of its own."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, {**(headers or {}), STORE: str(store)})
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def store(self, data: Data, *, own: bool = False) -> Path:
        """A store with some data; one of its own where the test writes."""
        if own or data not in self._made:
            path = self._stores / str(len(list(self._stores.iterdir())))
            with open_for_build(path) as build:
                for file in data.default:
                    build.extend(read(file, ox.DefaultGraph()))
                for name, file in data.named:
                    build.database.add_graph(ox.NamedNode(name))
                    build.extend(read(file, ox.NamedNode(name)))
            if own:
                return path
            self._made[data] = path
        return self._made[data]


def read(path: Path, graph: ox.NamedNode | ox.DefaultGraph) -> Iterator[ox.Quad]:
    """A file's triples in a graph; blank nodes of two files stay apart."""
    for quad in ox.parse(path=path, format=FORMATS[path.suffix], base_iri=path.as_uri(), rename_blank_nodes=True):
        yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """Start the server over a store with one statement in it; requests that name no other are answered from that."""
    first = folder / "first"
    with open_for_build(first) as build:
        build.extend([ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.NamedNode("urn:o"), ox.NamedNode("urn:g"))])
    stores = folder / "stores"
    stores.mkdir()
    token = TokenFile(tokens_path(Settings(store=first))).add("suites", SCOPES)
    with started([sys.executable, "-c", CODE, str(first)]) as (address, _):
        yield Server(address, stores, token)
