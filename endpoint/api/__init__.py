"""The description of all routes for programs: ``/openapi.json``."""

from endpoint.api.views import blueprint

__all__ = ["blueprint"]
