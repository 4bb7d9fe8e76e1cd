"""Two CSV files for ``neo4j-admin database import full`` (Neo4j Operations Manual, "Import")."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import IO

from kg_build.exchange.tables.network import ATTRIBUTES, Edge, Network, Node, plain

NODES, RELATIONSHIPS = "nodes.csv", "relationships.csv"
_TYPES = {"number": "double", "integer": "long", "boolean": "boolean"}
_ARRAY = ";"
"""What parts the values of an array; within one it becomes its full-width form."""


def write_nodes(network: Network, stream: IO[bytes]) -> None:
    """Write the nodes, with their classes as labels."""
    head = ["iri:ID", ":LABEL", "name", "otherNames:string[]"]
    head += [f"{name}:{_TYPES[kind]}" if kind in _TYPES else name for name, kind in ATTRIBUTES]
    _write(stream, head, map(_node, network.nodes()))


def write_relationships(network: Network, stream: IO[bytes]) -> None:
    """Write the edges; ``locatedIn`` has the type LOCATED_IN, as is usual there."""
    _write(stream, [":START_ID", ":END_ID", ":TYPE"], map(_edge, network.edges()))


def _node(node: Node) -> list[str]:
    others = _ARRAY.join(name.replace(_ARRAY, "；") for name in node.other_names)
    values = ("" if (value := node.attributes.get(name)) is None else plain(value) for name, _ in ATTRIBUTES)
    return [node.iri, _ARRAY.join(node.classes), node.name, others, *values]


def _edge(edge: Edge) -> list[str]:
    return [edge.source, edge.target, re.sub(r"(?<=[a-z])(?=[A-Z])", "_", edge.name).upper()]


def _write(stream: IO[bytes], head: list[str], rows: Iterable[list[str]] | Iterator[list[str]]) -> None:
    # No apostrophes against formulas here: the file is for a database, which must get the values as they are.
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    try:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)
        text.flush()
    finally:
        text.detach()
