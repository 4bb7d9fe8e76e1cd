"""The graph as a network: things as nodes with their figures as attributes, statements between things as edges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import pyoxigraph as ox

from kg_build.exchange.tables.rows import Rows, Value, things, typed
from kg_build.exchange.tables.spec import SEPARATOR, SEVERAL, Kind
from ontology.terms import CORE_CLASSES, DATATYPE_PROPERTIES, DCTERMS, OBJECT_PROPERTIES, RDF, SCHEMA, SKOS, ZONE

_TYPE, _OTHER = ox.NamedNode(RDF.type), ox.NamedNode(SKOS.altLabel)
_CLASSES = tuple(name for name in CORE_CLASSES if name != "Claim")
_VALUES = ("status", "honourLevel")
"""Properties whose values the ontology lists: attributes here, no edges."""
_EDGES = {
    **{ox.NamedNode(ZONE[name]): name for name in OBJECT_PROPERTIES if name not in _VALUES},
    ox.NamedNode(SCHEMA.author): "author",
}
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("totalInvestment", "totalInvestmentAmount", "value", "growthRate"), "number"),
    **dict.fromkeys(("isShare", "isTarget"), "boolean"),
    "rank": "integer",
}
_OF_CLAIMS = {"quote", "context", "rule", "confidence"}
_ATTRIBUTES: dict[ox.NamedNode, str] = {
    **{ox.NamedNode(ZONE[name]): name for name in (*DATATYPE_PROPERTIES, *_VALUES) if name not in _OF_CLAIMS},
    ox.NamedNode(SCHEMA.datePublished): "datePublished",
    ox.NamedNode(DCTERMS.publisher): "publisher",
}
ATTRIBUTES: tuple[tuple[str, Kind], ...] = (
    *((name, _KINDS.get(name, "text")) for name in sorted(_ATTRIBUTES.values())), (SEVERAL, "text"),
)  # fmt: skip
"""Names and kinds of the attributes that a node may have, beside its IRI, classes and names."""
_NODES = 50_000
"""Things of which is kept in memory whether they are nodes."""
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
        self._label = Rows(union).label
        self._is_node = lru_cache(_NODES)(self._has_class)

    def nodes(self) -> Iterator[Node]:
        """The things in the order of their IRIs."""
        return map(self._node, self._things())

    def edges(self) -> Iterator[Edge]:
        """The statements between things, sorted by the first, the property and the second."""
        for thing in self._things():
            targets: set[tuple[str, str]] = set()
            for quad in self._union.quads_for_pattern(thing, None, None, _DEFAULT):
                name, target = _EDGES.get(quad.predicate), quad.object
                if name is not None and isinstance(target, ox.NamedNode) and self._is_node(target.value):
                    targets.add((name, target.value))
            for name, target_iri in sorted(targets):
                yield Edge(thing.value, name, target_iri)

    def _things(self) -> Iterator[ox.NamedNode]:
        return things(self._union, [ox.NamedNode(ZONE[name]) for name in _CLASSES])

    def _has_class(self, iri: str) -> bool:
        """Whether a thing is a node."""
        return bool(self._classes(ox.NamedNode(iri)))

    def _classes(self, node: ox.NamedNode) -> tuple[str, ...]:
        """Local names of a thing's classes, core classes first; none for what is no node."""
        quads = self._union.quads_for_pattern(node, _TYPE, None, _DEFAULT)
        return _named_classes(quad.object for quad in quads)

    def _node(self, node: ox.NamedNode) -> Node:
        found: dict[str, set[Value]] = {}
        others: set[str] = set()
        classes: set[object] = set()
        for quad in self._union.quads_for_pattern(node, None, None, _DEFAULT):
            if quad.predicate == _TYPE:
                classes.add(quad.object)
            elif quad.predicate == _OTHER and isinstance(quad.object, ox.Literal):
                others.add(quad.object.value)
            elif (name := _ATTRIBUTES.get(quad.predicate)) is not None:
                found.setdefault(name, set()).add(self._value(name, quad.object))
        name = self._label(node.value)
        return Node(node.value, _named_classes(classes), name, tuple(sorted(others)), _attributes(found))

    def _value(self, name: str, term: object) -> Value:
        if isinstance(term, ox.NamedNode):
            return ZONE.local(term.value) or term.value
        return typed(_KINDS.get(name, "text"), term.value) if isinstance(term, ox.Literal) else None


def _named_classes(classes: Iterable[object]) -> tuple[str, ...]:
    found = {ZONE.local(class_.value) for class_ in classes if isinstance(class_, ox.NamedNode)}
    names = sorted((name for name in found if name is not None), key=lambda name: (name not in _CLASSES, name))
    return tuple(names) if names and names[0] in _CLASSES else ()


def _attributes(found: dict[str, set[Value]]) -> dict[str, Value]:
    """A value an attribute; where there are several and only one can be held, they stand together as a text."""
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
    return attributes


def plain(value: Value) -> str:
    """A value as XML Schema writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else (f"{value:f}" if hasattr(value, "as_tuple") else str(value))
