"""The ontology's files over HTTP."""

from endpoint.ontology.views import blueprint

__all__ = ["blueprint"]
