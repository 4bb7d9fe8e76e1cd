"""Entities and statements → quads: the articles' graphs, claims with their evidence, places, provenance, the check."""
