"""No page runs what stands in the store or in a request."""

from __future__ import annotations

from urllib.parse import quote

import lxml.html
import pytest

from .conftest import BASE, HOSTILE, IRIS, SCRIPT

ASKED = {
    "start": "/",
    "form": "/sparql",
    "solutions": "/sparql?query=" + quote("SELECT * { ?s ?p ?o }"),
    "graph": "/sparql?query=" + quote("CONSTRUCT WHERE { ?s ?p ?o }"),
    "boolean": "/sparql?query=" + quote("ASK { ?s ?p '</textarea><script>alert(1)</script>' }"),
    "names": "/sparql?query=" + quote("SELECT ('<img src=x onerror=alert(1)>' AS ?a) (<javascript:alert(1)> AS ?b) {}"),
} | {f"thing {number}": "/id/" + quote(iri[len(BASE) :]) for number, iri in enumerate(IRIS) if iri.startswith(BASE)}


@pytest.mark.parametrize("target", ASKED.values(), ids=ASKED.keys())
def test_a_page_shows_and_does_not_run(server, target):
    status, lines, body = server.get(target, "Accept: text/html")
    assert status == 200
    assert any(line.startswith("content-type: text/html") for line in lines)
    page = lxml.html.document_fromstring(body.decode())
    assert not page.xpath("//script | //svg | //img | //iframe | //object | //embed | //base | //style")
    for element in page.iter("*"):
        for name, value in element.attrib.items():
            assert not name.startswith("on"), (element.tag, name)
            if name in {"href", "src", "action"}:
                assert value.startswith(("/", "http://", "https://")), value


@pytest.mark.parametrize("text", HOSTILE)
def test_names_are_shown_as_they_are(server, text):
    _, _, body = server.get(ASKED["thing 6"], "Accept: text/html")
    page = lxml.html.document_fromstring(body.decode())
    assert text in page.text_content()


@pytest.mark.parametrize(
    "target",
    [
        "/sparql?query=" + quote(SCRIPT),
        "/sparql?query=" + quote(f"SELECT * {{ ?s ?p {SCRIPT} }}"),
        "/sparql?query=ASK%7B%7D&timeout=" + quote(SCRIPT),
        "/sparql?query=ASK%7B%7D&default-graph-uri=" + quote(SCRIPT),
        "/id/" + quote(SCRIPT),
        "/graphs?graph=" + quote(SCRIPT),
        "/graphs/" + quote(SCRIPT),
        "/dump/zonekg." + quote(SCRIPT, safe=""),
        "/ontology/" + quote(SCRIPT, safe=""),
        "/" + quote(SCRIPT),
    ],
)
def test_an_error_is_never_a_page(server, target):
    status, lines, _ = server.get(target, "Accept: text/html")
    assert 400 <= status < 500
    assert "content-type: application/problem+json" in lines
    assert "x-content-type-options: nosniff" in lines
