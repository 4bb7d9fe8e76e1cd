"""Peak memory of exports: ``python benchmarks/exports.py [--store DIR] [ARTICLES] [FORMAT…]`` makes a store of some 390 quads
an article in the shape that a build gives, exports it by the command line, and prints a row an export (seconds of processor
time, MB of resident memory at its peak and MB written; Linux). With ``--store`` the store is kept, and used if it is there.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg_build.store import open_for_build
from ontology.terms import DCTERMS, OA, PROV, RDF, RDFS, SCHEMA, SKOS, XSD, ZONE

CODE = """
import atexit, re, sys, time
from pathlib import Path
from kg_build.cli import main
# Not ru_maxrss: that has the peak of the process that this one was forked from.
peak = lambda: re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]
atexit.register(lambda: print(time.process_time(), peak()))
main(sys.argv[1:])
"""
BASE = "https://w3id.org/zonekg/id/"
CLAIMS = ox.NamedNode("https://w3id.org/zonekg/graph/claims")
EXPORTS = {
    "nquads": ["--format", "nquads"],
    "ntriples": ["--format", "ntriples"],
    "turtle": ["--format", "turtle"],
    "trig": ["--format", "trig"],
    "jsonld": ["--format", "jsonld"],
    "rdfxml": ["--format", "rdfxml"],
    "sure": ["--format", "nquads", "--min-confidence", "0.6"],
    "zone": ["--format", "trig", "--zone", "测试7经济开发区"],
    "csv": ["--format", "csv"],
    "xlsx": ["--format", "xlsx"],
    "graphml": ["--format", "graphml"],
    "neo4j": ["--format", "neo4j"],
    "parquet": ["--format", "parquet"],
    "protege": ["--for-protege"],
}


def node(iri: str) -> ox.NamedNode:
    """A thing."""
    return ox.NamedNode(iri)


def zh(text: str) -> ox.Literal:
    """A Chinese text."""
    return ox.Literal(text, language="zh")


def typed(text: str, datatype: str) -> ox.Literal:
    """A value."""
    return ox.Literal(text, datatype=node(datatype))


def article(number: int, firms: int) -> Iterator[ox.Quad]:
    """The quads of an article and its claims: a zone, eight firms in it, a figure of each."""
    graph, zone = node(f"{BASE}article/{number:06}.txt/1"), node(f"{BASE}zone/测试{number % 500}经济开发区")
    said = [
        (graph, RDF.type, node(ZONE.Article)), (graph, DCTERMS.title, zh(f"标题{number}")),
        (graph, SCHEMA.datePublished, typed(f"20{number % 25:02}-0{number % 9 + 1}-1{number % 9}", XSD.date)),
        (graph, ZONE.sourceFile, ox.Literal(f"{number:06}.txt")), (zone, RDF.type, node(ZONE.Zone)),
        (zone, SKOS.prefLabel, zh(f"测试{number % 500}经济开发区")), (zone, ZONE.mentionedIn, graph),
    ]  # fmt: skip
    for place in range(8):
        name = f"企业{(number * 7 + place) % firms}有限公司"
        firm, figure = node(f"{BASE}enterprise/{name}"), node(f"{BASE}observation/enterprise/{name}/产值/{number}-{place}")
        said += [
            (firm, RDF.type, node(ZONE.Enterprise)), (firm, SKOS.prefLabel, zh(name)), (firm, RDFS.label, zh(name)),
            (firm, ZONE.locatedIn, zone), (firm, ZONE.mentionedIn, graph), (figure, RDF.type, node(ZONE.Observation)),
            (figure, ZONE.observedEntity, firm), (figure, ZONE.value, typed(str(number * 1000 + place), XSD.decimal)),
            (figure, ZONE.unit, ox.Literal("元")),
        ]  # fmt: skip
        claimed = ((firm, ZONE.locatedIn, zone), (figure, ZONE.observedEntity, firm), (firm, ZONE.mentionedIn, graph))
        for kind, triple in enumerate(claimed):
            yield from claim(f"{number:06}.txt/1/{place}{kind}", triple, graph, (number * 13 + place * 7 + kind) % 90 + 10)
    yield from (ox.Quad(s, node(p), o, graph) for s, p, o in said)


def claim(name: str, triple: tuple[ox.NamedNode, str, ox.NamedNode], graph: ox.NamedNode, percent: int) -> Iterator[ox.Quad]:
    """The quads of a claim, with a confidence in percent."""
    about, selector = node(f"{BASE}claim/{name}"), node(f"{BASE}claim/{name}/0-12")
    subject, predicate, value = triple
    said = [
        (about, RDF.type, node(ZONE.Claim)), (about, RDF.type, node(RDF.Statement)), (about, RDF.subject, subject),
        (about, RDF.predicate, node(predicate)), (about, RDF.object, value), (about, PROV.wasDerivedFrom, graph),
        (about, ZONE.quote, zh(f"企业在开发区实现产值{percent}元。")), (about, ZONE.rule, ox.Literal("located-in")),
        (about, ZONE.confidence, typed(f"0.{percent}", XSD.decimal)), (about, OA.hasSelector, selector),
        (selector, RDF.type, node(OA.TextPositionSelector)), (selector, OA.start, ox.Literal(0)),
        (selector, OA.end, ox.Literal(12)),
    ]  # fmt: skip
    return (ox.Quad(s, node(p), o, CLAIMS) for s, p, o in said)


def measure(store: Path, target: Path, options: list[str]) -> tuple[float, float, float]:
    """Seconds of processor time, MB at the peak and MB written of one export, which is thrown away."""
    arguments = ["export", "--store", str(store), "-o", str(target), *options]
    done = subprocess.run([sys.executable, "-c", CODE, *arguments], stdout=subprocess.PIPE, text=True, check=True)
    seconds, kilobytes = done.stdout.split()
    size = sum(file.stat().st_size for file in (target.rglob("*") if target.is_dir() else [target]) if file.is_file())
    if target.is_dir():
        shutil.rmtree(target)
    else:
        target.unlink()
    return float(seconds), int(kilobytes) / 1024, size / 1e6


def make(store: Path, articles: int) -> None:
    """Build the store."""
    with open_for_build(store) as build:
        build.extend(quad for number in range(articles) for quad in article(number, articles * 3))
        print(f"{len(build.database)} quads", flush=True)


def main() -> None:
    """Make the store and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, help="kept, and used if it is there")
    parser.add_argument("articles", nargs="?", type=int, default=4000)
    parser.add_argument("names", nargs="*", metavar="FORMAT", help=f"of {', '.join(EXPORTS)}; all by default")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = asked.store or Path(folder) / "store"
        if not store.exists():
            make(store, asked.articles)
        for name in asked.names or EXPORTS:
            seconds, megabytes, size = measure(store, Path(folder) / name, EXPORTS[name])
            print(f"{name:8} {seconds:7.1f} s {megabytes:6.0f} MB peak {size:7.0f} MB written", flush=True)


if __name__ == "__main__":
    main()
