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
