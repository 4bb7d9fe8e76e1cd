"""The graph, or a part of it, as a file: Turtle, TriG, N-Quads, N-Triples, JSON-LD, RDF/XML."""

from kg_build.exchange.export import export, serialise, write_quads, write_triples
from kg_build.exchange.filters import ALL, TEXT_PREDICATES, Selection
from kg_build.exchange.formats import FORMATS, Format

__all__ = [
    "ALL", "FORMATS", "TEXT_PREDICATES", "Format", "Selection", "export", "serialise", "write_quads", "write_triples",
]  # fmt: skip
