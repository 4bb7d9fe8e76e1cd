"""Apache Jena's `rsparql`. Its libraries come from Maven Central the first time."""

from __future__ import annotations

import json
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from clients.questions import ASK, CONSTRUCT, CONSTRUCTED, DESCRIBE, DESCRIBED, ROWS, SELECT
from rdflib import Graph

UNREACHABLE = ("Could not transfer", "Unknown host", "Could not resolve")

pytestmark = [
    pytest.mark.java,
    pytest.mark.skipif(not (shutil.which("java") and shutil.which("mvn")), reason="needs java and mvn"),
]


@pytest.fixture(scope="module")
def rsparql(tmp_path_factory, endpoint):
    """Runs the command against the endpoint."""
    folder = tmp_path_factory.mktemp("jena")
    shutil.copy(Path(__file__).parent / "jena" / "pom.xml", folder)
    for offline in (["-o"], []):
        command = ["mvn", "-q", "-B", *offline, "package"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=600)
        if done.returncode == 0:
            break
    else:
        if any(words in done.stdout for words in UNREACHABLE):
            pytest.skip("Maven can't reach the libraries of tests/clients/jena")
        pytest.fail(done.stdout)

    def run(query, form):
        command = ["java", "-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8", "-cp", f"{folder}/target/lib/*", "arq.rsparql"]
        return subprocess.run(
            [*command, "--service", endpoint, "--results", form, query], capture_output=True, check=False, timeout=120
        )

    return run


def answer(done):
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def test_solutions_in_json(rsparql):
    rows = json.loads(answer(rsparql(SELECT, "JSON")))["results"]["bindings"]
    assert [(row["s"]["value"], row["n"]["value"]) for row in rows] == ROWS


def test_solutions_in_xml(rsparql):
    root = ET.fromstring(answer(rsparql(SELECT, "XML")))
    assert [e.text for e in root.iter("{http://www.w3.org/2005/sparql-results#}literal")] == [name for _, name in ROWS]


def test_a_truth_value(rsparql):
    assert "Yes" in answer(rsparql(ASK, "text"))


@pytest.mark.parametrize(("query", "size"), [(CONSTRUCT, CONSTRUCTED), (DESCRIBE, DESCRIBED)])
def test_a_graph(rsparql, query, size):
    assert len(Graph().parse(data=answer(rsparql(query, "N-Triples")), format="nt")) == size


def test_a_query_that_is_refused(rsparql):
    done = rsparql("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "text")
    assert done.returncode != 0
    assert b"403" in done.stderr
