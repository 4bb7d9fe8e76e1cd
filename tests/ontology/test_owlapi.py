"""The OWL API opens the files as Protégé does: OWL 2 DL, consistent, no class that can have no member; without a network.

The checker is the small Maven project ``tests/java``. Its libraries come from Maven Central the first time.
"""

from __future__ import annotations

import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from ontology import terms
from ontology.documents import ontology_triples
from ontology.terms import GEO, RDF, XSD, ZONE, ontology_path

pytestmark = [
    pytest.mark.java,
    pytest.mark.skipif(not (shutil.which("java") and shutil.which("mvn")), reason="needs java and mvn"),
]
PROJECT = Path(__file__).parents[1] / "java"
REIFICATION = {RDF.subject, RDF.predicate, RDF.object}
BASE = "https://w3id.org/zonekg/id/"
Lines = dict[str, list[list[str]]]


@pytest.fixture(scope="session")
def checker(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command that runs the checker, built in a scratch folder so that the checkout stays clean."""
    build = tmp_path_factory.mktemp("owlapi")
    shutil.copytree(PROJECT, build, dirs_exist_ok=True, ignore=shutil.ignore_patterns("target"))
    for offline in (["-o"], []):  # Maven looks for nothing on the network when all is there already.
        done = subprocess.run(
            ["mvn", "-q", "-B", *offline, "package"], cwd=build, capture_output=True, text=True, check=False, timeout=600
        )
        if done.returncode == 0:
            return ["java", "-cp", f"{build}/target/ontology-check-1.jar:{build}/target/lib/*", "zonekg.OntologyCheck"]
    if "Could not transfer" in done.stdout or "Unknown host" in done.stdout or "Could not resolve" in done.stdout:
        pytest.skip("Maven can't reach the libraries of tests/java")
    pytest.fail(done.stdout)


def check(checker: list[str], path: Path, *questions: str) -> tuple[int, Lines]:
    """Exit status and what the checker printed: first field → the other fields, line by line."""
    catalog = ["--catalog", str(ontology_path("catalog-v001.xml"))]
    done = subprocess.run(
        [*checker, *catalog, str(path), *questions],
        capture_output=True, encoding="utf-8", check=False, timeout=300,
    )  # fmt: skip
    lines: Lines = defaultdict(list)
    for line in done.stdout.splitlines():
        kind, *fields = line.split("\t")
        lines[kind].append(fields)
    assert done.stderr == ""
    return done.returncode, lines


def for_protege(quad: Quad) -> Triple | None:
    """A statement of the data as a file for OWL tools has it: dates with time, geometry as text, no reification."""
    if quad.predicate.value in REIFICATION or quad.object == NamedNode(RDF.Statement):
        return None
    target = quad.object
    if isinstance(target, Literal):
        if target.datatype.value == XSD.date:
            target = Literal(f"{target.value}T00:00:00", datatype=NamedNode(XSD.dateTime))
        elif target.datatype.value == GEO.wktLiteral:
            target = Literal(target.value)
    return Triple(quad.subject, quad.predicate, target)


def with_data(path: Path, *more: Triple) -> Path:
    """Write the whole ontology and the good example as one N-Triples file."""
    data = (for_protege(q) for q in parse(path=str(ontology_path("examples/good.trig")), format=RdfFormat.TRIG))
    triples = dict.fromkeys([*ontology_triples(), *(t for t in data if t is not None), *more])
    path.write_bytes(serialize(triples, format=RdfFormat.N_TRIPLES) or b"")
    return path


@pytest.mark.parametrize("name", ["zone.ttl", "alignments.ttl", "datacube.ttl", "industries.ttl", "complete.ttl", "sample.ttl"])
def test_file_is_owl_2_dl_and_consistent(checker: list[str], name: str) -> None:
    status, lines = check(checker, ontology_path(name))
    assert lines["violation"] == []
    assert lines["unsatisfiable"] == []
    assert lines["dl"] == lines["consistent"] == [["true"]]
    assert lines["imports"] == [[{"complete.ttl": "4", "sample.ttl": "5"}.get(name, "0")]]
    assert status == 0


def test_core_file_holds_every_class(checker: list[str]) -> None:
    _, lines = check(checker, ontology_path("zone.ttl"), "--superclasses", ZONE.ComprehensiveBondedZone)
    assert lines["classes"] == [[str(len(terms.CLASSES) + 1)]]  # and owl:Thing
    assert [ZONE.ComprehensiveBondedZone, ZONE.Zone] in lines["superclass"]


def test_alignments_make_a_zone_an_organisation_and_a_place(checker: list[str]) -> None:
    _, lines = check(checker, ontology_path("complete.ttl"), "--superclasses", ZONE.HighTechZone)
    above = {name for _, name in lines["superclass"]}
    assert {ZONE.Zone, terms.SCHEMA.Place, terms.ORG.Organization} <= above
    assert terms.FOAF.Person not in above


def test_good_example_with_the_ontology(checker: list[str], tmp_path: Path) -> None:
    """OWL 2 DL and consistent, and the reasoner draws what the axioms are there for."""
    zone, partner = f"{BASE}zone/青岚经济开发区", f"{BASE}zone/云泽高新技术产业开发区"
    status, lines = check(
        checker, with_data(tmp_path / "good.nt"),
        "--instances", ZONE.Zone,
        "--types", f"{BASE}person/青岚经济开发区/林知远",
        "--values", zone, ZONE.cooperatesWith,
        "--values", zone, ZONE.developsIndustry,
        "--values", zone, ZONE.within,
        "--values", f"{BASE}article/qinglan-20241018", f"{terms.SCHEMA.iri}mentions",
    )  # fmt: skip
    assert lines["violation"] == []
    assert status == 0
    assert len(lines["instance"]) == 3
    assert [f"{BASE}person/青岚经济开发区/林知远", terms.FOAF.Person] in lines["type"]
    values = {tuple(line) for line in lines["value"]}
    assert (zone, partner) in values, "cooperatesWith is symmetric"
    assert (zone, f"{BASE}industry/新材料") in values, "leadIndustry is a developsIndustry"
    assert (zone, f"{BASE}place/岚江省") in values, "within is transitive"
    assert (f"{BASE}article/qinglan-20241018", zone) in values, "mentionedIn is mentions, turned round"


def test_contradiction_is_found(checker: list[str], tmp_path: Path) -> None:
    """A zone that is a person as well: the checker must be able to say no."""
    wrong = Triple(NamedNode(f"{BASE}zone/青岚经济开发区"), NamedNode(RDF.type), NamedNode(ZONE.Person))
    status, lines = check(checker, with_data(tmp_path / "bad.nt", wrong))
    assert lines["consistent"] == [["false"]]
    assert status == 1


def test_profile_violation_is_found(checker: list[str], tmp_path: Path) -> None:
    path = tmp_path / "undeclared.ttl"
    path.write_text(f"<{BASE}zone/青岚> a <https://example.org/Undeclared> .\n", encoding="utf-8")
    status, lines = check(checker, path)
    assert lines["dl"] == [["false"]]
    assert "https://example.org/Undeclared" in lines["violation"][0][0]
    assert status == 1


def test_import_outside_the_catalogue_is_refused_at_once(checker: list[str], tmp_path: Path) -> None:
    path = tmp_path / "remote.ttl"
    path.write_text(
        "<https://example.org/o> a <http://www.w3.org/2002/07/owl#Ontology> ;\n"
        " <http://www.w3.org/2002/07/owl#imports> <https://example.org/elsewhere> .\n",
        encoding="utf-8",
    )
    status, lines = check(checker, path)
    assert lines["error"]
    assert status == 2
