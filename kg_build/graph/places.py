"""The places' graph: what the gazetteers say of the places and zones that articles name (codes, what lies in what)."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Literal, Quad

from kg_build.gazetteers import Place
from kg_build.graph.quads import Graphs, Sink, zh
from kg_build.resolution.names import iri_name, zone_name
from kg_build.resolution.places import place_index, place_path
from kg_build.resolution.story import gazetteer_zone
from ontology.terms import RDF, RDFS, SKOS, ZONE


def place_quads(places: Iterable[tuple[str, str]], zones: Iterable[tuple[str, str]], base_iri: str) -> list[Quad]:
    """Everything about these places and zones.

    Args:
        places: IRI and canonical name of the places that articles name.
        zones: The same of the zones.
        base_iri: What IRIs begin with.
    """
    sink = Sink(Graphs(base_iri)["places"])
    index = place_index()
    by_iri = {place_iri(place, base_iri): place for place in index.by_code.values()}
    for node, _ in sorted(places):
        if (place := by_iri.get(node)) is not None:
            _chain(sink, place, base_iri)
    for node, name in sorted(zones):
        zone = gazetteer_zone(zone_name(name))
        if zone is None:
            continue
        if zone.code:
            sink.add(node, ZONE.divisionCode, Literal(zone.code))
        if (place := index.by_code.get(zone.place)) is not None:
            sink.add(node, ZONE.within, place_iri(place, base_iri))
            _chain(sink, place, base_iri)
    return list(dict.fromkeys(sink.quads))


def place_iri(place: Place, base_iri: str) -> str:
    """The IRI of a place of the gazetteer."""
    return f"{base_iri}place/" + "/".join(iri_name(segment) for segment in place_path(place))


def chain_quads(place: Place, base_iri: str) -> list[Quad]:
    """A place of the gazetteer and all that it lies in."""
    sink = Sink(Graphs(base_iri)["places"])
    _chain(sink, place, base_iri)
    return sink.quads


def _chain(sink: Sink, place: Place, base_iri: str) -> None:
    chain = place_index().chain(place)
    for here, above in zip(chain, (*chain[1:], None), strict=True):
        node = place_iri(here, base_iri)
        sink.add(node, RDF.type, ZONE.Place)
        sink.add(node, SKOS.prefLabel, zh(here.name))
        sink.add(node, RDFS.label, zh(here.name))
        if here.short != here.name:
            sink.add(node, SKOS.altLabel, zh(here.short))
        sink.add(node, ZONE.divisionCode, Literal(here.code))
        if above is not None:
            sink.add(node, ZONE.within, place_iri(above, base_iri))
