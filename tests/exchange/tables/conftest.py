from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg_build.exchange.filters import ALL, union_of
from kg_build.exchange.tables.rows import Rows
from kg_build.exchange.tables.spec import find

ID, ZONE = "https://w3id.org/zonekg/id/", "https://w3id.org/zonekg/ontology#"
TYPE, LABEL = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "http://www.w3.org/2004/02/skos/core#prefLabel"


@pytest.fixture
def rows(reader):
    """The rows of a table of the small graph as dictionaries."""

    def read(name, source=reader):
        table = find(name)
        with union_of(source, ALL) as union:
            found = list(Rows(union).of(table))
        return [dict(zip([column.name for column in table.columns], row, strict=True)) for row in found]

    return read


@pytest.fixture
def firms(reader_of):
    """A store of firms with these names."""

    def make(*names):
        graph = ox.NamedNode(ID + "article/x")
        return reader_of(
            ox.Quad(ox.NamedNode(f"{ID}enterprise/{number:03}"), ox.NamedNode(predicate), value, graph)
            for number, name in enumerate(names)
            for predicate, value in ((TYPE, ox.NamedNode(ZONE + "Enterprise")), (LABEL, ox.Literal(name, language="zh")))
        )

    return make
