"""zonekg: Chinese newspaper stories about development zones → a knowledge graph. Stages: see docs/stages.md."""
