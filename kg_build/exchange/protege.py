"""One OWL file for Protégé and its reasoners: the ontology, and what articles say, in the form that OWL 2 DL takes.

Four things change (OWL 2 Structural Specification, section 4; OWL 2 Mapping to RDF Graphs, section 3): dates become
xsd:dateTime, values of other datatypes that OWL 2 lacks (geometries, years) plain strings; claims, where they are asked for,
go without rdf:subject, rdf:predicate and rdf:object, which are reserved; every property and class is declared; and the whole
is an ontology of its own, so that it can be open beside the ontology's own file.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

import pyoxigraph as ox

from kg_build.exchange.articles import is_article
from kg_build.exchange.export import write_triples
from kg_build.exchange.filters import Selection, is_graph, selected
from kg_build.exchange.formats import FORMATS
from ontology.documents import ontology_triples
from ontology.terms import DCTERMS, ONTOLOGY, OWL, RDF, RDFS, VERSION, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg_build.store import Reader

IRI = f"{ONTOLOGY}/protege"
"""The ontology IRI of the file."""
MANY = 500_000
"""Statements above which a part is advised: Protégé holds all of them in memory, many times their size in the file."""
_TYPE = ox.NamedNode(RDF.type)
_RESERVED = {ox.NamedNode(iri) for iri in (RDF.subject, RDF.predicate, RDF.object)}
_STATEMENT, _CLASS, _ANNOTATION = ox.NamedNode(RDF.Statement), ox.NamedNode(OWL.Class), ox.NamedNode(OWL.AnnotationProperty)
_DATE, _DATE_TIME = ox.NamedNode(XSD.date), ox.NamedNode(XSD.dateTime)
_BUILT_IN = (RDF.iri, RDFS.iri, OWL.iri, XSD.iri)
_OF_XSD = """boolean decimal integer nonNegativeInteger nonPositiveInteger positiveInteger negativeInteger long int short byte
    unsignedLong unsignedInt unsignedShort unsignedByte double float string normalizedString token language Name NCName NMTOKEN
    anyURI dateTime dateTimeStamp hexBinary base64Binary"""
_OF_RDF = "langString PlainLiteral XMLLiteral"
_KNOWN_DATATYPES = {space + name for space, names in ((XSD.iri, _OF_XSD), (RDF.iri, _OF_RDF)) for name in names.split()}
"""The OWL 2 datatype map."""


def export_for_protege(reader: Reader, stream: IO[bytes], format: str, selection: Selection) -> int:  # noqa: A002
    """Write the file as ``rdfxml``, ``turtle`` or ``ntriples``; the number of statements that it took from the store.

    Other people's RDF (`zonekg load`) and inferred triples stay out: the one may be no OWL, the others the reasoner makes.
    """
    counted = _Counter()
    with selected(reader.database, selection) as quads:
        data = counted(triple for quad in quads if _is_told(reader.database, quad) for triple in owl(quad.triple))
        write_triples(_declared(data), stream, FORMATS[format].rdf_format)
    return counted.count


class _Counter:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self, triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
        for triple in triples:
            self.count += 1
            yield triple


def _is_told(database: ox.Store, quad: ox.Quad) -> bool:
    graph = quad.graph_name
    return any(is_graph(graph, name) for name in ("claims", "places", "links")) or is_article(database, graph)


def owl(triple: ox.Triple) -> Iterator[ox.Triple]:
    """A triple as OWL 2 DL takes it; none for what it can't take."""
    value = triple.object
    if triple.predicate in _RESERVED or value == _STATEMENT or isinstance(value, ox.Triple):
        return
    if isinstance(value, ox.Literal):
        if value.datatype == _DATE:
            value = ox.Literal(f"{value.value[:10]}T00:00:00{value.value[10:]}", datatype=_DATE_TIME)
        elif value.datatype.value not in _KNOWN_DATATYPES:
            value = ox.Literal(value.value)
    yield ox.Triple(triple.subject, triple.predicate, value)


def header() -> Iterator[ox.Triple]:
    """What the file says of itself."""
    node = ox.NamedNode(IRI)
    yield ox.Triple(node, _TYPE, ox.NamedNode(OWL.Ontology))
    yield ox.Triple(node, ox.NamedNode(OWL.versionInfo), ox.Literal(VERSION))
    yield ox.Triple(node, ox.NamedNode(DCTERMS.title), ox.Literal("开发区知识图谱，供 Protégé 使用", language="zh"))
    yield ox.Triple(node, ox.NamedNode(DCTERMS.title), ox.Literal("Zone knowledge graph, for Protégé", language="en"))


def _declared(data: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """The ontology, the data, and a declaration for what neither declares; some may come twice."""
    ontology = [triple for triple in ontology_triples() if triple.subject != ox.NamedNode(ONTOLOGY)]
    declared: set[object] = {triple.subject for triple in ontology if triple.predicate == _TYPE}
    yield from header()
    yield from ontology
    for triple in data:
        yield triple
        for term, kind in ((triple.predicate, _ANNOTATION), (triple.object if triple.predicate == _TYPE else None, _CLASS)):
            if isinstance(term, ox.NamedNode) and term not in declared and not term.value.startswith(_BUILT_IN):
                declared.add(term)
                yield ox.Triple(term, _TYPE, kind)
