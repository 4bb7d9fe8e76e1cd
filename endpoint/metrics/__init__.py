"""Metrics for Prometheus."""

from endpoint.metrics.views import blueprint

__all__ = ["blueprint"]
