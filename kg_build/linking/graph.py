"""Links as quads, and what follows from them in the places' graph: codes, chains of places, coordinates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import unquote

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode, Quad

from kg_build.gazetteers import Place, place
from kg_build.graph.places import chain_quads, place_iri, place_quads
from kg_build.graph.quads import Graphs, Sink, zh
from kg_build.linking.divisions import index
from kg_build.linking.gazetteers.divisions import catalogue
from kg_build.linking.gazetteers.geonames import NAMESPACE, point
from kg_build.linking.gazetteers.industries import class_by_code
from kg_build.linking.gazetteers.zones import zone_by_id
from kg_build.linking.model import Link
from ontology.terms import DCTERMS, GBT, GEO, OWL, PROV, RDF, RDFS, SF, SKOS, WGS, XSD, ZONE

_PROPERTIES = {
    "skos:exactMatch": SKOS.exactMatch,
    "skos:closeMatch": SKOS.closeMatch,
    "skos:broadMatch": SKOS.broadMatch,
    "skos:relatedMatch": SKOS.relatedMatch,
    "owl:sameAs": OWL.sameAs,
}
_DECIMAL = NamedNode(XSD.decimal)
_WKT = NamedNode(GEO.wktLiteral)


def link_quads(links: Iterable[Link], denied: Iterable[tuple[str, str]], base_iri: str) -> list[Quad]:
    """The links' graph: the links, what a person said is not the same, and the records of the lists that ship."""
    sink = Sink(Graphs(base_iri)["links"])
    for link in links:
        sink.add(link.subject, _PROPERTIES[link.predicate], link.object)
        _record(sink, link.object, base_iri)
    for subject, record in denied:
        sink.add(subject, OWL.differentFrom, record)
    return list(dict.fromkeys(sink.quads))


def _record(sink: Sink, iri: str, base_iri: str) -> None:
    """A record of the lists that ship as a concept with its code; nothing for records of others.

    Sections and divisions of industries stand in the ontology, their groups only where something is linked to them.
    """
    scheme, _, local = iri.rpartition("/")
    if iri.startswith(GBT) and (group := class_by_code().get(iri.removeprefix(GBT))) is not None:
        if group.level == "group":
            _concept(sink, iri, ZONE.gbt4754, (group.name,), group.code)
            sink.add(iri, SKOS.broader, f"{GBT}{group.parent}")
        return
    if scheme == catalogue(base_iri, "gbt2260") and (row := index().by_code.get(local)) is not None:
        names, code, above = (row.name, *row.old), local, row.parent
    elif scheme == catalogue(base_iri, "zones") and (zone := zone_by_id().get(local)) is not None:
        names, code, above = (zone.name,), zone.code or "", ""
    else:
        return
    _concept(sink, iri, scheme, names, code)
    if above:
        sink.add(iri, SKOS.broader, f"{scheme}/{above}")
        _record(sink, f"{scheme}/{above}", base_iri)


def _concept(sink: Sink, iri: str, scheme: str, names: tuple[str, ...], code: str) -> None:
    sink.add(iri, RDF.type, SKOS.Concept)
    sink.add(iri, SKOS.inScheme, scheme)
    sink.add(iri, SKOS.prefLabel, zh(names[0]))
    sink.add(iri, RDFS.label, zh(names[0]))
    for name in names[1:]:
        sink.add(iri, SKOS.altLabel, zh(name))
    if code:
        sink.add(iri, SKOS.notation, Literal(code))


def rewrite_places(
    database: ox.Store, places: Iterable[tuple[str, str]], zones: Iterable[tuple[str, str]], base_iri: str
) -> list[Quad]:
    """The places' graph anew: what the gazetteer says of the places and zones that articles name, and what the links add.

    Args:
        database: The store, with its links' graph as it shall be.
        places: IRI and canonical name of the places that articles name.
        zones: The same of the zones.
        base_iri: What IRIs begin with.
    """
    places, zones = list(places), list(zones)
    graph = Graphs(base_iri)
    links = sorted(
        (q.subject.value, q.predicate.value, q.object.value)
        for q in database.quads_for_pattern(None, None, None, NamedNode(graph["links"]))
        if isinstance(q.subject, NamedNode) and isinstance(q.object, NamedNode)
    )
    listed = f"{catalogue(base_iri, 'zones')}/"
    of_lists = [(s, p) for s, p, o in links if o.startswith(listed)]
    denied = {s for s, p in of_lists if p == OWL.differentFrom} - {s for s, p in of_lists if p == SKOS.exactMatch}
    said = place_quads(places, [zone for zone in zones if zone[0] not in denied], base_iri)
    sink = Sink(graph["places"])
    sink.quads.extend(said)
    known = {iri for iri, _ in (*places, *zones)}
    for subject, predicate, record in links:
        if predicate == SKOS.exactMatch and subject in known:
            _placed(sink, subject, record, base_iri)
    _coordinates(sink, links, {iri for iri, _ in zones}, base_iri)
    return list(dict.fromkeys(sink.quads))


