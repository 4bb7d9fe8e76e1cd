"""From a query to its candidates: names that are like it, weighed by types and properties, and whether one is surely meant."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
from rapidfuzz.distance import OSA

from endpoint.reconcile.catalogue import NAMESAKES
from endpoint.reconcile.names import Likeness, compare, fold, table
from endpoint.reconcile.requests import Query, Reference, Value
from endpoint.reconcile.schema import schema
from endpoint.reconcile.values import Term, having, of, values
from ontology.terms import XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from endpoint.reconcile.catalogue import Catalogue
    from endpoint.reconcile.requests import Constraint
    from endpoint.reconcile.values import Values

CHOICE: Final = 30
"""Things that are compared with a query more closely."""
LEAST: Final = 25.0
"""Score below which a thing is no candidate."""
WRONG_TYPE: Final = 0.8
"""Factor for things of another type where the type is only a wish (``should``)."""
WRONG_VALUE: Final = 0.7
"""Factor for a property of which a thing has other values; with the better agreement it nears 1."""
NEAR: Final = 0.6
"""Likeness below which the name of a property's value doesn't agree at all."""
NO_VALUE: Final = 0.95
"""The same for one of which it has none."""
_SAME: Final = Likeness(1.0, 1.0, 1.0, 1.0)


@dataclass(slots=True)
class Candidate:
    """A thing that may be meant. The score is 0 to 100."""

    thing: int
    score: float
    likeness: Likeness | None = None
    has_type: bool | None = None
    agreements: dict[str, float] = field(default_factory=dict)
    """For each property asked for: how well the thing's values agree, 0 to 1; none where it has no values."""
    match: bool = False


def match(catalogue: Catalogue, queries: Mapping[str, Query]) -> dict[str, list[Candidate]]:
    """The candidates of each query, best first."""
    found = {key: _likely(catalogue, query) for key, query in queries.items()}
    asked = [constraint for query in queries.values() for constraint in query.constraints]
    if asked:
        properties = {one.id: one for constraint in asked if (one := schema().property(constraint.property)) is not None}
        wanted = {c.thing for key, query in queries.items() if query.constraints for c in found[key]}
        known = values(catalogue.reader, (catalogue.things[thing].iri for thing in wanted), list(properties.values()))
        for key, query in queries.items():
            for candidate in found[key]:
                _weigh(catalogue, candidate, query.constraints, known)
    return {key: _decided(catalogue, query, found[key]) for key, query in queries.items()}


