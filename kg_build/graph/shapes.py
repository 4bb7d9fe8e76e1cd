"""SHACL: what breaks a shape of ``ontology/shapes.ttl`` stays out of the store and is reported (W3C SHACL, section 3.6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from ontology.terms import XSD, load_text


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One result of the check."""

    shape: str
    """IRI of the shape (of its nearest named ancestor where it has no name)."""
    focus: str
    """IRI of the node that breaks it."""
    path: str | None
    value: str | None
    message: str

    def __str__(self) -> str:
        where = f" {self.path.rsplit('#', 1)[-1].rsplit('/', 1)[-1]}" if self.path else ""
        value = f" = {self.value}" if self.value else ""
        return f"{self.shape.rsplit('#', 1)[-1]}: {self.focus}{where}{value}: {self.message}"


def violations(quads: Iterable[Quad]) -> tuple[Violation, ...]:
    """Check quads (as one graph) against the shapes; sorted."""
    import pyshacl  # noqa: PLC0415 - rdflib and owlrl take half a second
    from rdflib import RDF, SH, Graph  # noqa: PLC0415

    data = Graph()
    for quad in quads:
        data.add((_rdflib(quad.subject), _rdflib(quad.predicate), _rdflib(quad.object)))
    conforms, report, _ = pyshacl.validate(data, shacl_graph=_shapes(), inference="none", advanced=False, inplace=True)
    if conforms:
        return ()
    found = set()
    for result in report.subjects(RDF.type, SH.ValidationResult):
        message = next((str(m) for m in report.objects(result, SH.resultMessage) if getattr(m, "language", None) == "en"), None)
        found.add(
            Violation(
                shape=str(report.value(result, SH.sourceShape)),
                focus=str(report.value(result, SH.focusNode)),
                path=_text(report.value(result, SH.resultPath)),
                value=_text(report.value(result, SH.value)),
                message=message or _text(report.value(result, SH.resultMessage)) or "",
            )
        )
    return tuple(sorted(found, key=lambda v: (v.shape, v.focus, v.path or "", v.value or "", v.message)))


def _text(node: object) -> str | None:
    return None if node is None else str(node)


@cache
def _shapes() -> Any:
    from rdflib import Graph  # noqa: PLC0415

    return Graph().parse(data=load_text("shapes.ttl"), format="turtle")


def _rdflib(term: object) -> Any:
    import rdflib  # noqa: PLC0415

    match term:
        case NamedNode():
            return rdflib.URIRef(term.value)
        case Literal():
            # RDF 1.1 has one term for a plain and an xsd:string literal, rdflib two; the shapes' are read as plain ones.
            plain = term.language is not None or term.datatype.value == XSD.string
            datatype = None if plain else rdflib.URIRef(term.datatype.value)
            return rdflib.Literal(term.value, lang=term.language, datatype=datatype, normalize=False)
        case BlankNode():
            return rdflib.BNode(term.value)
        case _:
            raise TypeError(f"no term of a shape's data: {term!r}")
