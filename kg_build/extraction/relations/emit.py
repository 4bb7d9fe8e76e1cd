"""From a match to statements: ends, distribution over lists, evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kg_build.extraction.relations.rules import Rule
from kg_build.extraction.relations.view import View
from kg_build.extraction.relations.whereabouts import Whereabouts
from kg_build.extraction.trace import Trace
from kg_build.model import Mention, Span, Statement
from kg_build.quantities import Amount
from ontology.ends import ENDS

Implicit = Callable[[int], int]
"""Position → id of the implicit mention of the zone whose story the position is in."""


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule that fired: what it matched and what it says."""

    rule: str
    tokens: tuple[str, ...]
    """The matched tokens of the merged text, or the names that a rule over names compared."""
    statement: Statement


@dataclass(frozen=True, slots=True)
class Context:
    """What every engine gets."""

    view: View
    implicit: Implicit
    whereabouts: Whereabouts
    trace: Trace | None = None
    """Takes the rules that nearly fired, if anybody wants to know."""


End = Mention | int | str | Amount
"""A mention, an implicit mention's id, a status, or a sum."""


def statements(
    rule: Rule, subjects: Iterable[End], objects: Sequence[End], evidence: Span, tokens: Sequence[str], property_: str = ""
) -> Iterator[Firing]:
    """Every subject with every object; a thing never stands in a relation to itself or to a part of its own mention.

    ``property_`` is the rule's own unless given.
    """
    for subject in subjects:
        for object_ in objects:
            if _same(subject, object_):
                continue
            value, currency = _value(object_)
            yield Firing(
                rule.id,
                tuple(tokens),
                Statement(
                    subject=_id(subject),
                    predicate=property_ or rule.property,
                    object=value,
                    evidence=evidence,
                    rule=rule.id,
                    confidence=rule.confidence,
                    strength=rule.strength,
                    currency=currency,
                ),
            )


def fits(statement: Statement, mentions: Sequence[Mention]) -> bool:
    """Whether the ontology has the property between things of these types.

    Rules may take others: one over founders takes parks as well, so that none behind a park is taken in its place, but a park
    founds nothing.
    """
    ends = zip((statement.subject, statement.object), ENDS.get(statement.predicate, ()), strict=False)
    return all(mentions[end].type in types for end, types in ends if isinstance(end, int))


def _same(subject: End, object_: End) -> bool:
    if isinstance(subject, Mention) and isinstance(object_, Mention):
        return subject.id == object_.id or (subject.name == object_.name and subject.type == object_.type)
    return type(subject) is type(object_) and subject == object_


def _id(end: End) -> int:
    if isinstance(end, Mention):
        return end.id
    if isinstance(end, int):
        return end
    raise TypeError(f"no subject: {end!r}")


def _value(end: End) -> tuple[int | str | Decimal, str | None]:
    if isinstance(end, Mention):
        return end.id, None
    if isinstance(end, Amount):
        return end.value, None if end.currency == "CNY" else end.currency
    return end, None
