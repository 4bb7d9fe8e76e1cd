"""The reference of the ontology as Markdown, made from ``zone.ttl`` and ``alignments.ttl`` so that it can't fall behind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ontology import terms
from ontology.documents import file_triples, ontology_triples

_OWL = "http://www.w3.org/2002/07/owl#"
_UNION = f"{_OWL}unionOf"
_KINDS = {
    f"{_OWL}SymmetricProperty": "symmetric",
    f"{_OWL}TransitiveProperty": "transitive",
    f"{_OWL}FunctionalProperty": "functional",
    f"{_OWL}IrreflexiveProperty": "irreflexive",
}
_RANGES = {"Literal": "date or text"}
"""What a range that OWL 2 can't state more exactly is called in the tables."""


@dataclass(slots=True)
class _Graph:
    """Subject → predicate IRI → objects, in the order of the files."""

    index: dict[NamedNode | BlankNode, dict[str, list[NamedNode | BlankNode | Literal]]] = field(default_factory=dict)

    def add(self, triples: Iterable[Triple]) -> None:
        for triple in triples:
            if isinstance(triple.subject, NamedNode | BlankNode) and not isinstance(triple.object, Triple):
                self.index.setdefault(triple.subject, {}).setdefault(triple.predicate.value, []).append(triple.object)

    def objects(self, subject: NamedNode | BlankNode, predicate: str) -> list[NamedNode | BlankNode | Literal]:
        return self.index.get(subject, {}).get(predicate, [])

    def text(self, subject: NamedNode | BlankNode, predicate: str, language: str | None) -> str:
        """The literals in a language (None: any) joined by a slash."""
        found = [o for o in self.objects(subject, predicate) if isinstance(o, Literal)]
        return " / ".join(o.value for o in found if language is None or o.language == language)

    def members(self, node: NamedNode | BlankNode | Literal) -> list[NamedNode]:
        """The named classes of a class expression: itself, or the members of its union."""
        if isinstance(node, NamedNode):
            return [node]
        found: list[NamedNode] = []
        here = self.objects(node, _UNION) if isinstance(node, BlankNode) else []
        while here and isinstance(here[0], BlankNode):
            found += [o for o in self.objects(here[0], terms.RDF.iri + "first") if isinstance(o, NamedNode)]
            here = self.objects(here[0], terms.RDF.iri + "rest")
        return found


def _short(iri: str) -> str:
    for prefix, namespace in terms.PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return f"<{iri}>"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _table(head: list[str], rows: Iterable[list[str]]) -> list[str]:
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    return [*lines, *("| " + " | ".join(map(_cell, row)) + " |" for row in rows), ""]


def _definition(graph: _Graph, node: NamedNode) -> str:
    """Definition in Chinese and English, notes after each."""
    parts = []
    for language in ("zh", "en"):
        texts = (graph.text(node, terms.SKOS.definition, language), graph.text(node, f"{terms.SKOS.iri}scopeNote", language))
        parts.append(("" if language == "zh" else " ").join(text for text in texts if text))
    return "<br>".join(parts)


def _names(graph: _Graph, node: NamedNode) -> list[str]:
    local = terms.ZONE.local(node.value) or node.value
    return [
        f'<a id="{local}"></a>`{_short(node.value)}`',
        graph.text(node, terms.RDFS.label, "zh"),
        graph.text(node, terms.RDFS.label, "en"),
        _definition(graph, node),
    ]


def _classes(graph: _Graph, names: Iterable[str]) -> list[str]:
    rows = []
    for name in sorted(names):
        node = NamedNode(terms.ZONE[name])
        above = sorted(_short(o.value) for o in graph.objects(node, terms.RDFS.subClassOf) if isinstance(o, NamedNode))
        rows.append([*_names(graph, node), ", ".join(f"`{a}`" for a in above), graph.text(node, terms.SKOS.example, None)])
    return _table(["Class", "zh", "en", "Definition", "Subclass of", "Example"], rows)


def _ends(graph: _Graph, node: NamedNode, predicate: str) -> str:
    found = [member.value for end in graph.objects(node, predicate) for member in graph.members(end)]
    names = sorted(dict.fromkeys(_RANGES.get(iri.rpartition("#")[2], f"`{_short(iri)}`") for iri in found))
    return ", ".join(names)


def _properties(graph: _Graph, names: Iterable[str]) -> list[str]:
    rows = []
    for name in sorted(names):
        node = NamedNode(terms.ZONE[name])
        kinds = [_KINDS[o.value] for o in graph.objects(node, terms.RDF.type) if isinstance(o, NamedNode) and o.value in _KINDS]
        above = [_short(o.value) for o in graph.objects(node, f"{terms.RDFS.iri}subPropertyOf") if isinstance(o, NamedNode)]
        notes = [*sorted(kinds), *(f"subproperty of `{a}`" for a in sorted(above))]
        rows.append(
            [
                *_names(graph, node),
                _ends(graph, node, f"{terms.RDFS.iri}domain"),
                _ends(graph, node, f"{terms.RDFS.iri}range"),
                ", ".join(notes),
                graph.text(node, terms.SKOS.example, None),
            ]
        )
    return _table(["Property", "zh", "en", "Definition", "From", "To", "Kind", "Example"], rows)


def _individuals(graph: _Graph, names: Iterable[str]) -> list[str]:
    return _table(["Name", "zh", "en", "Definition"], ([*_names(graph, NamedNode(terms.ZONE[name]))] for name in names))


def render_markdown() -> str:
    """The reference: header, then tables of classes, properties and individuals with zh and en definitions.

    The same text on every run; ends with a line break.
    """
    graph = _Graph()
    graph.add(ontology_triples(("zone.ttl", "alignments.ttl")))
    schemes = _Graph()
    schemes.add(file_triples("industries.ttl"))
    in_scheme = f"{terms.SKOS.iri}inScheme"
    sizes = {
        name: sum(1 for po in schemes.index.values() if NamedNode(terms.ZONE[name]) in po.get(in_scheme, []))
        for name in ("gbt4754", "industryScheme")
    }
    head = NamedNode(terms.ONTOLOGY)
    lines = [
        "# Ontology reference",
        "",
        graph.text(head, f"{terms.DCTERMS.iri}description", "en"),
        "",
        graph.text(head, f"{terms.DCTERMS.iri}description", "zh"),
        "",
        f"- IRI: `{terms.ONTOLOGY}`, version {graph.text(head, terms.OWL.versionInfo, None)}",
        f"- namespace: `{terms.ZONE.iri}`, prefix `zone:`",
        "- licence: [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/)",
        f"- industries: {sizes['gbt4754']} classes of GB/T 4754-2017, {sizes['industryScheme']} fields mapped to them",
        "",
        "Dates are `xsd:date` in data (the shapes check it) and have no range here, because OWL 2 has no such datatype.",
        "",
        "## Core classes",
        "",
        *_classes(graph, terms.CORE_CLASSES),
        "## Kinds of development zone",
        "",
        *_classes(graph, terms.ZONE_SUBCLASSES),
        "## Classes of values",
        "",
        *_classes(graph, terms.VALUE_CLASSES),
        "## Properties between things",
        "",
        *_properties(graph, terms.OBJECT_PROPERTIES),
        "## Properties with a value",
        "",
        *_properties(graph, terms.DATATYPE_PROPERTIES),
        "## Project statuses",
        "",
        *_individuals(graph, terms.STATUSES),
        "## Levels of honours",
        "",
        *_individuals(graph, terms.HONOUR_LEVELS),
        "## Schemes and data set",
        "",
        *_individuals(graph, (*terms.SCHEMES, *terms.CUBE)),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"
