"""Gazetteers behind one interface, a module each: divisions, zones, GeoNames, industries, tables, SKOS, services, endpoints."""

from kg_build.linking.gazetteers.base import Gazetteer, Source

__all__ = ["Gazetteer", "Source"]
