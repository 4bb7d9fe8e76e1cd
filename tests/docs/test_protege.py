"""The ontology with the graph of the project's own articles opens in the OWL API, as docs/protege.md says."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from werkzeug.serving import make_server

from endpoint.app import create_app
from kg_build.cli import main
from kg_build.exchange import export
from kg_build.settings import Settings
from kg_build.store import open_for_reading
from ontology.terms import FOAF, ONTOLOGY, PREFIXES, RDF, XSD, ZONE, ontology_path

ROOT = Path(__file__).parents[2]
BASE = "https://w3id.org/zonekg/id/"


@pytest.fixture(scope="module")
def exported(seeds_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Files that ``zonekg export --for-protege`` writes with these options."""
    folder = tmp_path_factory.mktemp("exported")

    def export_(name: str, *options: str) -> Path:
        arguments = ["export", "--for-protege", "--store", str(seeds_store), "-o", str(folder / name), *options]
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == 0, done.output
        return folder / name

    return export_


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


def check(checker: list[str], path: Path | str, *questions: str) -> tuple[int, list[list[str]], str]:
    catalog = ["--catalog", str(ontology_path("catalog-v001.xml"))]
    done = subprocess.run(
        [*checker, *catalog, str(path), *questions], capture_output=True, encoding="utf-8", check=False, timeout=300
    )
    return done.returncode, [line.split("\t") for line in done.stdout.splitlines()], done.stderr


@pytest.mark.java
@pytest.mark.parametrize("options", [[], ["--claims"], ["--min-confidence", "0.6"]], ids=" ".join)
def test_graph_opens_and_the_reasoner_runs(checker: list[str], exported: Callable[..., Path], options: list[str]) -> None:
    zone = f"{BASE}zone/雨山经济开发区"
    path = exported("zones.owl", *options)
    status, lines, errors = check(
        checker, path, "--instances", ZONE.Zone, "--values", zone, ZONE.within, "--values", zone, ZONE.cooperatesWith
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
def test_what_the_query_gives_opens_too(checker: list[str], graph: Path) -> None:
    status, lines, errors = check(checker, graph)
    assert (status, errors) == (0, "")
    assert ["dl", "true"] in lines


@pytest.mark.java
@pytest.mark.parametrize("name", ["zone.owl", "zone.ttl"])
def test_one_zone_opens_and_what_users_expect_follows(checker: list[str], exported: Callable[..., Path], name: str) -> None:
    zone, person = f"{BASE}zone/青岚经济技术开发区", f"{BASE}person/青岚经济技术开发区/温之岩"
    path = exported(name, "--zone", "青岚经开区")
    status, lines, errors = check(checker, path, "--types", person, "--values", zone, ZONE.developsIndustry)
    assert (status, errors) == (0, "")
    assert ["dl", "true"] in lines
    stated = {
        quad.triple
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.from_extension(path.suffix.strip(".").replace("owl", "rdf")))
    }
    lead = ox.Triple(ox.NamedNode(zone), ox.NamedNode(ZONE.leadIndustry), ox.NamedNode(f"{BASE}industry/绿色食品"))
    assert lead in stated
    assert ["value", zone, f"{BASE}industry/绿色食品"] in lines, "leadIndustry is a developsIndustry"
    assert ["type", person, FOAF.Person] in lines, "an official is a person"
    axioms = next(int(line[1]) for line in lines if line[0] == "axioms")
    assert axioms < 5000


@pytest.mark.java
@pytest.mark.parametrize("path", ["/ontology", "/ontology.ttl", "/ontology.owl"])
def test_the_ontology_opens_by_its_address(checker: list[str], seeds_store: Path, path: str) -> None:
    server = make_server("127.0.0.1", 0, create_app(Settings(store=seeds_store)), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        status, lines, errors = check(checker, f"http://127.0.0.1:{server.port}{path}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert (status, errors) == (0, "")
    assert ["ontology", ONTOLOGY] in lines


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
