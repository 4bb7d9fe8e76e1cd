"""What of a graph breaks a shape and must stay out: the statement, or the whole node where a part of it is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cache

from pyoxigraph import Quad

from kg_build.graph.shapes import Violation, violations
from ontology.terms import RDF, SHAPES, ZONE

ROUNDS = 4
"""Leaving something out can break another shape (a post without its holder); so the check is run again, so many times."""


def without_violations(quads: Sequence[Quad]) -> tuple[list[Quad], tuple[Violation, ...]]:
    """The quads that conform, and what was left out for which violation. Claims about what goes, go too."""
    kept = list(quads)
    all_found: list[Violation] = []
    for _ in range(ROUNDS):
        found = violations(kept)
        if not found:
            break
        all_found.extend(found)
        kept = _without(kept, found)
    else:
        # What still breaks a shape goes as a whole node, so that nothing that breaks one is ever kept.
        while found := violations(kept):
            all_found.extend(found)
            fewer = _rest(kept, {violation.focus for violation in found})
            if len(fewer) == len(kept):
                break
            kept = fewer
    return kept, tuple(dict.fromkeys(all_found))


def mend(articles: Sequence[tuple[Sequence[Quad], Sequence[Quad]]]) -> tuple[list[Quad], tuple[Violation, ...]]:
    """The quads of articles without what breaks a shape, as `without_violations`, but in a fraction of its time.

    What is wrong with a node concerns only those articles that speak of it, so only these are looked at again, now with their
    claims; and those that speak of what breaks a shape because something else went.

    Args:
        articles: Of each article the quads that are to be checked, and those of claims that are known to conform
            (`kg_build.graph.claims.conform`).
    """
    foci = _foci(violations(quad for graph, _ in articles for quad in graph))
    while True:
        right: list[Quad] = []
        odd: list[Quad] = []
        for graph, claims in articles:
            (odd if _speaks(graph, foci) else right).extend((*graph, *claims))
        kept, found = without_violations(odd) if odd else ([], ())
        if _foci(found) <= foci:
            return [*right, *kept], found
        foci |= _foci(found)


def _foci(found: Iterable[Violation]) -> set[str]:
    return {violation.focus for violation in found}


def _speaks(graph: Iterable[Quad], nodes: Collection[str]) -> bool:
    return bool(nodes) and any(_plain(quad.subject) in nodes or _plain(quad.object) in nodes for quad in graph)


def _without(quads: list[Quad], found: Iterable[Violation]) -> list[Quad]:
    nodes: set[str] = set()
    triples: set[tuple[str, str, str | None]] = set()
    for violation in found:
        subject_of = _subject_of(violation.shape)
        if violation.path and violation.value is not None:
            triples.add((violation.focus, violation.path, violation.value))
        elif subject_of:
            triples.add((violation.focus, subject_of, None))
        elif violation.path and _is_of_many(violation):
            triples.add((violation.focus, violation.path, None))
        else:
            nodes.add(violation.focus)
    return _rest(quads, nodes, triples)


def _rest(quads: list[Quad], nodes: set[str], triples: Collection[tuple[str, str, str | None]] = frozenset()) -> list[Quad]:
    gone = [q for q in quads if _breaks(q, nodes, triples)]
    told = {(str(q.subject), str(q.predicate), str(q.object)) for q in gone}
    claims = _claims_about(quads, told, nodes)
    out = set(gone)
    return [q for q in quads if q not in out and str(q.subject) not in claims and str(q.object) not in claims]


def _is_of_many(violation: Violation) -> bool:
    """Whether there are too many values (the property goes) and not too few (the node goes)."""
    return "at most one" in violation.message


def _breaks(quad: Quad, nodes: set[str], triples: Collection[tuple[str, str, str | None]]) -> bool:
    subject, predicate, value = _plain(quad.subject), _plain(quad.predicate), _plain(quad.object)
    return subject in nodes or value in nodes or (subject, predicate, value) in triples or (subject, predicate, None) in triples


def _plain(term: object) -> str:
    return str(getattr(term, "value", term))


def _claims_about(quads: list[Quad], told: set[tuple[str, str, str]], nodes: set[str]) -> set[str]:
    parts: dict[str, dict[str, str]] = {}
    selectors: dict[str, list[str]] = {}
    for quad in quads:
        predicate = _plain(quad.predicate)
        if predicate in (RDF.subject, RDF.predicate, RDF.object):
            parts.setdefault(str(quad.subject), {})[predicate] = str(quad.object)
        elif predicate.endswith("#hasSelector"):
            selectors.setdefault(str(quad.subject), []).append(str(quad.object))
    found: set[str] = set()
    for claim, part in parts.items():
        triple = tuple(part.get(p, "") for p in (RDF.subject, RDF.predicate, RDF.object))
        if triple in told or any(t.strip("<>") in nodes for t in triple):
            found.update((claim, *selectors.get(claim, ())))
    return found


@cache
def _subjects() -> frozenset[str]:
    return frozenset(f"{SHAPES}{name}Subject" for name in ZONE)


def _subject_of(shape: str) -> str | None:
    """The property whose subjects a shape is about: ``shapes#locatedInSubject`` → zone:locatedIn."""
    if shape in _subjects():
        return ZONE[shape.removeprefix(SHAPES).removesuffix("Subject")]
    return None
