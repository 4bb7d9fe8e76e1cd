"""The whole graph for download."""

from endpoint.dumps.views import blueprint

__all__ = ["blueprint"]
