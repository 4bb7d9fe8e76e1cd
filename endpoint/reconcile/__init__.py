"""Reconciliation: the names in other people's tables matched to the things of the graph (W3C Reconciliation Service API v0.2)."""

from endpoint.reconcile.views import blueprint

__all__ = ["blueprint"]
