"""What is left for people: the things that may be several records, shown with why, and their answers as judgements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kg_build.linking.divisions import index
from kg_build.linking.judgements import Judgement, Judgements, Row
from kg_build.linking.links import why
from kg_build.linking.model import Candidate, Decision

SHOWN = 5
"""Candidates that are shown of each."""
CONTEXT = 8
"""Names beside it that are shown."""


def lines(decision: Decision) -> Iterator[str]:
    """A thing for review as lines of text: what is known of it, then its candidates by number."""
    thing = decision.thing
    yield f"{thing.type} {' / '.join(thing.names)}  ({decision.gazetteer})"
    yield f"  {thing.iri}"
    if thing.inside:
        yield f"  in: {', '.join(thing.inside)}"
    if thing.beside:
        yield f"  with: {', '.join(thing.beside[:CONTEXT])}{' …' if len(thing.beside) > CONTEXT else ''}"
    for number, scored in enumerate(decision.ranked[:SHOWN], start=1):
        yield f"  {number}) {describe(scored.candidate)}  {scored.points:g} points: {why(scored)}"
        yield f"     {scored.candidate.iri}"


def describe(candidate: Candidate) -> str:
    """A record in one line: 江苏省/南京市/鼓楼区 320106; until 2015."""
    known = index()
    path = known.path(candidate.inside[0]) if candidate.inside and candidate.inside[0] in known.by_code else ""
    if candidate.level:
        text = f"{path} {candidate.code}"
    else:
        where = f" in {path or candidate.place}" if path or candidate.place else ""
        text = f"{candidate.names[0]} {candidate.code}".strip() + where
    return f"{text}; until {candidate.until}" if candidate.until else text


def judge(decision: Decision, answer: str, who: str, when: date, judgements: Judgements) -> bool:
    """Take an answer: a candidate's number, ``n`` for none of them, ``u`` for can't tell. False for anything else."""
    shown = [scored.candidate for scored in decision.ranked[:SHOWN]]
    said: dict[str, Judgement] = {}
    if answer.isdecimal() and 1 <= int(answer) <= len(shown):
        said = {shown[int(answer) - 1].iri: Judgement.POSITIVE}
    elif answer == "n":
        said = {candidate.iri: Judgement.NEGATIVE for candidate in shown}
    elif answer == "u":
        said = {candidate.iri: Judgement.UNSURE for candidate in shown}
    for record, judgement in said.items():
        judgements.add(Row(decision.thing.iri, record, judgement, who, when, decision.thing.name))
    return bool(said)
