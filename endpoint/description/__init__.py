"""The data set's description of itself, VoID and DCAT."""

from endpoint.description.views import blueprint

__all__ = ["blueprint"]
