"""The one table of formats that graphs are written in."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name on the command line, its suffix in addresses, its media type, and whether it keeps graphs."""

    name: str
    suffix: str
    media_type: str
    rdf_format: ox.RdfFormat
    keeps_graphs: bool


FORMATS: dict[str, Format] = {
    f.name: f
    for f in (
        Format("turtle", "ttl", "text/turtle", ox.RdfFormat.TURTLE, keeps_graphs=False),
        Format("trig", "trig", "application/trig", ox.RdfFormat.TRIG, keeps_graphs=True),
        Format("nquads", "nq", "application/n-quads", ox.RdfFormat.N_QUADS, keeps_graphs=True),
        Format("ntriples", "nt", "application/n-triples", ox.RdfFormat.N_TRIPLES, keeps_graphs=False),
        Format("jsonld", "jsonld", "application/ld+json", ox.RdfFormat.JSON_LD, keeps_graphs=True),
        Format("rdfxml", "rdf", "application/rdf+xml", ox.RdfFormat.RDF_XML, keeps_graphs=False),
    )
}

PREFIXES: dict[str, str] = {
    "zone": "https://w3id.org/zonekg/ontology#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": "http://rdfs.org/ns/void#",
    "wgs84": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Prefixes of everything that is written for people to read; things themselves keep their full IRIs."""
