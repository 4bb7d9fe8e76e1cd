"""The store described by itself: VoID (W3C Interest Group Note, 2011) and DCAT 3 (W3C Recommendation, 2024).

The description stands in a graph of the store, ``…/graph/void``, made anew by every build. What depends on the server (where
it answers, where its dumps are) is no part of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeVar

import pyoxigraph as ox

from kg_build.exchange.filters import is_graph
from kg_build.yamlfiles import load_yaml
from ontology.terms import (
    CORE_CLASSES,
    DCAT,
    DCTERMS,
    FOAF,
    ONTOLOGY,
    OWL,
    PREFIXES,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    VOID,
    XSD,
    ZONE,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

GRAPH = "void"
_DATE = ox.NamedNode(SCHEMA.datePublished)
_ONTOLOGY_GRAPH = ox.NamedNode(ONTOLOGY)
_LINKS = tuple(ox.NamedNode(iri) for iri in (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.relatedMatch, OWL.sameAs))
_ANY_URI = ox.NamedNode(XSD.anyURI)
_CHINESE = "http://id.loc.gov/vocabulary/iso639-1/zh"
"""The language of the articles, as DCAT 3 names languages (section 6.4.10)."""
_ONTOLOGY_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_TITLES = (("开发区知识图谱", "zh"), ("Knowledge graph of development zones", "en"))
_DESCRIPTIONS = (
    ("报纸文章对开发区及其园区、企业、项目、人物、产业、荣誉和指标的陈述，每条都附出处。", "zh"),
    ("What newspaper articles state about development zones, with the place where they state it.", "en"),
)

_Value = TypeVar("_Value", int, str)
_BEHIND = "Inferred before the last changes; `zonekg refresh` infers anew."


def void_graph(base_iri: str) -> ox.NamedNode:
    """The graph that holds the description."""
    root = base_iri.removesuffix("id/") if base_iri.endswith("/id/") else base_iri
    return ox.NamedNode(f"{root}graph/{GRAPH}")


def dataset(base_iri: str) -> ox.NamedNode:
    """The data set as a thing."""
    return ox.NamedNode(f"{void_graph(base_iri).value}#dataset")


@dataclass(slots=True)
class _Counts:
    """Distinct triples of the union, in all, by property and, for classes, by class; the first thing of each class.

    Properties and classes that only the ontology itself uses are not listed.
    """

    triples: int = 0
    properties: dict[str, int] = field(default_factory=dict)
    classes: dict[str, int] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)


def redescribe(database: ox.Store, base_iri: str, licence: str = "") -> None:
    """Make the description that stands in a store anew. The last step of a change. Arguments are those of `describe`."""
    graph = void_graph(base_iri)
    database.remove_graph(graph)
    database.extend(ox.Quad(t.subject, t.predicate, t.object, graph) for t in describe(database, base_iri, licence))


def describe(database: ox.Store, base_iri: str, licence: str = "", *, is_inferred_behind: bool = False) -> list[ox.Triple]:
    """The description of all that a store holds beside it.

    Args:
        database: The store, on disk: there triples that stand in several graphs follow each other when all are asked for
            (a store in memory has them in the order in which they came, and would count them more than once).
        base_iri: What the IRIs of things begin with.
        licence: The IRI of the licence under which the graph may be used; empty: none is told.
        is_inferred_behind: Whether inferred triples, where there are any, were made before the last changes; it is told then.

    Takes some passes over the store, all in the engine, and memory only for the classes and properties.
    """
    return list(_Description(database, base_iri, licence, is_inferred_behind=is_inferred_behind).triples())


class _Description:
    def __init__(self, database: ox.Store, base_iri: str, licence: str, *, is_inferred_behind: bool) -> None:
        self._database = database
        self._is_inferred_behind = is_inferred_behind
        self._base, self._licence = base_iri, licence
        self._node = dataset(base_iri)
        self._void = void_graph(base_iri)
        self._root = self._void.value.removesuffix(f"graph/{GRAPH}")

    def triples(self) -> Iterator[ox.Triple]:
        counts = self._count()
        yield from self._about()
        yield self._number(self._node, VOID.triples, counts.triples)
        yield self._number(self._node, VOID.classes, len(counts.classes))
        yield self._number(self._node, VOID.properties, len(counts.properties))
        core = {ZONE[name] for name in CORE_CLASSES}
        for namespace in sorted({_namespace(iri) for iri in (*counts.classes, *counts.properties)} - {""}):
            yield self._iri(self._node, VOID.vocabulary, namespace)
        for iri, count in counts.classes.items():
            yield from self._partition("class", iri, VOID.classPartition, VOID["class"], VOID.entities, count)
        for iri, count in counts.properties.items():
            yield from self._partition("property", iri, VOID.propertyPartition, VOID.property, VOID.triples, count)
        for iri, example in counts.examples.items():
            if iri in core:
                yield self._iri(self._node, VOID.exampleResource, example)
        yield from self._period()
        yield from self._parts()
        yield from self._sources()
        yield from self._link_sets()

    def _count(self) -> _Counts:
        # The engine finds quads by subject, predicate, object, graph: what says the same in several graphs follows each other,
        # and REDUCED (SPARQL 1.1, section 15.3.2) leaves out neighbours, where DISTINCT would remember all.
        of_property = self._ask("?p (COUNT(*) AS ?n)", "SELECT REDUCED ?s ?p ?o", "?s ?p ?o", "GROUP BY ?p")
        of_class = self._ask("?c (COUNT(*) AS ?n)", "SELECT REDUCED ?s ?c", "?s a ?c", "GROUP BY ?c")
        first = self._ask("?c (MIN(STR(?s)) AS ?n)", "SELECT ?s ?c", "?s a ?c FILTER (isIRI(?s))", "GROUP BY ?c")
        ontology = f"FILTER (?g != {_ONTOLOGY_GRAPH})"
        properties = {row["p"] for row in self._ask("DISTINCT ?p", "SELECT ?p", "?s ?p ?o", graphs=ontology)}
        classes = {row["c"] for row in self._ask("DISTINCT ?c", "SELECT ?c", "?s a ?c", graphs=ontology)}
        numbers = {row["p"]: int(row["n"].value) for row in of_property}
        return _Counts(
            triples=sum(numbers.values()),
            properties=_sorted({p: number for p, number in numbers.items() if p in properties}),
            classes=_sorted({row["c"]: int(row["n"].value) for row in of_class if row["c"] in classes}),
            examples=_sorted({row["c"]: row["n"].value for row in first if row["c"] in classes}),
        )

    def _ask(self, what: str, inner: str, pattern: str, group: str = "", graphs: str = "") -> Any:
        """Ask the default graph and every graph but the description."""
        named = f"GRAPH ?g {{ {pattern} }} FILTER (?g != {self._void}) {graphs}"
        return self._database.query(f"SELECT {what} {{ {{ {inner} {{ {{ {named} }} UNION {{ {pattern} }} }} }} }} {group}")

    def _about(self) -> Iterator[ox.Triple]:
        for class_ in (VOID.Dataset, DCAT.Dataset):
            yield self._iri(self._node, RDF.type, class_)
        for property_, texts in ((DCTERMS.title, _TITLES), (DCTERMS.description, _DESCRIPTIONS)):
            for text, language in texts:
                yield ox.Triple(self._node, ox.NamedNode(property_), ox.Literal(text, language=language))
        if self._licence:
            yield self._iri(self._node, DCTERMS.license, self._licence)
        yield self._text(self._node, VOID.uriSpace, self._base)
        yield self._iri(self._node, DCTERMS.conformsTo, ONTOLOGY)
        yield self._iri(self._node, DCTERMS.language, _CHINESE)

    def _partition(self, kind: str, iri: str, link: str, of: str, what: str, count: int) -> Iterator[ox.Triple]:
        part = self._part(f"{kind}-{_name(iri)}")
        yield self._iri(self._node, link, part.value)
        yield self._iri(part, of, iri)
        yield self._number(part, what, count)

    def _period(self) -> Iterator[ox.Triple]:
        """From the first to the last article's date."""
        quads = self._database.quads_for_pattern(None, _DATE, None)
        days = {quad.object.value for quad in quads if isinstance(quad.object, ox.Literal)}
        if not days:
            return
        period = self._part("period")
        yield self._iri(self._node, DCTERMS.temporal, period.value)
        yield self._iri(period, RDF.type, DCTERMS.PeriodOfTime)
        for property_, day in ((DCAT.startDate, min(days)), (DCAT.endDate, max(days))):
            yield ox.Triple(period, ox.NamedNode(property_), ox.Literal(day, datatype=ox.NamedNode(XSD.date)))

    def _parts(self) -> Iterator[ox.Triple]:
        """The graphs that are no article's as parts, each with its size and, where it isn't the articles', its licence."""
        names = {"claims": "断言 Claims", "places": "地点 Places", "links": "链接 Links", "inferred": "推理 Inferred"}
        for graph in self._database.named_graphs():
            title = next((title for name, title in names.items() if is_graph(graph, name)), "")
            if graph == _ONTOLOGY_GRAPH:
                title = "本体 Ontology"
            if not title or not isinstance(graph, ox.NamedNode):
                continue
            part = self._part(title.rpartition(" ")[2].lower())
            yield self._iri(self._node, VOID.subset, part.value)
            yield self._iri(part, RDF.type, VOID.Dataset)
            yield self._text(part, DCTERMS.title, title)
            yield ox.Triple(part, ox.NamedNode(DCTERMS.identifier), ox.Literal(graph_iri(graph), datatype=_ANY_URI))
            yield self._number(part, VOID.triples, self._size(graph))
            if graph == _ONTOLOGY_GRAPH:
                yield self._iri(part, DCTERMS.license, _ONTOLOGY_LICENCE)
            if self._is_inferred_behind and is_graph(graph, "inferred"):
                yield ox.Triple(part, ox.NamedNode(RDFS.comment), ox.Literal(_BEHIND, language="en"))

    def _size(self, graph: ox.NamedNode) -> int:
        found: Any = self._database.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
        return int(next(found)["n"].value)

    def _sources(self) -> Iterator[ox.Triple]:
        """The gazetteers that the places, codes and industries are from, with their licences; linking's where it linked."""
        tables = [files("kg_build.gazetteers").joinpath("sources.yaml")]
        if any(is_graph(graph, "links") for graph in self._database.named_graphs()):
            tables.append(files("kg_build.linking").joinpath("data", "sources.yaml"))
        sources = {name: row for table in tables for name, row in load_yaml(table.read_text("utf-8"))["sources"].items()}
        for name, source in sources.items():
            if "homepage" not in source:
                continue
            node = self._part(f"source-{name}")
            yield self._iri(self._node, DCTERMS.source, node.value)
            yield self._text(node, DCTERMS.title, source["title"])
            yield self._iri(node, FOAF.homepage, source["homepage"])
            yield self._text(node, DCTERMS.rights, str(source["licence"]))
            if "edition" in source:
                yield self._text(node, DCTERMS.hasVersion, str(source["edition"]))

    def _link_sets(self) -> Iterator[ox.Triple]:
        found: dict[tuple[str, str], int] = {}
        for predicate in _LINKS:
            for quad in self._database.quads_for_pattern(None, predicate, None):
                if is_graph(quad.graph_name, "links") and isinstance(quad.object, ox.NamedNode):
                    key = (predicate.value, _target(quad.object.value, self._root)["prefix"])
                    found[key] = found.get(key, 0) + 1
        for (predicate_iri, prefix), count in sorted(found.items()):
            target = _target(prefix, self._root)
            node = self._part(f"links-{_name(predicate_iri)}-{_name(prefix)}")
            other = self._part(f"target-{_name(prefix)}")
            yield self._iri(node, RDF.type, VOID.Linkset)
            yield self._iri(self._node, VOID.subset, node.value)
            yield self._iri(node, VOID.subjectsTarget, self._node.value)
            yield self._iri(node, VOID.objectsTarget, other.value)
            yield self._iri(node, VOID.linkPredicate, predicate_iri)
            yield self._number(node, VOID.triples, count)
            yield self._iri(other, RDF.type, VOID.Dataset)
            yield self._text(other, DCTERMS.title, target["title"])
            yield self._text(other, VOID.uriSpace, prefix)
            for property_, key_ in ((FOAF.homepage, "homepage"), (DCTERMS.license, "licence")):
                if key_ in target:
                    yield self._iri(other, property_, target[key_])

    def _part(self, name: str) -> ox.NamedNode:
        return ox.NamedNode(f"{self._void.value}#{name}")

    @staticmethod
    def _iri(subject: ox.NamedNode, predicate: str, value: str) -> ox.Triple:
        return ox.Triple(subject, ox.NamedNode(predicate), ox.NamedNode(value))

    @staticmethod
    def _text(subject: ox.NamedNode, predicate: str, value: str) -> ox.Triple:
        return ox.Triple(subject, ox.NamedNode(predicate), ox.Literal(value))

    @staticmethod
    def _number(subject: ox.NamedNode, predicate: str, value: int) -> ox.Triple:
        return ox.Triple(subject, ox.NamedNode(predicate), ox.Literal(str(value), datatype=ox.NamedNode(XSD.integer)))


