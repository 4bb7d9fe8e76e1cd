"""Turtle and TriG made to be compared line by line: a subject a paragraph, a value a line, always in the same order.

The serialiser of `pyoxigraph` puts all values of a property on one line and takes its prefixes from a hash table; a new
article would change lines of hundreds of addresses. The grammar is that of RDF 1.1 Turtle and TriG (W3C, 2014).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ontology.terms import PREFIXES, RDF, XSD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
"""Local names that need no escapes (a part of PN_LOCAL)."""
_BARE = {
    XSD.integer: re.compile(r"[+-]?[0-9]+"),
    XSD.decimal: re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD.boolean: re.compile(r"true|false"),
}
"""Datatypes whose values may stand without quotes, in these forms (section 2.5)."""
_TYPE = ox.NamedNode(RDF.type)


class TurtleWriter:
    """Writes statements in the order in which they come; those of one graph and subject that follow each other are grouped.

    ``write`` takes bytes. With ``graphs`` the document is TriG, else Turtle (the graphs' names are not looked at then).
    """

    def __init__(self, write: Callable[[bytes], object], *, graphs: bool) -> None:
        self._write = write
        self._graphs = graphs
        self._graph: object = ox.DefaultGraph()
        self._subject: object = None
        self._predicate: object = None
        self._names: dict[str, str] = {}

    def document(self, statements: Iterable[ox.Quad] | Iterable[ox.Triple]) -> None:
        """Write a whole document."""
        self._text("".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in sorted(PREFIXES.items())))
        for statement in statements:
            graph = statement.graph_name if self._graphs and isinstance(statement, ox.Quad) else self._graph
            self._statement(graph, statement)
        self._text(self._end())

    def _statement(self, graph: object, statement: ox.Quad | ox.Triple) -> None:
        indent = "" if isinstance(graph, ox.DefaultGraph) else "\t"
        value = self.term(statement.object)
        if graph == self._graph and statement.subject == self._subject:
            if statement.predicate == self._predicate:
                self._text(f" ,\n{indent}\t\t{value}")
            else:
                self._text(f" ;\n{indent}\t{self._property(statement.predicate)} {value}")
        else:
            head = self._end() if graph != self._graph else (" .\n" if self._subject is not None else "")
            if graph != self._graph and indent:
                head += f"\n{self.term(graph)} {{"
            subject = self.term(statement.subject)
            self._text(f"{head}\n{indent}{subject} {self._property(statement.predicate)} {value}")
        self._graph, self._subject, self._predicate = graph, statement.subject, statement.predicate

    def _end(self) -> str:
        """What closes the graph that is open."""
        if self._subject is None:
            return ""
        return " .\n" if isinstance(self._graph, ox.DefaultGraph) else " .\n}\n"

    def _property(self, predicate: ox.NamedNode) -> str:
        return "a" if predicate == _TYPE else self.term(predicate)

    def term(self, term: object) -> str:
        """A term as Turtle writes it, with a prefix or without quotes where that can be."""
        if isinstance(term, ox.NamedNode):
            return self._name(term.value)
        if isinstance(term, ox.Literal) and not term.language:
            datatype = term.datatype.value
            if (bare := _BARE.get(datatype)) is not None and bare.fullmatch(term.value):
                return term.value
            if datatype != XSD.string:
                return f"{ox.Literal(term.value)}^^{self._name(datatype)}"
        return str(term)

    def _name(self, iri: str) -> str:
        # Only the names of vocabularies are kept: they are few, and things have no prefix.
        if (known := self._names.get(iri)) is not None:
            return known
        for prefix, namespace in PREFIXES.items():
            if iri.startswith(namespace):
                if not _LOCAL.fullmatch(iri, len(namespace)):
                    break
                return self._names.setdefault(iri, f"{prefix}:{iri[len(namespace) :]}")
        return f"<{iri}>"

    def _text(self, text: str) -> None:
        self._write(text.encode())
