"""The ontology's files as triples, the same on every run.

Anonymous nodes (unions, restrictions, lists) get labels by file and order instead of a parser's random ones, so that a
store or a dump that holds the ontology is the same, byte for byte, whenever it is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse

from ontology.terms import ONTOLOGY, ONTOLOGY_FILES, OWL, RDF, ontology_path

_TYPE = NamedNode(RDF.type)
_ONTOLOGY_CLASS = NamedNode(OWL.Ontology)


def file_triples(name: str) -> list[Triple]:
    """The triples of one Turtle file of this package, in the order of the file; `FileNotFoundError` when there is none."""
    labels: dict[BlankNode, BlankNode] = {}
    stem = name.removesuffix(".ttl").replace("/", "-")
    triples: list[Triple] = []
    for quad in parse(path=str(ontology_path(name)), format=RdfFormat.TURTLE):
        subject, target = quad.subject, quad.object
        if isinstance(subject, BlankNode):
            subject = labels.setdefault(subject, BlankNode(f"{stem}-{len(labels) + 1}"))
        if isinstance(target, BlankNode):
            target = labels.setdefault(target, BlankNode(f"{stem}-{len(labels) + 1}"))
        triples.append(Triple(subject, quad.predicate, target))
    return triples


def ontology_triples(names: Iterable[str] = ONTOLOGY_FILES) -> Iterator[Triple]:
    """The triples of several files as one ontology: each once, with the header of `ONTOLOGY` only.

    What a store keeps in the graph `ONTOLOGY`, and what a file for an OWL tool begins with.
    """
    seen: set[Triple] = set()
    for name in names:
        triples = file_triples(name)
        headers = {t.subject for t in triples if t.predicate == _TYPE and t.object == _ONTOLOGY_CLASS}
        headers.discard(NamedNode(ONTOLOGY))
        for triple in triples:
            if triple not in seen and triple.subject not in headers:
                seen.add(triple)
                yield triple
