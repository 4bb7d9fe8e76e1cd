"""Comunica's command for the endpoint. Its packages come from the npm registry the first time."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from clients.questions import ASK, CONSTRUCT, CONSTRUCTED, ROWS, SELECT, WRONG
from rdflib import Graph

HERE = Path(__file__).parent / "comunica"
UNREACHABLE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT", "ECONNRESET", "ENOTCACHED", "E403")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (shutil.which("node") and shutil.which("npm")), reason="needs node and npm"),
]


@pytest.fixture(scope="module")
def comunica(tmp_path_factory):
    """Runs the command, installed as the lock file says."""
    folder = tmp_path_factory.mktemp("comunica")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode != 0:
        if any(word in done.stderr for word in UNREACHABLE):
            pytest.skip("npm can't reach the packages of tests/clients/comunica")
        pytest.fail(done.stderr)

    def run(*arguments):
        return subprocess.run(
            [folder / "node_modules" / ".bin" / "comunica-sparql", *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )

    return run


def answer(done):
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("kind", ["sparql@", ""])
def test_solutions(comunica, endpoint, kind):
    # Without a word before the address it finds out by itself what the address is, from the service description.
    found = json.loads(answer(comunica(kind + endpoint, "-q", SELECT, "-t", "application/sparql-results+json")))
    assert [(row["s"]["value"], row["n"]["value"]) for row in found["results"]["bindings"]] == ROWS


def test_a_truth_value(comunica, endpoint):
    assert answer(comunica(endpoint, "-q", ASK)).strip() == "true"


def test_a_graph(comunica, endpoint):
    graph = Graph().parse(data=answer(comunica(endpoint, "-q", CONSTRUCT, "-t", "text/turtle")), format="turtle")
    assert len(graph) == CONSTRUCTED


def test_a_join_with_a_file_over_http(comunica, endpoint):
    query = """SELECT DISTINCT ?c { ?s a ?c . ?c a <http://www.w3.org/2002/07/owl#Class> }"""
    ontology = endpoint.replace("/sparql", "/ontology")
    found = json.loads(answer(comunica(f"sparql@{endpoint}", ontology, "-q", query, "-t", "application/sparql-results+json")))
    assert "https://w3id.org/zonekg/ontology#Zone" in {row["c"]["value"] for row in found["results"]["bindings"]}


def test_a_wrong_query(comunica, endpoint):
    assert comunica(endpoint, "-q", WRONG).returncode != 0