def _likely(catalogue: Catalogue, query: Query) -> list[Candidate]:
    """The things that names and types speak for, or, without a name, the constraints."""
    mask = schema().masks(query.types) if query.types else None
    if not query.text:
        things = _having(catalogue, query)
        found = [Candidate(thing, 100.0) for thing in things]
    else:
        is_wish = query.strictness == "should"
        things = catalogue.like(query.text, CHOICE, mask)
        if is_wish and mask is not None:
            things = list(dict.fromkeys([*things, *catalogue.like(query.text, CHOICE // 5)]))
        found = [_compared(catalogue, thing, query.text) for thing in things]
        named = catalogue.thing(query.text)
        if named is not None:
            found = [one for one in found if one.thing != named] + [Candidate(named, 100.0, _SAME)]
    if mask is None:
        return found
    return [one for one in found if _fits(catalogue, one, query, mask)]


def _fits(catalogue: Catalogue, candidate: Candidate, query: Query, mask: int) -> bool:
    """Whether a thing's types let it pass; where they are only a wish, its score is lowered."""
    types = catalogue.things[candidate.thing].types
    candidate.has_type = bool(types & mask)
    if query.strictness == "all":
        kinds = [schema().type(name) for name in query.types]
        candidate.has_type = all(kind is not None and types & schema().mask(kind) for kind in kinds)
    if not candidate.has_type and query.strictness == "should":
        candidate.score *= WRONG_TYPE
        return True
    return candidate.has_type


def _compared(catalogue: Catalogue, thing: int, text: str) -> Candidate:
    likeness = likeness_of(catalogue, thing, text)
    return Candidate(thing, 100 * likeness.score, likeness)


def likeness_of(catalogue: Catalogue, thing: int, text: str) -> Likeness:
    """How like a text is to the name of a thing that is most like it."""
    asked = catalogue.places.parts(text)
    return max((compare(asked, catalogue.places.parts(name)) for name in catalogue.names(thing)), key=lambda one: one.score)


def _having(catalogue: Catalogue, query: Query) -> list[int]:
    """Things that have one of the first known property's values; the others weigh afterwards."""
    for constraint in query.constraints:
        one = schema().property(constraint.property)
        if one is not None:
            iris = having(catalogue.reader, one, _terms(catalogue, constraint.values), NAMESAKES)
            return [thing for iri in iris if (thing := catalogue.thing(iri)) is not None]
    return []


def _terms(catalogue: Catalogue, wanted: Iterable[Value]) -> set[Term]:
    """What a value may be in the store: a text in Chinese or in no language, a number, a date, a thing of that name."""
    found: set[Term] = set()
    for value in wanted:
        if isinstance(value, Reference):
            thing = catalogue.thing(value.id)
            found |= set() if thing is None else {ox.NamedNode(catalogue.things[thing].iri)}
            continue
        text = _written(value)
        found |= {ox.Literal(text), ox.Literal(text, language="zh"), ox.Literal(text, datatype=ox.NamedNode(XSD.date))}
        found |= {ox.Literal(text, datatype=ox.NamedNode(kind)) for kind in (XSD.decimal, XSD.integer, XSD.boolean)}
        likely = catalogue.like(text, 5)
        found |= {
            ox.NamedNode(catalogue.things[t].iri) for t in likely if 100 * likeness_of(catalogue, t, text).score >= table().least
        }
        found |= {ox.NamedNode(iri) for iri, names in schema().labels.items() if text in names.values()}
    return found


def _weigh(catalogue: Catalogue, candidate: Candidate, constraints: Sequence[Constraint], known: Values) -> None:
    """Lower a candidate's score by the properties that don't agree."""
    for constraint in constraints:
        one = schema().property(constraint.property)
        have = of(known, catalogue.things[candidate.thing].iri, one.id) if one is not None else []
        if one is None or not have:
            candidate.score *= NO_VALUE
            continue
        agreement = max(_agreement(catalogue, term, value) for term in have for value in constraint.values)
        candidate.agreements[one.id] = agreement
        candidate.score *= WRONG_VALUE + (1 - WRONG_VALUE) * agreement


def _agreement(catalogue: Catalogue, term: Term, value: Value) -> float:
    """How well a value in the store agrees with one asked for, 0 to 1."""
    if isinstance(term, ox.NamedNode):
        thing = catalogue.thing(term.value)
        if isinstance(value, Reference):
            return float(thing is not None and thing == catalogue.thing(value.id))
        text = _written(value)
        if thing is None:
            return float(text in {term.value, *schema().labels.get(term.value, {}).values()})
        if text in {term.value, catalogue.things[thing].id}:
            return 1.0
        alike = likeness_of(catalogue, thing, text).score
        return alike if alike >= NEAR else 0.0
    if isinstance(value, Reference):
        return float(term.value == value.id)
    numbers = _number(term.value), _number(value)
    if numbers[0] is not None and numbers[1] is not None and not isinstance(value, bool):
        return float(numbers[0] == numbers[1])
    text = _written(value)
    if term.datatype.value in {XSD.date, XSD.dateTime}:
        return float(bool(text) and term.value.startswith(text[:10]))
    return OSA.normalized_similarity(fold(term.value), fold(text))


def _number(value: object) -> float | None:
    try:
        return float(value)  # type: ignore[arg-type]
    except (OverflowError, TypeError, ValueError):
        return None


def _written(value: str | float | bool) -> str:
    """A value as it stands in a store: 5.0 as 5, true in small letters."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _decided(catalogue: Catalogue, query: Query, found: list[Candidate]) -> list[Candidate]:
    """The candidates in order, the first of them a match where it is good enough and far enough before the second."""
    for one in found:
        one.score = round(one.score, 1)
    found.sort(key=lambda one: (-one.score, catalogue.things[one.thing].name, catalogue.things[one.thing].id))
    ranked = [one for one in found if one.score >= LEAST]
    if ranked:
        best, next_best = ranked[0], ranked[1].score if len(ranked) > 1 else 0.0
        # The very same name needs no margin but to namesakes.
        margin = 0.1 if best.score == 100 else table().margin
        best.match = best.score >= table().least and best.score - next_best >= margin and best.has_type is not False
    return ranked[: query.limit]


def feature_list(candidate: Candidate) -> list[dict[str, object]]:
    """What the score was made from, as the specification's matching features."""
    found: list[dict[str, object]] = []
    if candidate.likeness is not None:
        likeness = candidate.likeness
        pairs = (("name", likeness.score), ("core", likeness.core), ("place", likeness.place), ("ending", likeness.ending))
        found += [{"id": name, "value": round(100 * value, 1)} for name, value in pairs]
    if candidate.has_type is not None:
        found.append({"id": "type", "value": candidate.has_type})
    found += [{"id": f"property:{name}", "value": round(100 * value, 1)} for name, value in candidate.agreements.items()]
    return found
