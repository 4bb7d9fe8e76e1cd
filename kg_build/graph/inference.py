"""What follows from the articles' statements by the ontology: OWL 2 RL, by `reasonable` (https://github.com/gtfierro/reasonable)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from kg_build.errors import ZonekgError
from ontology.terms import OWL, RDF

_TYPE, _THING = NamedNode(RDF.type), NamedNode(OWL.Thing)
_VALUE = NamedNode("urn:zonekg:value")
"""Stands for every literal. No axiom of ours depends on which it is, and so none changes its form on the way."""
_BUILT_IN = tuple(f"http://www.w3.org/{name}" for name in ("1999/02/22-rdf-syntax-ns#", "2000/01/rdf-schema#", "2002/07/owl#"))


def inferred_triples(ontology: Iterable[Triple], data: Iterable[Triple]) -> list[Triple]:
    """The triples about the things of ``data`` that follow and aren't stated, sorted.

    Left out is what is true of everything (a thing, the same as itself), what holds of the ontology's own terms, and what is
    said of nodes without a name. Memory grows with the data: the reasoner holds all of it. Raises `ZonekgError` where the
    reasoner isn't installed.
    """
    schema = set(ontology)
    stated = schema | set(data)
    terms = {triple.subject for triple in schema}
    found = {
        Triple(NamedNode(subject), NamedNode(predicate), NamedNode(value))
        for subject, predicate, value in _closure(stated)
        if _is_told(subject, predicate, value)
    }
    new = (triple for triple in found - stated if triple.subject not in terms)
    return sorted(new, key=str)


def _is_told(subject: str, predicate: str, value: str) -> bool:
    if _VALUE.value in {subject, value} or subject == value or subject.startswith(_BUILT_IN):
        return False
    return not (predicate == _TYPE.value and value == _THING.value)


def _closure(triples: Iterable[Triple]) -> Iterator[tuple[str, str, str]]:
    """All that follows, stated triples included, as far as it has no nodes without a name."""
    try:
        import reasonable  # noqa: PLC0415 - large; few builds infer
        from rdflib import URIRef  # noqa: PLC0415
    except ImportError:
        raise ZonekgError("--infer needs the reasoner: pip install reasonable") from None
    lines = serialize(dict.fromkeys(map(_without_value, triples)), format=RdfFormat.N_TRIPLES) or b""
    with tempfile.TemporaryDirectory(prefix="zonekg-infer-") as folder:
        path = Path(folder) / "graph.ttl"  # N-Triples are Turtle, which is what the reasoner reads.
        path.write_bytes(lines)
        reasoner = reasonable.PyReasoner()
        reasoner.load_file(str(path))
        for triple in reasoner.reason():
            if all(isinstance(term, URIRef) for term in triple):
                yield str(triple[0]), str(triple[1]), str(triple[2])


def _without_value(triple: Triple) -> Triple:
    value = _VALUE if isinstance(triple.object, Literal | Triple) else triple.object
    assert isinstance(value, NamedNode | BlankNode)  # noqa: S101
    return Triple(triple.subject, triple.predicate, value)
