"""Linking a store: things → gazetteers → decisions → links' graph, places' graph and SSSOM. All or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from kg_build.exchange.description import redescribe
from kg_build.graph.places import place_quads
from kg_build.graph.quads import Graphs
from kg_build.linking.deciding import decide
from kg_build.linking.gazetteers.base import Gazetteer, Progress, Source, quiet
from kg_build.linking.graph import link_quads, rewrite_places
from kg_build.linking.judgements import Judgement, Judgements
from kg_build.linking.links import denials, links_of
from kg_build.linking.model import Decision, Link, Status, Thing
from kg_build.linking.rules import Rules
from kg_build.linking.sssom import Denial
from kg_build.linking.things import chain_things, read_things
from kg_build.settings import Settings
from kg_build.store import open_for_build, open_for_reading
from ontology.terms import RDF, ZONE

BY_HAND = Source(name="judgements", title="judgements by hand", iri="https://w3id.org/semapv/vocab/ManualMappingCuration")
"""The source of links to records that no gazetteer was asked for."""


@dataclass(slots=True)
class LinkReport:
    """What linking found."""

    things: int = 0
    links: list[Link] = field(default_factory=list)
    review: list[Decision] = field(default_factory=list)
    denials: list[Denial] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    counts: dict[str, Counter[Status]] = field(default_factory=dict)
    """Gazetteer → how many things were linked, are for review, have no record."""
    unknown: int = 0
    """Judgements about things that the store doesn't have."""
    changed: bool = False
    """Whether the store is another now."""


@dataclass(frozen=True, slots=True)
class Plan:
    """With what and by which rules a store is linked."""

    gazetteers: Sequence[Gazetteer]
    """In this order: what divisions are found helps GeoNames."""
    rules: Rules
    judgements: Judgements
    base_iri: str


class _UnchangedError(Exception):
    """Nothing to write: the build is given up."""


def link(settings: Settings, plan: Plan, *, dry_run: bool = False, progress: Progress = quiet) -> LinkReport:
    """Link what the store holds and write the links' and the places' graph, or with ``dry_run`` only tell.

    The network is asked before the store is locked; should the store change meanwhile, it is asked again (from the cache).

    Raises:
        GazetteerError: A gazetteer can't be reached; the store is as it was.
        StoreError: The store is in use, damaged or can't be written; it is as it was.
    """
    with open_for_reading(settings.store) as reader:
        things = read_things(reader.database, plan.base_iri)
    report = find_links(things, plan, progress)
    if dry_run:
        return report
    try:
        with open_for_build(settings.store) as build:
            now = read_things(build.database, plan.base_iri)
            if now != things:
                report = find_links(now, plan, progress)
            if not _write(build.database, now, report, plan.base_iri):
                raise _UnchangedError
            redescribe(build.database, plan.base_iri, settings.licence)
            report.changed = True
    except _UnchangedError:
        pass
    return report


def find_links(things: Sequence[Thing], plan: Plan, progress: Progress = quiet) -> LinkReport:
    """Decide about every thing in every gazetteer; nothing is written."""
    report = LinkReport(things=len(things), sources={BY_HAND.name: BY_HAND})
    codes: dict[str, str] = {thing.iri: thing.code for thing in things if thing.code}
    above = chain_things(_codes_above(things, plan.base_iri), plan.base_iri)
    decisions: list[Decision] = []
    for gazetteer in plan.gazetteers:
        known = {thing.iri for thing in things}
        asked = [replace(t, code=codes.get(t.iri)) for t in (*things, *(a for a in above if a.iri not in known))]
        found = _decide(gazetteer, [t for t in asked if t.type in gazetteer.types], plan, progress)
        decisions.extend(found)
        if gazetteer.source.name == "divisions":
            codes |= {d.thing.iri: d.ranked[0].candidate.code for d in found if d.status is Status.LINKED}
        if gazetteer.source.name in ("divisions", "zones"):
            inside = {code for d in found if d.status is Status.LINKED for code in d.ranked[0].candidate.inside}
            above = chain_things(inside | {thing.code for thing in above if thing.code}, plan.base_iri)
            codes |= {thing.iri: thing.code for thing in above if thing.code}
        report.sources[gazetteer.source.name] = gazetteer.source
        report.counts[gazetteer.source.name] = Counter(d.status for d in found)
    _collect(report, decisions, things, plan)
    return report


