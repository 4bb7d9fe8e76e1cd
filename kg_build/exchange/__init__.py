"""The whole graph as a file: Turtle, TriG, N-Quads, N-Triples, JSON-LD, RDF/XML."""

from kg_build.exchange.export import export, serialise, write_quads, write_triples
from kg_build.exchange.filters import TEXT_PREDICATES
from kg_build.exchange.formats import FORMATS, PREFIXES, Format

__all__ = ["FORMATS", "PREFIXES", "TEXT_PREDICATES", "Format", "export", "serialise", "write_quads", "write_triples"]
