from __future__ import annotations

from decimal import Decimal

import pyoxigraph as ox
import pytest

from kg_build.errors import ZonekgError
from kg_build.exchange.tables.spec import find, tables
from ontology.terms import CORE_CLASSES, ZONE

ID = "https://w3id.org/zonekg/id/"


def test_every_class_has_a_table():
    # An official is a person: one table for both.
    assert {table.class_.value for table in tables()} == {ZONE[name] for name in CORE_CLASSES} - {ZONE.Official}


def test_sheets_can_have_the_tables_names():
    assert all(len(table.zh) <= 24 for table in tables())
    assert len({table.zh for table in tables()}) == len(tables())


def test_an_unknown_table_is_one_line():
    with pytest.raises(ZonekgError, match="no table is called 'x'"):
        find("x")


def test_a_row_has_names_links_and_counts(rows):
    (zone,) = rows("zones")
    assert (zone["name"], zone["other_names"], zone["located_in"], zone["officials"], zone["articles"]) == (
        "云岭经济开发区", "云岭经开区", "云岭市", "周明远", 2,
    )  # fmt: skip
    assert zone["lead_industries"] is None


def test_a_figure_is_typed_and_brings_its_proof(rows):
    (figure,) = rows("figures")
    assert (figure["of"], figure["indicator"], figure["value"], figure["unit"]) == (
        "云岭经济开发区",
        "税收",
        Decimal(300000000),
        "元",
    )
    assert (figure["articles"], figure["quotes"], figure["confidence"]) == ("云岭经开区引来药企", "税收3亿元。", Decimal("0.8"))


def test_rows_come_in_the_order_of_their_iris(rows):
    iris = [row["iri"] for row in rows("claims")]
    assert iris == sorted(iris)
    assert len(iris) == 4


def test_several_values_of_a_number_stand_beside_it(rows, reader_of):
    project, graph = ox.NamedNode(ID + "project/a"), ox.NamedNode(ID + "article/x")
    quads = [ox.Quad(project, ox.NamedNode(ZONE.totalInvestment), ox.Literal(Decimal(n)), graph) for n in (5, 7)]
    kind = ox.Quad(project, ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), ox.NamedNode(ZONE.Project), graph)
    (row,) = rows("projects", reader_of([*quads, kind]))
    assert (row["total_investment"], row["several"]) == (None, "total_investment: 5, 7")
