"""Linked data: what the graph says of one thing, under the thing's own address."""

from endpoint.linked_data.views import blueprint

__all__ = ["blueprint"]
