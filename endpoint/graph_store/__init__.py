"""Graphs by their names (SPARQL 1.1 Graph Store HTTP Protocol)."""

from endpoint.graph_store.views import blueprint

__all__ = ["blueprint"]
