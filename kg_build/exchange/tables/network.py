"""The graph as a network: things as nodes with their figures as attributes, statements between things as edges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pyoxigraph as ox

from kg_build.exchange.largeset import LargeSet
from kg_build.exchange.sorting import sorted_lines
from kg_build.exchange.tables.rows import Rows, Value, typed
from kg_build.exchange.tables.spec import SEPARATOR, SEVERAL, Kind
from ontology.terms import CORE_CLASSES, DATATYPE_PROPERTIES, DCTERMS, OBJECT_PROPERTIES, RDF, SCHEMA, SKOS, ZONE

_TYPE, _OTHER = ox.NamedNode(RDF.type), ox.NamedNode(SKOS.altLabel)
_CLASSES = tuple(name for name in CORE_CLASSES if name != "Claim")
_VALUES = ("status", "honourLevel")
"""Properties whose values the ontology lists: attributes here, no edges."""
_EDGES = tuple(name for name in OBJECT_PROPERTIES if name not in _VALUES)
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("totalInvestment", "totalInvestmentAmount", "value", "growthRate"), "number"),
    **dict.fromkeys(("isShare", "isTarget"), "boolean"),
    "rank": "integer",
}
_OF_CLAIMS = {"quote", "rule", "confidence"}
_ATTRIBUTES: dict[ox.NamedNode, str] = {
    **{ox.NamedNode(ZONE[name]): name for name in (*DATATYPE_PROPERTIES, *_VALUES) if name not in _OF_CLAIMS},
    ox.NamedNode(SCHEMA.datePublished): "datePublished",
    ox.NamedNode(DCTERMS.publisher): "publisher",
}
ATTRIBUTES: tuple[tuple[str, Kind], ...] = (
    *((name, _KINDS.get(name, "text")) for name in sorted(_ATTRIBUTES.values())), (SEVERAL, "text"),
)  # fmt: skip
"""Names and kinds of the attributes that a node may have, beside its IRI, classes and names."""
_AUTHOR = ox.NamedNode(SCHEMA.author)
_DEFAULT = ox.DefaultGraph()


@dataclass(frozen=True, slots=True)
class Node:
    """A thing: its IRI, its classes of the ontology (a core class first), its name, its other names, its attributes."""

    iri: str
    classes: tuple[str, ...]
    name: str
    other_names: tuple[str, ...]
    attributes: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Edge:
    """A statement between two nodes, by their IRIs; ``name`` is the property's local name."""

    source: str
    name: str
    target: str


class Network:
    """Nodes and edges of a store that has all statements in its default graph; claims are neither."""

    def __init__(self, union: ox.Store) -> None:
        self._union = union
        self._rows = Rows(union)

    def nodes(self) -> Iterator[Node]:
        """The things in the order of their IRIs."""
        things = LargeSet()
        for name in _CLASSES:
            for quad in self._union.quads_for_pattern(None, _TYPE, ox.NamedNode(ZONE[name]), _DEFAULT):
                if isinstance(quad.subject, ox.NamedNode):
                    things.add(quad.subject.value)
        return map(self._node, things)

    def edges(self) -> Iterator[Edge]:
        """The statements between things, sorted by the first, the property and the second."""
        for line in sorted_lines(self._edge_lines()):
            source, name, target = line.decode().rstrip("\n").split("\t")
            yield Edge(source, name, target)

    def _edge_lines(self) -> Iterator[bytes]:
        named = [(ox.NamedNode(ZONE[name]), name) for name in _EDGES]
        for predicate, name in (*named, (_AUTHOR, "author")):
            for quad in self._union.quads_for_pattern(None, predicate, None, _DEFAULT):
                source, target = quad.subject, quad.object
                if self._classes(source) and self._classes(target):
                    # An IRI has neither tabs nor line breaks.
                    yield f"{source.value}\t{name}\t{target.value}\n".encode()  # type: ignore[union-attr]

    def _classes(self, node: object) -> tuple[str, ...]:
        """Local names of a thing's classes, core classes first; none for what is no node."""
        if not isinstance(node, ox.NamedNode):
            return ()
        quads = self._union.quads_for_pattern(node, _TYPE, None, _DEFAULT)
        found = {ZONE.local(quad.object.value) for quad in quads if isinstance(quad.object, ox.NamedNode)}
        names = sorted((name for name in found if name is not None), key=lambda name: (name not in _CLASSES, name))
        return tuple(names) if names and names[0] in _CLASSES else ()

    def _node(self, iri: str) -> Node:
        node = ox.NamedNode(iri)
        found: dict[str, set[Value]] = {}
        others: set[str] = set()
        for quad in self._union.quads_for_pattern(node, None, None, _DEFAULT):
            if quad.predicate == _OTHER and isinstance(quad.object, ox.Literal):
                others.add(quad.object.value)
            elif (name := _ATTRIBUTES.get(quad.predicate)) is not None:
                found.setdefault(name, set()).add(self._value(name, quad.object))
        attributes: dict[str, Value] = {}
        several: list[str] = []
        for name, values in sorted(found.items()):
            ordered = sorted((value for value in values if value is not None), key=str)
            if name not in _KINDS:
                attributes[name] = SEPARATOR.join(map(str, ordered))
            elif len(ordered) == 1:
                attributes[name] = ordered[0]
            else:
                several.append(f"{name}: {', '.join(map(str, ordered))}")
        if several:
            attributes[SEVERAL] = SEPARATOR.join(several)
        return Node(iri, self._classes(node), self._rows.label(iri), tuple(sorted(others)), attributes)

    def _value(self, name: str, term: object) -> Value:
        if isinstance(term, ox.NamedNode):
            return ZONE.local(term.value) or term.value
        return typed(_KINDS.get(name, "text"), term.value) if isinstance(term, ox.Literal) else None


def plain(value: Value) -> str:
    """A value as XML Schema writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else (f"{value:f}" if hasattr(value, "as_tuple") else str(value))
