"""Statements between mentions → statements between entities, each once, the weaker giving way to the stronger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kg_build.model import SYMMETRIC, Entity, Observation, ResolvedObservation, ResolvedStatement, Statement, Strength
from kg_build.resolution.article import LocalResolution
from kg_build.resolution.corpus import ClusterId
from kg_build.resolution.names import iri_name, normal

STATUS_ORDER = ("planned", "signed", "stalled", "underConstruction", "completed")
"""A project's life; of several states told in one article the latest one stands."""
ONE_OBJECT = ("status", "totalInvestment")


@dataclass(frozen=True, slots=True)
class _Found:
    subject: Entity
    object: Entity | str
    statement: Statement


def resolve_statements(index: int, local: LocalResolution, entities: Mapping[ClusterId, Entity]) -> tuple[ResolvedStatement, ...]:
    """All statements of an article between entities, sorted by subject, property and object."""
    found: list[_Found] = []
    for statement in local.extraction.statements:
        subject = _entity(index, local, entities, statement.subject)
        if subject is None:
            continue
        value: Entity | str
        if isinstance(statement.object, int):
            target = _entity(index, local, entities, statement.object)
            if target is None or target.iri == subject.iri:
                continue
            value = target
        else:
            value = str(statement.object)
        found.append(_ordered(_Found(subject, value, statement)))
    kept = _latest(_stated_first(_without_repeats_of_lead(found)))
    merged: dict[tuple[str, str, str, str], list[_Found]] = defaultdict(list)
    for item in kept:
        merged[item.subject.iri, item.statement.predicate, _value(item), item.statement.title or ""].append(item)
    return tuple(_merge(group) for _, group in sorted(merged.items()))


def _entity(index: int, local: LocalResolution, entities: Mapping[ClusterId, Entity], mention: int) -> Entity | None:
    cluster = local.cluster_of.get(mention)
    return None if cluster is None else entities[index, cluster]


def _value(item: _Found) -> str:
    return item.object if isinstance(item.object, str) else item.object.iri


def _ordered(item: _Found) -> _Found:
    """A symmetric property is written once: from the smaller IRI to the larger."""
    if item.statement.predicate in SYMMETRIC and isinstance(item.object, Entity) and item.object.iri < item.subject.iri:
        return _Found(item.object, item.subject, item.statement)
    return item


def _without_repeats_of_lead(found: list[_Found]) -> list[_Found]:
    lead = {(f.subject.iri, _value(f)) for f in found if f.statement.predicate == "leadIndustry"}
    return [f for f in found if f.statement.predicate != "developsIndustry" or (f.subject.iri, _value(f)) not in lead]


def _stated_first(found: list[_Found]) -> list[_Found]:
    stated = {(f.subject.iri, f.statement.predicate) for f in found if f.statement.strength is Strength.STATED}
    return [f for f in found if f.statement.strength is Strength.STATED or (f.subject.iri, f.statement.predicate) not in stated]


def _latest(found: list[_Found]) -> list[_Found]:
    """One state a project: the farthest of its life; one sum: the one stated with the most confidence, then first."""
    best: dict[tuple[str, str], _Found] = {}
    for item in found:
        key = (item.subject.iri, item.statement.predicate)
        if item.statement.predicate not in ONE_OBJECT:
            continue
        other = best.get(key)
        if other is None or _rank(item) > _rank(other):
            best[key] = item
    return [
        f
        for f in found
        if f.statement.predicate not in ONE_OBJECT or _value(f) == _value(best[f.subject.iri, f.statement.predicate])
    ]


def _rank(item: _Found) -> tuple[float, float, int]:
    if item.statement.predicate == "status":
        value = str(item.object)
        order = STATUS_ORDER.index(value) if value in STATUS_ORDER else -1
        return order, item.statement.confidence, -item.statement.evidence.start
    return item.statement.confidence, 0.0, -item.statement.evidence.start


def _merge(group: list[_Found]) -> ResolvedStatement:
    """One statement from all the places that make it; the confidence is that of the surest."""
    best = max(group, key=lambda f: (f.statement.confidence, -f.statement.evidence.start, f.statement.rule))
    return ResolvedStatement(
        subject=best.subject.iri,
        predicate=best.statement.predicate,
        object=_value(best),
        is_link=not isinstance(best.object, str),
        evidence=tuple(sorted({f.statement.evidence for f in group})),
        rule=best.statement.rule,
        confidence=best.statement.confidence,
        title=best.statement.title,
        former=all(f.statement.former for f in group),
        currency=best.statement.currency,
        signs=best.statement.signs,
    )


def resolve_observations(
    index: int, local: LocalResolution, entities: Mapping[ClusterId, Entity], base_iri: str
) -> tuple[ResolvedObservation, ...]:
    """The article's figures by entity; the same figure told twice is one (its first place stands), sorted by IRI."""
    found: dict[str, ResolvedObservation] = {}
    for figure in local.extraction.observations:
        entity = _entity(index, local, entities, figure.of)
        if entity is None or (figure.value is None and figure.growth is None and figure.rank is None):
            continue
        iri = observation_iri(base_iri, entity, figure)
        other = found.get(iri)
        if other is None:
            found[iri] = ResolvedObservation(iri, entity.iri, figure.indicator, figure)
        elif other.figure.growth is None and figure.growth is not None:
            found[iri] = replace(other, figure=figure)
    return tuple(found[iri] for iri in sorted(found))


def observation_iri(base_iri: str, entity: Entity, figure: Observation) -> str:
    """A stable IRI from entity, indicator, period and value (a target's says so)."""
    period = "/".join(d.isoformat() for d in (figure.period_start, figure.period_end) if d) or "undated"
    if figure.period_start and not figure.period_end:
        period = "since-" + period
    level = f"{_plain(figure.value)}{figure.unit or ''}" if figure.value is not None else f"growth-{_plain(figure.growth)}"
    parts = [
        entity.iri.removeprefix(base_iri),
        iri_name(normal(figure.indicator)),
        period.replace("/", "_"),
        iri_name(level + ("-target" if figure.is_target else "")),
    ]
    return f"{base_iri}observation/{'/'.join(parts)}"


def _plain(value: object) -> str:
    text = f"{value:f}" if value is not None else ""
    return text.rstrip("0").rstrip(".") if "." in text else text
