from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal

import pyoxigraph as ox
import pytest

from kg_build.errors import ZonekgError
from kg_build.exchange import Selection, export
from kg_build.exchange.description import redescribe, void_graph
from kg_build.exchange.filters import selected
from kg_build.exchange.subgraph import find_zone
from kg_build.store import open_for_build, open_for_reading

ID, ZONE = "https://w3id.org/zonekg/id/", "https://w3id.org/zonekg/ontology#"
RDF, RDFS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
FIRM, PARK, PERSON = ID + "enterprise/青禾制药有限公司", ID + "zone/云岭经济开发区", ID + "person/云岭经济开发区/周明远"
FIRST, SECOND = ID + "article/甲报道", ID + "article/乙报道"


@pytest.fixture
def part(reader):
    def make(**what) -> ox.Store:
        stream, store = io.BytesIO(), ox.Store()
        export(reader, stream, "nquads", Selection(**what))
        store.load(stream.getvalue(), ox.RdfFormat.N_QUADS)
        return store

    return make


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


def quads(*statements, graph=FIRST):
    return [ox.Quad(ox.NamedNode(s), ox.NamedNode(p), o, ox.NamedNode(graph)) for s, p, o in statements]


def claim(name, said, confidence, article=FIRST):
    node, (subject, predicate, value) = f"{ID}claim/{name}", said
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    return quads(
        (node, rdf + "subject", ox.NamedNode(subject)), (node, rdf + "predicate", ox.NamedNode(predicate)),
        (node, rdf + "object", value), (node, "http://www.w3.org/ns/prov#wasDerivedFrom", ox.NamedNode(article)),
        (node, ZONE + "confidence", ox.Literal(Decimal(confidence))), graph="https://w3id.org/zonekg/graph/claims",
    )  # fmt: skip


@pytest.fixture
def named(reader, reader_of):
    """The small graph, in which the firm is named with 0.5 and a newcomer, of whom nothing else is said, with 0.6."""
    newcomer = ID + "enterprise/新客公司"
    mentions = [(iri, ZONE + "mentionedIn", ox.NamedNode(FIRST)) for iri in (FIRM, newcomer)]
    more = [
        *quads(*mentions, (newcomer, RDF + "type", ox.NamedNode(ZONE + "Enterprise"))),
        *claim("firm", mentions[0], "0.5"), *claim("newcomer", mentions[1], "0.6"),
    ]  # fmt: skip
    return reader_of([*reader.database, *more])


@pytest.mark.parametrize(("least", "firm", "newcomer"), [("0.5", 1, 1), ("0.6", 1, 1), ("0.61", 1, 0), ("0.95", 0, 0)])
def test_a_thing_goes_with_its_name_unless_something_that_stays_speaks_of_it(named, least, firm, newcomer):
    with selected(named.database, Selection(min_confidence=Decimal(least))) as kept:
        store = ox.Store()
        store.extend(kept)
    in_article = [q.subject.value for q in store.quads_for_pattern(None, None, None, ox.NamedNode(FIRST))]
    assert (FIRM in in_article, ID + "enterprise/新客公司" in in_article) == (bool(firm), bool(newcomer))
    assert (about(store, ID + "claim/firm") > 0, about(store, ID + "claim/newcomer") > 0) == (bool(firm), bool(newcomer))


def test_claims_can_be_left_out(part, reader):
    store = part(claims=False)
    assert set(store) == {q for q in reader.database if not q.graph_name.value.endswith("/graph/claims")}


def test_without_claims_the_description_tells_only_what_holds_without_them(tmp_path):
    about_all = f"{void_graph(ID).value}#"
    with open_for_build(tmp_path / "s") as build:
        build.extend(
            ox.parse(f"<urn:c> <{RDF}type> <{ZONE}Claim> <https://w3id.org/zonekg/graph/claims> .", ox.RdfFormat.N_QUADS)
        )
        redescribe(build.database, ID, "https://example.org/licence")
    with open_for_reading(tmp_path / "s") as reader, selected(reader.database, Selection(claims=False)) as quads:
        kept = [quad.triple for quad in quads]
    assert {t.subject.value.removeprefix(about_all).partition("-")[0] for t in kept} == {"dataset", "source"}
    assert ox.NamedNode("https://example.org/licence") in {t.object for t in kept}
    assert not [t for t in kept if "Claim" in str(t) or "claims" in str(t) or "void#triples" in t.predicate.value]


