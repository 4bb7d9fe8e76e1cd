"""Figures about zones, parks, enterprises and places, as observations."""

from kg_build.extraction.observations.engine import find_observations

__all__ = ["find_observations"]