def _placed(sink: Sink, subject: str, record: str, base_iri: str) -> None:
    """Code and chain of a linked place or zone."""
    scheme, _, local = record.rpartition("/")
    if scheme == catalogue(base_iri, "gbt2260") and (row := index().by_code.get(local)) is not None:
        code, inside = local, row.parent
        today = place(local)
        if today is not None and today.valid_until is None and place_iri(today, base_iri) == subject:
            return  # the gazetteer's own node: its chain is there
    elif scheme == catalogue(base_iri, "zones") and (zone := zone_by_id().get(local)) is not None:
        code, inside = zone.code or "", zone.place
    else:
        return
    if code:
        sink.add(subject, ZONE.divisionCode, Literal(code))
    above = _today(inside)
    if above is not None:
        sink.add(subject, ZONE.within, place_iri(above, base_iri))
        sink.quads.extend(chain_quads(above, base_iri))


def _today(code: str) -> Place | None:
    """The division of a code that is there today, or the nearest one above it."""
    for here in index().chain(code):
        row = place(here)
        if row is not None and row.valid_until is None:
            return row
    return None


def _coordinates(sink: Sink, links: list[tuple[str, str, str]], zones: set[str], base_iri: str) -> None:
    """A point for every place with a GeoNames link, and for a zone that of the nearest place that it lies in and that has one.

    A place without a link gets none: the next city may be a hundred kilometres off.
    """
    seats = {s: o for s, p, o in links if p == SKOS.closeMatch and o.startswith(NAMESPACE)}
    within: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for quad in list(dict.fromkeys(sink.quads)):
        subject = quad.subject.value if isinstance(quad.subject, NamedNode) else ""
        if quad.predicate.value == ZONE.within and isinstance(quad.object, NamedNode):
            within.setdefault(subject, []).append(quad.object.value)
        elif quad.predicate.value == SKOS.prefLabel and isinstance(quad.object, Literal):
            names[subject] = quad.object.value
    for node in sorted({*within, *names}):
        near = _up(node, within) if node in zones else (node,)
        place_, record = next(((n, seats[n]) for n in near if n in seats), ("", ""))
        where = point(record) if record else None
        if where is not None:
            _point(sink, node, record, where, names.get(place_, unquote(place_.rsplit("/", 1)[-1])), base_iri)


def _up(node: str, within: dict[str, list[str]]) -> Iterator[str]:
    """The node and what it lies in, nearest first; it ends where that is told in two ways."""
    seen: set[str] = set()
    while node not in seen:
        yield node
        seen.add(node)
        above = within.get(node, [])
        if len(above) != 1:
            return
        node = above[0]


def _point(sink: Sink, node: str, record: str, where: tuple[str, str], name: str, base_iri: str) -> None:
    latitude, longitude = where
    geometry = f"{base_iri}geometry/geonames/{record.removeprefix(NAMESPACE).rstrip('/')}"
    sink.add(node, GEO.hasGeometry, geometry)
    sink.add(node, WGS.lat, Literal(latitude, datatype=_DECIMAL))
    sink.add(node, WGS.long, Literal(longitude, datatype=_DECIMAL))
    sink.add(geometry, RDF.type, GEO.Geometry)
    sink.add(geometry, RDF.type, SF.Point)
    sink.add(geometry, RDFS.label, zh(f"{name}驻地"))
    sink.add(geometry, GEO.asWKT, Literal(f"POINT({longitude} {latitude})", datatype=_WKT))
    sink.add(geometry, PROV.wasDerivedFrom, record)
    sink.add(geometry, DCTERMS.source, NAMESPACE)
