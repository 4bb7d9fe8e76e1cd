from __future__ import annotations

import io
from decimal import Decimal

import pyoxigraph as ox
import pytest

from kg_build.exchange import Selection, export

ID, ZONE = "https://w3id.org/zonekg/id/", "https://w3id.org/zonekg/ontology#"
FIRM, PARK, PERSON = ID + "enterprise/青禾制药有限公司", ID + "zone/云岭经济开发区", ID + "person/云岭经济开发区/周明远"
FIRST, SECOND = ID + "article/甲报道", ID + "article/乙报道"


@pytest.fixture
def above(reader):
    def make(minimum) -> ox.Store:
        stream, store = io.BytesIO(), ox.Store()
        export(reader, stream, "nquads", Selection(min_confidence=Decimal(str(minimum))))
        store.load(stream.getvalue(), ox.RdfFormat.N_QUADS)
        return store

    return make


def has(store, subject, predicate, value, graph) -> bool:
    terms = [ox.NamedNode(term) for term in (subject, predicate, value, graph)]
    return ox.Quad(*terms) in store


def about(store, iri) -> int:
    return sum(1 for _ in store.quads_for_pattern(ox.NamedNode(iri), None, None))


def test_at_zero_all_stays(above, reader):
    assert set(above(0)) == set(reader.database)


def test_claims_below_go_with_their_selectors(above):
    store = above(0.7)
    assert about(store, ID + "claim/乙报道/1") == about(store, ID + "claim/乙报道/1/quote") == 0
    assert about(store, ID + "claim/甲报道/1") > 0
    assert about(store, ID + "claim/甲报道/1/0-12") > 0


def test_the_mark_itself_stays(above):
    assert about(above(0.9), ID + "claim/甲报道/1") > 0
    assert about(above("0.91"), ID + "claim/甲报道/1") == 0


def test_a_statement_goes_where_only_claims_below_support_it(above):
    store = above(0.7)
    assert has(store, FIRM, ZONE + "locatedIn", PARK, FIRST)
    assert not has(store, FIRM, ZONE + "locatedIn", PARK, SECOND)


def test_statements_without_a_claim_stay(above):
    store = above(1.0)
    assert has(store, PARK, ZONE + "locatedIn", ID + "place/云岭市", FIRST)


def test_a_post_goes_as_a_whole_with_its_shortcut(above):
    post = ID + "post/周明远/云岭经济开发区/管委会主任"
    assert about(above(0.5), post) > 0
    assert has(above(0.5), PERSON, ZONE + "officialOf", PARK, FIRST)
    assert about(above(0.6), post) == 0
    assert not has(above(0.6), PERSON, ZONE + "officialOf", PARK, FIRST)
    assert about(above(0.6), PERSON) > 0


def test_an_observation_goes_as_a_whole(above):
    observation = ID + "observation/云岭经济开发区/税收/2023"
    assert about(above(0.8), observation) > 0
    assert about(above(0.81), observation) == 0


def test_inferred_triples_go(reader, reader_of, above):
    inferred = ox.Quad(
        ox.NamedNode(FIRM), ox.NamedNode(ZONE + "locatedIn"), ox.NamedNode(ID + "place/云岭市"),
        ox.NamedNode("https://w3id.org/zonekg/graph/inferred"),
    )  # fmt: skip
    stream = io.BytesIO()
    export(reader_of([*reader.database, inferred]), stream, "nquads", Selection(min_confidence=Decimal("0.1")))
    assert b"graph/inferred" not in stream.getvalue()
