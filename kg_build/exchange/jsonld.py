"""JSON-LD 1.1 with a compact context: short names, values without wrapping where the context tells what they are.

The context stands in the document, since a reader must not need the network. A value that isn't what the context says of its
short name (a text in English, a link where a text is usual) is written in full under the name with its prefix.
"""

from __future__ import annotations

import json
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg_build.errors import ZonekgError
from ontology.terms import DCTERMS, OA, OBJECT_PROPERTIES, PREFIXES, PROV, QB, RDF, RDFS, SCHEMA, SKOS, XSD, ZONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LINKS = (
    *(ZONE[name] for name in OBJECT_PROPERTIES),
    *(SKOS.inScheme, SKOS.exactMatch, SKOS.closeMatch, SKOS.broader, QB.dataSet, DCTERMS.isReplacedBy, SCHEMA.author),
    *(PROV.wasDerivedFrom, PROV.wasGeneratedBy, PROV.wasAssociatedWith, OA.hasSelector, RDF.subject, RDF.predicate),
)
"""Properties whose values are things."""
CHINESE = (
    *(SKOS.prefLabel, SKOS.altLabel, RDFS.label, DCTERMS.title, DCTERMS.publisher, OA.exact, OA.prefix, OA.suffix),
    *(ZONE.postTitle, ZONE.periodText, ZONE.quote, ZONE.context),
)
"""Properties whose values are Chinese texts."""
TYPED: dict[str, tuple[str, ...]] = {
    XSD.decimal: tuple(ZONE[name] for name in ("value", "growthRate", "totalInvestment", "totalInvestmentAmount", "confidence")),
    XSD.date: (*(ZONE[n] for n in ("periodStart", "periodEnd", "postFrom", "postUntil", "postSeen")), SCHEMA.datePublished),
    XSD.integer: (ZONE.rank, OA.start, OA.end),
    XSD.boolean: (ZONE.isShare, ZONE.isTarget),
    XSD.string: tuple(ZONE[name] for name in ("unit", "currency", "divisionCode", "sourceFile", "rule")),
}
"""Datatype → properties whose values have it."""
_TYPE = ox.NamedNode(RDF.type)
_PREFIXES = {prefix: namespace for prefix, namespace in PREFIXES.items() if prefix != "geo"}
"""Those of the context: ``geo:`` begins addresses of their own (RFC 5870), which would be taken for names in GeoSPARQL."""


@cache
def terms() -> dict[str, tuple[str, str, str]]:
    """Property → its short name, and what the context says of its values: a keyword and that keyword's value."""
    said = [(iri, "@type", "@id") for iri in LINKS]
    said += [(iri, "@language", "zh") for iri in CHINESE]
    said += [(iri, "@type", datatype) for datatype, iris in TYPED.items() for iri in iris]
    found = {iri: (_local(iri), keyword, value) for iri, keyword, value in said}
    if len({short for short, _, _ in found.values()}) != len(found):
        raise AssertionError("two properties have one short name")
    return found


def context() -> dict[str, Any]:
    """The value of ``@context``."""
    entries: dict[str, Any] = dict(sorted(_PREFIXES.items()))
    for iri, (short, keyword, value) in sorted(terms().items(), key=lambda item: item[1][0]):
        # A string is what a bare value is; rdflib takes one that is said to be a string for another thing.
        entries[short] = compact(iri) if value == XSD.string else {"@id": compact(iri), keyword: compact(value)}
    return entries


def compact(iri: str) -> str:
    """An IRI with its prefix where it has one, else as it is."""
    for prefix, namespace in _PREFIXES.items():
        # Slashes at the beginning would make the name an address.
        if iri.startswith(namespace) and (local := iri[len(namespace) :]) and not local.startswith("//"):
            return f"{prefix}:{local}"
    if iri.partition(":")[0] in _PREFIXES:
        raise ZonekgError(f"JSON-LD can't write <{iri}>: it would be read as a name with a prefix; use Turtle")
    return iri


def write_jsonld(statements: Iterable[ox.Quad] | Iterable[ox.Triple], write: Callable[[bytes], object]) -> None:
    """Write statements as one document, a node a line; those of one graph and subject must follow each other."""
    head = json.dumps(context(), ensure_ascii=False, indent=1)
    write(f'{{\n"@context": {head},\n"@graph": [\n'.encode())
    before = ""
    for graph, quads in groupby(statements, _graph):
        inside = graph is not None
        if inside:
            write(f'{before}{{"@id": {_json(_identifier(graph))}, "@graph": [\n'.encode())
            before = ""
        for subject, said in groupby(quads, _subject):
            write(f"{before}{_json(_node(subject, said))}".encode())
            before = ",\n"
        if inside:
            write(b"\n]}")
    write(b"\n]\n}\n")


def _subject(statement: ox.Quad | ox.Triple) -> object:
    return statement.subject


def _graph(statement: ox.Quad | ox.Triple) -> ox.NamedNode | ox.BlankNode | None:
    name = statement.graph_name if isinstance(statement, ox.Quad) else None
    return None if isinstance(name, ox.DefaultGraph) else name


def _node(subject: object, statements: Iterable[ox.Quad | ox.Triple]) -> dict[str, Any]:
    types: list[str] = []
    values: dict[str, list[Any]] = {}
    for statement in statements:
        if statement.predicate == _TYPE and isinstance(statement.object, ox.NamedNode | ox.BlankNode):
            types.append(compact(_identifier(statement.object)))
        else:
            key, value = _value(statement.predicate.value, statement.object)
            values.setdefault(key, []).append(value)
    node: dict[str, Any] = {"@id": _identifier(subject)}
    if types:
        node["@type"] = types if len(types) > 1 else types[0]
    for key, found in values.items():
        node[key] = found if len(found) > 1 else found[0]
    return node


def _value(predicate: str, term: object) -> tuple[str, Any]:
    """The key and the value: short where the context says what such values are."""
    short, keyword, usual = terms().get(predicate, ("", "", ""))
    if isinstance(term, ox.NamedNode | ox.BlankNode):
        if usual == "@id":
            return short, _identifier(term)
        return compact(predicate), {"@id": _identifier(term)}
    if not isinstance(term, ox.Literal):
        raise ZonekgError(f"JSON-LD can't write the triple term {term}; use N-Quads")
    if term.language:
        if (keyword, usual) == ("@language", term.language):
            return short, term.value
        return compact(predicate), {"@value": term.value, "@language": term.language}
    datatype = term.datatype.value
    if usual == datatype:
        return short, term.value
    if datatype == XSD.string:
        return compact(predicate), term.value
    return compact(predicate), {"@value": term.value, "@type": compact(datatype)}


def _identifier(term: object) -> str:
    if not isinstance(term, ox.NamedNode):
        return str(term)
    # Things have no prefix, but their scheme may look like one.
    return compact(term.value) if term.value.partition(":")[0] in _PREFIXES else term.value


def _local(iri: str) -> str:
    return iri.rpartition("#")[2].rpartition("/")[2]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
