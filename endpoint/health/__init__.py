"""Whether the server lives and can answer."""

from endpoint.health.views import blueprint

__all__ = ["blueprint"]
