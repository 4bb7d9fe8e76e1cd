from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from kg_build.graph.inference import inferred_triples
from ontology.documents import ontology_triples
from ontology.terms import FOAF, OWL, RDF, SCHEMA, SKOS, ZONE

pytest.importorskip("reasonable")
ID = "https://w3id.org/zonekg/id/"


def triple(subject: str, predicate: str, value: str) -> Triple:
    return Triple(NamedNode(ID + subject), NamedNode(predicate), NamedNode(value if "://" in value else ID + value))


def inferred(*data: Triple) -> set[Triple]:
    return set(inferred_triples(ontology_triples(), data))


@pytest.mark.parametrize(
    ("stated", "follows"),
    [
        (triple("zone/甲", ZONE.leadIndustry, "industry/新材料"), triple("zone/甲", ZONE.developsIndustry, "industry/新材料")),
        (triple("zone/甲", ZONE.cooperatesWith, "zone/乙"), triple("zone/乙", ZONE.cooperatesWith, "zone/甲")),
        (triple("person/某", RDF.type, ZONE.Official), triple("person/某", RDF.type, ZONE.Person)),
        (triple("person/某", RDF.type, ZONE.Official), triple("person/某", RDF.type, FOAF.Person)),
        (triple("zone/甲", ZONE.mentionedIn, "article/1"), triple("article/1", f"{SCHEMA.iri}mentions", "zone/甲")),
    ],
)
def test_what_follows_is_there(stated: Triple, follows: Triple) -> None:
    found = inferred(stated)
    assert follows in found
    assert stated not in found


def test_places_lie_in_what_their_place_lies_in() -> None:
    found = inferred(triple("place/区", ZONE.within, "place/市"), triple("place/市", ZONE.within, "place/省"))
    assert triple("place/区", ZONE.within, "place/省") in found


def test_what_is_stated_or_true_of_everything_is_left_out() -> None:
    data = [triple("zone/甲", RDF.type, ZONE.Zone), triple("zone/甲", ZONE.cooperatesWith, "zone/乙")]
    data.append(Triple(NamedNode(ID + "zone/甲"), NamedNode(SKOS.prefLabel), Literal("甲", language="zh")))
    found = inferred(*data, triple("zone/乙", ZONE.cooperatesWith, "zone/甲"))
    assert found
    assert not found & set(data)
    assert all(t.object != NamedNode(OWL.Thing) and t.predicate != NamedNode(OWL.sameAs) for t in found)
    assert all(isinstance(t.object, NamedNode) and t.subject.value.startswith(ID) for t in found)


def test_any_order_gives_the_same_list() -> None:
    data = [triple("zone/甲", ZONE.cooperatesWith, f"zone/{n}") for n in range(20)]
    assert inferred_triples(ontology_triples(), data) == inferred_triples(ontology_triples(), data[::-1])
