"""Pages for people, and what crawlers look for."""

from endpoint.pages.views import blueprint

__all__ = ["blueprint"]
