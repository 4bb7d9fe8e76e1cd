"""A small store made by hand, and servers that answer what a test wants."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest
from serving import PATIENCE

from kg_build.linking.gazetteers.divisions import Divisions
from kg_build.linking.gazetteers.geonames import GeoNames
from kg_build.linking.gazetteers.industries import Industries
from kg_build.linking.gazetteers.zones import Zones
from kg_build.linking.judgements import Judgements
from kg_build.linking.rules import rules
from kg_build.linking.run import Plan
from kg_build.settings import Settings
from kg_build.store import open_for_build

BASE = "https://w3id.org/zonekg/id/"
DATA = """
@prefix : <https://w3id.org/zonekg/id/> .
@prefix zone: <https://w3id.org/zonekg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<https://w3id.org/zonekg/id/article/a.txt> {
  <https://w3id.org/zonekg/id/article/a.txt> a zone:Article ; dcterms:title "甲"@zh ; zone:sourceFile "a.txt" ;
    schema:datePublished "2024-05-01"^^xsd:date ; dcterms:publisher "三门峡日报"@zh .
  <https://w3id.org/zonekg/id/zone/三门峡经开区> a zone:Zone ; skos:prefLabel "三门峡经开区"@zh ; rdfs:label "三门峡经开区"@zh ;
    zone:mentionedIn <https://w3id.org/zonekg/id/article/a.txt> .
  <https://w3id.org/zonekg/id/place/陕县> a zone:Place ; skos:prefLabel "陕县"@zh ; rdfs:label "陕县"@zh ;
    zone:mentionedIn <https://w3id.org/zonekg/id/article/a.txt> .
  <https://w3id.org/zonekg/id/enterprise/三门峡华辰制药有限公司> a zone:Enterprise ; skos:prefLabel "三门峡华辰制药有限公司"@zh ;
    skos:altLabel "华辰制药"@zh ; rdfs:label "三门峡华辰制药有限公司"@zh ;
    zone:locatedIn <https://w3id.org/zonekg/id/zone/三门峡经开区> ;
    zone:inIndustry <https://w3id.org/zonekg/id/industry/生物医药> ;
    zone:mentionedIn <https://w3id.org/zonekg/id/article/a.txt> .
  <https://w3id.org/zonekg/id/industry/生物医药> a zone:Industry ; skos:prefLabel "生物医药"@zh ; rdfs:label "生物医药"@zh ;
    skos:inScheme zone:industryScheme ; zone:mentionedIn <https://w3id.org/zonekg/id/article/a.txt> .
}
<https://w3id.org/zonekg/id/article/b.txt> {
  <https://w3id.org/zonekg/id/article/b.txt> a zone:Article ; dcterms:title "乙"@zh ; zone:sourceFile "b.txt" .
  <https://w3id.org/zonekg/id/place/鼓楼区> a zone:Place ; skos:prefLabel "鼓楼区"@zh ; rdfs:label "鼓楼区"@zh ;
    zone:mentionedIn <https://w3id.org/zonekg/id/article/b.txt> .
}
"""
"""A zone by its short name, a county that is gone, a firm and its industry; a district of a name that four cities have."""


@pytest.fixture
def chosen(tmp_path: Path) -> Settings:
    """Settings with a store that holds `DATA`."""
    found = Settings.load(tmp_path, {}, store=tmp_path / "z.store", judgements=tmp_path / "judgements.tsv")
    with open_for_build(found.store) as build:
        build.extend(ox.parse(DATA, format=ox.RdfFormat.TRIG))
    return found


@pytest.fixture
def plan() -> Plan:
    """The gazetteers that ship, by the rules that ship."""
    return Plan([Divisions(BASE), Zones(BASE), GeoNames(), Industries()], rules(), Judgements(), BASE)


class Server:
    """A server on this machine that answers as a function says; ``requests`` has what was asked."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, list[str]]]] = []
        self.answers: list[tuple[int, object]] = []
        """Status and JSON (or text, or bytes) of the next answers; the last one goes on."""
        self.headers: dict[str, str] = {}
        """Headers besides."""
        self.asked = threading.Event()
        self.go = threading.Event()
        self.go.set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *arguments: object) -> None:
                """Quiet."""

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                outer.requests.append((self.command, parse_qs(body)))
                outer.asked.set()
                outer.go.wait(PATIENCE)
                status, data = outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0]
                text = data if isinstance(data, bytes) else (data if isinstance(data, str) else json.dumps(data)).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                with contextlib.suppress(ConnectionError):  # Who asked may have heard enough.
                    self.wfile.write(text)

            do_GET = do_POST = _answer  # noqa: N815

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop."""
        self.go.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def server():
    """A server; set its ``answers``."""
    one = Server()
    yield one
    one.close()


UNREACHABLE = (
    "No matching distribution",
    "Temporary failure",
    "Connection refused",
    "timed out",
    "NewConnection",
)


@pytest.fixture(scope="session")
def tools(tmp_path_factory):
    """Installs a package with its commands in an environment of its own, since its needs don't go with ours."""

    def install(package: str) -> Path:
        folder = tmp_path_factory.mktemp("tools")
        subprocess.run([sys.executable, "-m", "venv", folder], check=True, timeout=300)
        command = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
        if done.returncode != 0:
            if any(word in done.stderr for word in UNREACHABLE):
                pytest.skip(f"pip can't reach {package}")
            pytest.fail(done.stderr)
        return folder / "bin"

    return install
