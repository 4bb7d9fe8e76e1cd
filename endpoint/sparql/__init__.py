"""SPARQL 1.1 Protocol: queries."""

from endpoint.sparql.protocol import blueprint

__all__ = ["blueprint"]
