"""The ontology with the graph of the project's own articles opens in the OWL API, as docs/protege.md says."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg_build.exchange import export
from kg_build.store import open_for_reading
from ontology.terms import PREFIXES, RDF, XSD, ZONE, ontology_path

ROOT = Path(__file__).parents[2]
BASE = "https://w3id.org/zonekg/id/"


@pytest.fixture(scope="module")
def graph(seeds_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the page's query gives, as Turtle."""
    path = tmp_path_factory.mktemp("protege") / "zones-protege.ttl"
    query = (ROOT / "docs" / "queries" / "for-protege.rq").read_text(encoding="utf-8")
    with open_for_reading(seeds_store) as reader:
        result = reader.database.query(query, use_default_graph_as_union=True)
        assert isinstance(result, ox.QueryTriples)
        ox.serialize(result, str(path), ox.RdfFormat.TURTLE, prefixes=PREFIXES)
    return path


def test_dates_have_a_time_and_claims_no_reification(graph: Path) -> None:
    triples = [quad.triple for quad in ox.parse(path=str(graph))]
    types = {t.object.datatype.value for t in triples if isinstance(t.object, ox.Literal)}
    assert XSD.dateTime in types
    assert XSD.date not in types
    assert not {t.predicate.value for t in triples} & {RDF.subject, RDF.predicate, RDF.object}
    assert not any(t.object == ox.NamedNode(RDF.Statement) for t in triples)
    seen = ox.NamedNode(ZONE.postSeen)
    assert any(t.predicate == seen and t.object.value == "2022-03-09T00:00:00" for t in triples)
    quotes = {t.subject for t in triples if t.predicate == ox.NamedNode(ZONE.quote)}
    assert len(quotes) > 500


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command that runs tests/java, built in a scratch folder."""
    if not (shutil.which("java") and shutil.which("mvn")):
        pytest.skip("needs java and mvn")
    build = tmp_path_factory.mktemp("owlapi")
    shutil.copytree(ROOT / "tests" / "java", build, dirs_exist_ok=True, ignore=shutil.ignore_patterns("target"))
    for offline in (["-o"], []):
        done = subprocess.run(
            ["mvn", "-q", "-B", *offline, "package"], cwd=build, capture_output=True, text=True, check=False, timeout=600
        )
        if done.returncode == 0:
            return ["java", "-cp", f"{build}/target/ontology-check-1.jar:{build}/target/lib/*", "zonekg.OntologyCheck"]
    if any(words in done.stdout for words in ("Could not transfer", "Unknown host", "Could not resolve")):
        pytest.skip("Maven can't reach the libraries of tests/java")
    pytest.fail(done.stdout)


def check(checker: list[str], path: Path, *questions: str) -> tuple[int, list[list[str]], str]:
    catalog = ["--catalog", str(ontology_path("catalog-v001.xml"))]
    done = subprocess.run(
        [*checker, *catalog, str(path), *questions], capture_output=True, encoding="utf-8", check=False, timeout=300
    )
    return done.returncode, [line.split("\t") for line in done.stdout.splitlines()], done.stderr


@pytest.mark.java
def test_graph_opens_and_the_reasoner_runs(checker: list[str], graph: Path) -> None:
    zone = f"{BASE}zone/雨山经济开发区"
    status, lines, errors = check(
        checker, graph, "--instances", ZONE.Zone, "--values", zone, ZONE.within, "--values", zone, ZONE.cooperatesWith
    )
    assert errors == ""
    assert [line for line in lines if line[0] == "violation"] == []
    assert ["consistent", "true"] in lines
    assert ["dl", "true"] in lines
    assert status == 0
    assert sum(line[0] == "instance" for line in lines) >= 8
    values = {tuple(line[1:]) for line in lines if line[0] == "value"}
    assert (zone, f"{BASE}place/安徽省") in values, "within is transitive"
    assert (zone, f"{BASE}zone/平定经济技术开发区") in values, "cooperatesWith is symmetric"


@pytest.mark.java
def test_plain_dump_opens_and_the_reasoner_says_no(checker: list[str], seeds_store: Path, tmp_path: Path) -> None:
    """So the page's advice to convert is still needed."""
    path = tmp_path / "zones.ttl"
    with open_for_reading(seeds_store) as reader, path.open("wb") as stream:
        export(reader, stream, "turtle")
    status, lines, errors = check(checker, path)
    assert status == 1
    assert ["dl", "false"] in lines
    assert any(line[0] == "axioms" and int(line[1]) > 10_000 for line in lines)
    assert "XMLSchema#date" in errors
