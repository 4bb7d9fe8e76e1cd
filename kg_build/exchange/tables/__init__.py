"""The graph as tables: CSV, Parquet, a workbook; and as a network of nodes and edges: GraphML, files for Neo4j."""

from kg_build.exchange.tables.spec import Table, tables

__all__ = ["Table", "tables"]