def _decide(gazetteer: Gazetteer, things: list[Thing], plan: Plan, progress: Progress) -> list[Decision]:
    candidates = gazetteer.candidates(things, progress)
    return [
        decide(thing, found, gazetteer.source, plan.rules, plan.judgements)
        for thing, found in zip(things, candidates, strict=True)
    ]


def _codes_above(things: Sequence[Thing], base_iri: str) -> set[str]:
    """Codes of the places that the places' graph has without any link."""
    by_type = {kind: [(t.iri, t.name) for t in things if t.type == kind] for kind in ("Place", "Zone")}
    quads = place_quads(by_type["Place"], by_type["Zone"], base_iri)
    nodes = {q.subject for q in quads if q.predicate.value == RDF.type and q.object == ox.NamedNode(ZONE.Place)}
    return {
        q.object.value
        for q in quads
        if q.predicate.value == ZONE.divisionCode and q.subject in nodes and isinstance(q.object, ox.Literal)
    }


def _collect(report: LinkReport, decisions: list[Decision], things: Sequence[Thing], plan: Plan) -> None:
    """Links, review and denials of all decisions, in an order that is always the same."""
    links = {
        (one.subject, one.object, one.predicate): one
        for decision in decisions
        for one in links_of(decision, report.sources[decision.gazetteer], plan.judgements)
    }
    by_iri = {thing.iri: thing for thing in (*things, *(d.thing for d in decisions))}
    linked = {(subject, object_) for subject, object_, _ in links}
    for row in plan.judgements.rows():
        thing = by_iri.get(row.subject)
        if thing is None:
            report.unknown += 1
        elif row.judgement is Judgement.POSITIVE and (row.subject, row.object) not in linked:
            links[row.subject, row.object, "skos:exactMatch"] = Link(
                subject=row.subject,
                predicate="skos:exactMatch",
                object=row.object,
                confidence=1.0,
                justification="semapv:ManualMappingCuration",
                gazetteer=BY_HAND.name,
                subject_label=thing.name,
                subject_type=thing.type,
                object_label="",
                why=row.note,
                reviewer=row.who,
                reviewed=row.when.isoformat(),
            )
    report.links = [links[k] for k in sorted(links)]
    report.review = sorted(
        (d for d in decisions if d.status is Status.REVIEW), key=lambda d: (d.gazetteer, d.thing.type, d.thing.iri)
    )
    pairs = sorted({pair for d in decisions for pair in denials(d, plan.judgements)})
    report.denials = [_denial(subject, record, by_iri[subject], plan.judgements) for subject, record in pairs]


def _denial(subject: str, record: str, thing: Thing, judgements: Judgements) -> Denial:
    row = judgements.row(subject, record)
    assert row is not None  # noqa: S101 - the pair comes from the judgements
    return Denial(subject, record, row.who, row.when.isoformat(), thing.name, thing.type)


def _write(database: ox.Store, things: Sequence[Thing], report: LinkReport, base_iri: str) -> bool:
    """Put both graphs in; whether anything is another than before."""
    graphs = Graphs(base_iri)
    names = [ox.NamedNode(graphs[name]) for name in ("links", "places")]
    before = [set(database.quads_for_pattern(None, None, None, name)) for name in names]
    database.remove_graph(names[0])
    database.extend(link_quads(report.links, ((d.subject, d.object) for d in report.denials), base_iri))
    by_type = {kind: [(t.iri, t.name) for t in things if t.type == kind] for kind in ("Place", "Zone")}
    places = rewrite_places(database, by_type["Place"], by_type["Zone"], base_iri)
    database.remove_graph(names[1])
    database.extend(places)
    return before != [set(database.quads_for_pattern(None, None, None, name)) for name in names]