def test_dates_choose_articles_and_leave_those_without_one_out(part):
    day = date(2024, 3, 1)
    assert about(part(since=day, until=day), FIRST) > 0
    assert about(part(since=day, until=day), SECOND) == 0
    assert about(part(since=day + timedelta(1)), FIRST) == about(part(until=day - timedelta(1)), FIRST) == 0


def test_an_article_that_stays_out_takes_its_claims_with_it(part):
    store = part(since=date(2024, 1, 1))
    assert about(store, ID + "claim/甲报道/1") > 0
    assert about(store, ID + "claim/乙报道/1") == 0


def test_a_class_gives_its_things_and_the_names_of_what_they_speak_of(part):
    store = part(classes=("Enterprise",))
    assert has(store, FIRM, ZONE + "locatedIn", PARK, FIRST)
    assert {q.predicate.value for q in store.quads_for_pattern(ox.NamedNode(PARK), None, None)} <= {
        RDF + "type", RDFS + "label", SKOS + "prefLabel", SKOS + "altLabel",
    }  # fmt: skip
    assert about(store, PERSON) == 0


@pytest.mark.parametrize("name", ["云岭经济开发区", "云岭经开区", PARK])
def test_a_zone_gives_what_lies_in_it_its_figures_posts_and_people(part, name):
    store = part(zones=(name,))
    members = (PARK, FIRM, PERSON, ID + "post/周明远/云岭经济开发区/管委会主任", ID + "observation/云岭经济开发区/税收/2023")
    assert all(about(store, member) > 0 for member in members)
    assert has(store, FIRM, ZONE + "locatedIn", PARK, SECOND)
    assert about(store, ID + "claim/甲报道/1/0-12") > 0


def test_zone_and_class_together_give_what_is_both(part):
    store = part(zones=("云岭经开区",), classes=("Observation",))
    assert about(store, ID + "observation/云岭经济开发区/税收/2023") > 0
    assert not has(store, FIRM, ZONE + "locatedIn", PARK, FIRST)


def test_zone_and_confidence_together(part):
    store = part(zones=("云岭经开区",), min_confidence=Decimal("0.7"))
    assert has(store, FIRM, ZONE + "locatedIn", PARK, FIRST)
    assert not has(store, FIRM, ZONE + "locatedIn", PARK, SECOND)


def test_a_zone_of_which_nothing_is_left_is_told(part):
    with pytest.raises(ZonekgError, match="nothing of 云岭经开区 is that sure, or of these days"):
        part(zones=("云岭经开区",), min_confidence=Decimal("0.7"), since=date(2030, 1, 1))


@pytest.mark.parametrize("what", [{"zones": ("无此区",)}, {"zones": (FIRM,)}, {"classes": ("Zoo",)}])
def test_what_is_not_there_is_one_line(part, what):
    with pytest.raises(ZonekgError, match=r"the store has no zone|no class is called 'Zoo'"):
        part(**what)


def test_a_name_of_two_zones_asks_for_an_iri(reader_of):
    more = [(ID + f"zone/{n}", p, o) for n in "甲乙" for p, o in (
        (RDF + "type", ox.NamedNode(ZONE + "Zone")), (SKOS + "altLabel", ox.Literal("经开区", language="zh")),
    )]  # fmt: skip
    with pytest.raises(ZonekgError, match="several zones are called 经开区"):
        find_zone(reader_of(quads(*more)).database, "经开区")


def test_a_part_brings_what_places_and_links_lead_to(reader, reader_of):
    city, county, other = (ID + f"place/{name}" for name in ("云岭市", "云岭省", "别处"))
    point, record = ID + "geometry/1", "https://example.org/catalogue/1"
    places = [(city, ZONE + "within", ox.NamedNode(county)), (city, "http://e/hasGeometry", ox.NamedNode(point))]
    places += [(node, RDFS + "label", ox.Literal("x")) for node in (county, point, other)]
    links = [(city, SKOS + "closeMatch", ox.NamedNode(record)), (record, RDFS + "label", ox.Literal("x"))]
    graphs = {"places": places, "links": links}
    more = [quad for name, said in graphs.items() for quad in quads(*said, graph=f"https://w3id.org/zonekg/graph/{name}")]
    store = ox.Store()
    with selected(reader_of([*reader.database, *more]).database, Selection(zones=("云岭经开区",))) as kept:
        store.extend(kept)
    assert all(about(store, node) for node in (city, county, point, record))
    assert not about(store, other)
