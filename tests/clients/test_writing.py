"""Real clients write: rdflib's SPARQLUpdateStore and curl."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
from rdflib import Dataset, Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore

S, P = URIRef("urn:s"), URIRef("urn:p")
needs_curl = pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")


def curl(*arguments):
    done = subprocess.run(["curl", "-sS", *arguments], capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def test_rdflib_adds_and_removes(endpoint, token):
    store = SPARQLUpdateStore(
        endpoint, endpoint.replace("/sparql", "/update"), headers={"Authorization": f"Bearer {token}"}, autocommit=False
    )
    graph = Dataset(store).graph(URIRef("urn:rdflib"))
    graph.add((S, P, Literal("值", lang="zh")))
    graph.add((S, P, Literal(2)))
    store.commit()
    assert set(Graph(SPARQLStore(endpoint), URIRef("urn:rdflib")).objects(S, P)) == {Literal("值", lang="zh"), Literal(2)}
    graph.remove((S, P, Literal(2)))
    store.commit()
    assert len(Graph(SPARQLStore(endpoint), URIRef("urn:rdflib"))) == 1
    Dataset(store).update("DROP GRAPH <urn:rdflib>")
    store.commit()
    assert len(Graph(SPARQLStore(endpoint), URIRef("urn:rdflib"))) == 0


@needs_curl
def test_curl_updates(endpoint, token):
    address = endpoint.replace("/sparql", "/update")
    sign = ("-H", f"Authorization: Bearer {token}")
    status = ("-o", "/dev/null", "-w", "%{http_code}")
    assert curl(*sign, *status, address, "--data-urlencode", "update=INSERT DATA { <urn:curl> <urn:p> 1 }") == "204"
    content_type = ("-H", "Content-Type: application/sparql-update")
    assert curl(*sign, *status, address, *content_type, "--data-binary", "DELETE WHERE { <urn:curl> ?p ?o }") == "204"
    assert json.loads(curl(address, "--data-urlencode", "update=CLEAR ALL"))["status"] == 401


@needs_curl
def test_curl_puts_a_file(endpoint, token, tmp_path):
    file = tmp_path / "data.nt"
    file.write_text("".join(f'<urn:s{n}> <urn:p> "{"x" * 500}" .\n' for n in range(20_000)))  # 10 MB
    address = endpoint.replace("/sparql", "/graphs?graph=urn:file")
    sign = ("-H", f"Authorization: Bearer {token}", "-w", "%{http_code}")
    form = ("-H", "Content-Type: application/n-triples")
    assert curl(*sign, *form, "-T", str(file), address) == "201"
    assert curl(*sign, *form, "-T", str(file), "-H", "Transfer-Encoding: chunked", address) == "204"
    assert len(curl(address, "-H", "Accept: application/n-triples").splitlines()) == 20_000
    assert curl(*sign, "-F", f"a=@{file};type=application/n-triples", address) == "204"
    assert curl(*sign, "-X", "DELETE", address) == "204"
    assert json.loads(curl(*form, "-T", str(file), address))["status"] in {401, 413}
