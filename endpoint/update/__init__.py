"""SPARQL 1.1 Protocol: updates."""

from endpoint.update.views import blueprint

__all__ = ["blueprint"]
