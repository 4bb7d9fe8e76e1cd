"""A table's rows, one at a time, in the order of the things' IRIs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

import pyoxigraph as ox

from kg_build.exchange.sorting import sorted_lines
from kg_build.exchange.tables.spec import SEPARATOR, SEVERAL, Column, Step, Table
from ontology.terms import DCTERMS, RDF, RDFS, SKOS, ZONE

Value = str | int | Decimal | bool | date | None
_TYPE = ox.NamedNode(RDF.type)
_NAMES = tuple(ox.NamedNode(iri) for iri in (SKOS.prefLabel, RDFS.label, DCTERMS.title))
_LABELS = 50_000
"""Names that are kept in memory."""
_DEFAULT = ox.DefaultGraph()


class Rows:
    """Rows of a store that has all statements in its default graph (`kg_build.exchange.filters.union_of`)."""

    def __init__(self, union: ox.Store) -> None:
        self._union = union
        self.label = lru_cache(_LABELS)(self._label)
        """A thing's name, Chinese if there is one; the end of its IRI where it has none."""

    def of(self, table: Table) -> Iterator[tuple[Value, ...]]:
        """The rows of a table: a value a column, None where there is none."""
        for thing in things(self._union, [table.class_]):
            yield self._row(table, thing)

    def _row(self, table: Table, thing: ox.NamedNode) -> tuple[Value, ...]:
        said: dict[ox.NamedNode, set[object]] = {}
        for quad in self._union.quads_for_pattern(thing, None, None, _DEFAULT):
            said.setdefault(quad.predicate, set()).add(quad.object)
        values: list[Value] = []
        several: list[str] = []
        for column in table.columns:
            if column.name == SEVERAL:
                values.append(SEPARATOR.join(several) or None)
                continue
            found = self._follow(thing, column.path, said)
            value, more = self._value(column, found, table.class_)
            values.append(value)
            if more:
                several.append(f"{column.name}: {', '.join(more)}")
        return tuple(values)

    def _follow(self, thing: ox.NamedNode, path: tuple[Step, ...], said: dict[ox.NamedNode, set[object]]) -> set[object]:
        """Where a path leads to; ``said`` is what is told of the thing, by property."""
        if path and not path[0].inverse:
            nodes, path = said.get(path[0].predicate, set()), path[1:]
        else:
            nodes = {thing}
        for step in path:
            reached: set[object] = set()
            for node in nodes:
                if step.inverse:
                    quads = self._union.quads_for_pattern(None, step.predicate, node, _DEFAULT)  # type: ignore[arg-type]
                    reached.update(quad.subject for quad in quads)
                elif not isinstance(node, ox.Literal):
                    quads = self._union.quads_for_pattern(node, step.predicate, None, _DEFAULT)  # type: ignore[arg-type]
                    reached.update(quad.object for quad in quads)
            nodes = reached
        return nodes

    def _value(self, column: Column, found: set[object], class_: ox.NamedNode) -> tuple[Value, list[str]]:
        """The cell, and the values that don't fit into it."""
        match column.kind:
            case "count":
                return len(found), []
            case "iri":
                return SEPARATOR.join(sorted(node.value for node in found if isinstance(node, ox.NamedNode))) or None, []
            case "text":
                # The class of the table itself says nothing in a row.
                texts = {self._text(node) for node in found if node != class_}
                return SEPARATOR.join(sorted(texts)) or None, []
        read = {typed(column.kind, node.value) for node in found if isinstance(node, ox.Literal)} - {None}
        ordered = sorted(read)  # type: ignore[type-var]
        if len(ordered) <= 1 or column.take:
            return (ordered[-1 if column.take == "last" else 0] if ordered else None), []
        return None, [str(value) for value in ordered]

    def _text(self, node: object) -> str:
        if isinstance(node, ox.Literal):
            return node.value
        return self.label(node.value) if isinstance(node, ox.NamedNode) else str(node)

    def _label(self, iri: str) -> str:
        node = ox.NamedNode(iri)
        for predicate in _NAMES:
            quads = self._union.quads_for_pattern(node, predicate, None, _DEFAULT)
            if names := [quad.object for quad in quads if isinstance(quad.object, ox.Literal)]:
                return min(names, key=lambda name: (name.language != "zh", name.value)).value
        return iri.removeprefix(ZONE.iri).rstrip("/#").rpartition("/")[2]


def things(union: ox.Store, classes: Iterable[ox.NamedNode]) -> Iterator[ox.NamedNode]:
    """The things of some classes in the order of their IRIs, each once; those without an IRI are passed over.

    The store has them by a hash. What stands beside each other by its name belongs together (claims of an article, figures
    of a firm), so what one row looks up is at hand for the next.
    """
    found = (quad.subject for class_ in classes for quad in union.quads_for_pattern(None, _TYPE, class_, _DEFAULT))
    for line in sorted_lines(f"{node.value}\n".encode() for node in found if isinstance(node, ox.NamedNode)):
        yield ox.NamedNode(line.decode().rstrip("\n"))


def typed(kind: str, text: str) -> Value:
    """A literal's text as what its column holds; None where it is none of that."""
    try:
        match kind:
            case "number":
                number = Decimal(text)
                return number if number.is_finite() else None
            case "integer":
                return int(text)
            case "boolean":
                return text in {"true", "1"}
            case "date":
                return date.fromisoformat(text[:10])
    except (ValueError, InvalidOperation):
        return None
    return text
