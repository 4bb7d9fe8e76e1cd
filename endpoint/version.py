"""Which version runs."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def software_version() -> str:
    """The installed version; ``unknown`` in a checkout that was never installed."""
    try:
        return version("zonekg")
    except PackageNotFoundError:
        return "unknown"
