"""The whole graph for download."""

from endpoint.dumps.views import EXTENSION_DUMPS, blueprint

__all__ = ["EXTENSION_DUMPS", "blueprint"]