def _sorted(found: dict[Any, _Value]) -> dict[str, _Value]:
    """By the IRIs of the nodes; what isn't one is left out."""
    return {node.value: found[node] for node in sorted((n for n in found if isinstance(n, ox.NamedNode)), key=lambda n: n.value)}


def _target(iri: str, root: str) -> dict[str, str]:
    """What is known of the data set that an IRI belongs to; of a list of ours, its name, of an unknown one, the host."""
    for row in yaml_datasets():
        prefix = row["prefix"] if "://" in row["prefix"] else f"{root}{row['prefix']}"
        if iri.startswith(prefix):
            return row | {"prefix": prefix}
    if iri.startswith(root):
        end = max(iri.rfind("/"), iri.rfind("#"))
        return {"prefix": iri[: end + 1], "title": iri[:end].rpartition("/")[2]}
    scheme, _, rest = iri.partition("://")
    prefix = f"{scheme}://{rest.partition('/')[0]}/" if rest else iri
    return {"prefix": prefix, "title": rest.partition("/")[0] or iri}


def _namespace(iri: str) -> str:
    """What comes before the last part of a path; empty where there is no path (``urn:…``)."""
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def graph_iri(graph: object) -> str:
    """A named graph's name."""
    return str(graph).strip("<>")


def yaml_datasets() -> list[dict[str, str]]:
    """The table of data sets that links lead to."""
    rows: list[dict[str, str]] = load_yaml(
        files("kg_build.exchange").joinpath("data", "datasets.yaml").read_text(encoding="utf-8")
    )
    return rows


def _name(iri: str) -> str:
    """An IRI as the end of another: its prefix and local name, or all of its letters."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and iri != namespace:
            return f"{prefix}-{_letters(iri[len(namespace) :])}"
    return _letters(iri.partition("://")[2] or iri)


def _letters(text: str) -> str:
    return "".join(c if c.isalnum() or c in "-._" else "-" for c in text).strip("-")
