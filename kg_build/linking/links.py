"""Decisions → links: property, confidence and justification of each."""

from __future__ import annotations

from collections.abc import Iterator

from kg_build.linking.gazetteers.base import Source
from kg_build.linking.judgements import Judgement, Judgements
from kg_build.linking.model import Decision, Link, Scored, Status

SUCCESSOR = 0.9
"""How sure it is that a division's successor is near to it, times the confidence of the link."""


def links_of(decision: Decision, source: Source, judgements: Judgements) -> Iterator[Link]:
    """The links that a decision makes: to the record, to what came after it, and what a person said it isn't."""
    if decision.status is Status.LINKED:
        best, *others = decision.ranked
        for scored in (best, *(s for s in others if source.shared and s.candidate.predicate)):
            yield _link(decision, scored, source, judgements)
        for successor, name in best.candidate.successors:
            yield _after(decision, best, successor, name, source)


def _link(decision: Decision, scored: Scored, source: Source, judgements: Judgements) -> Link:
    thing, candidate = decision.thing, scored.candidate
    row = judgements.row(thing.iri, candidate.iri) if decision.judged else None
    predicate = "owl:sameAs" if decision.certain and not candidate.predicate else candidate.predicate or source.predicate
    return Link(
        subject=thing.iri,
        predicate=predicate,
        object=candidate.iri,
        confidence=decision.confidence,
        justification=_justification(decision, scored),
        gazetteer=source.name,
        subject_label=thing.name,
        subject_type=thing.type,
        object_label=candidate.names[0],
        match=scored.matched,
        why=why(scored),
        reviewer=row.who if row else "",
        reviewed=row.when.isoformat() if row else "",
    )


def _justification(decision: Decision, scored: Scored) -> str:
    if decision.judged:
        return "semapv:ManualMappingCuration"
    only_name = all(name.startswith(("name", "firm", "other name", "type")) for name, _ in scored.parts)
    return "semapv:LexicalMatching" if only_name else "semapv:CompositeMatching"


def _after(decision: Decision, best: Scored, successor: str, name: str, source: Source) -> Link:
    thing = decision.thing
    return Link(
        subject=thing.iri,
        predicate="skos:closeMatch",
        object=successor,
        confidence=round(decision.confidence * SUCCESSOR, 3),
        justification="semapv:BackgroundKnowledgeBasedMatching",
        gazetteer=source.name,
        subject_label=thing.name,
        subject_type=thing.type,
        object_label=name,
        match=best.matched,
        why=f"came after {best.candidate.names[0]} {best.candidate.code}",
    )


def denials(decision: Decision, judgements: Judgements) -> Iterator[tuple[str, str]]:
    """Pairs that a person said are not the same."""
    for record, judgement in sorted(judgements.of(decision.thing.iri).items()):
        if judgement is Judgement.NEGATIVE:
            yield decision.thing.iri, record


def why(scored: Scored) -> str:
    """The points in words: ``name full 4, inside same 4``."""
    return ", ".join(f"{name} {points:g}" for name, points in scored.parts)
