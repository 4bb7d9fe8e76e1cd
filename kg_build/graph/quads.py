"""Short ways to make terms and quads, and the names of the graphs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, Quad

from ontology.terms import XSD

_BOOLEAN, _DATE, _DECIMAL, _INTEGER = (NamedNode(XSD[n]) for n in ("boolean", "date", "decimal", "integer"))


@dataclass(frozen=True, slots=True)
class Graphs:
    """The named graphs beside the articles' own (vocabulary, "Graphs")."""

    base_iri: str

    @property
    def root(self) -> str:
        """What stands before ``graph/``: the base IRI without its ``id/``."""
        return self.base_iri.removesuffix("id/") if self.base_iri.endswith("/id/") else self.base_iri

    def __getitem__(self, name: str) -> str:
        return f"{self.root}graph/{name}"


@lru_cache(maxsize=4096)
def iri(value: str) -> NamedNode:
    """A node. Kept for the next time, since it is parsed when it is made, and most are named again at once."""
    return NamedNode(value)


def zh(text: str) -> Literal:
    """Chinese text."""
    return Literal(text, language="zh")


def decimal(value: Decimal) -> Literal:
    """An xsd:decimal in canonical form: no exponent, no trailing zeros, a whole number without a point."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return Literal("0" if text in ("-0", "") else text, datatype=_DECIMAL)


def integer(value: int) -> Literal:
    """An xsd:integer."""
    return Literal(str(value), datatype=_INTEGER)


def boolean(value: bool) -> Literal:
    """An xsd:boolean."""
    return Literal("true" if value else "false", datatype=_BOOLEAN)


def day(value: date) -> Literal:
    """An xsd:date."""
    return Literal(value.isoformat(), datatype=_DATE)


class Sink:
    """Collects the quads of one graph."""

    __slots__ = ("graph", "quads")

    def __init__(self, graph: str) -> None:
        self.graph = NamedNode(graph)
        self.quads: list[Quad] = []

    def add(self, subject: str, predicate: str, value: str | Literal) -> None:
        """Add one statement; a plain string is an IRI."""
        self.quads.append(Quad(iri(subject), iri(predicate), iri(value) if isinstance(value, str) else value, self.graph))
