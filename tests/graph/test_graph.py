"""From resolved articles to quads."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from marked import extraction

from kg_build.graph.claims import LONGEST, claim_quads, conform, sentence_around
from kg_build.graph.mapping import article_quads, honour_level
from kg_build.graph.places import place_quads
from kg_build.graph.provenance import provenance_quads
from kg_build.graph.quads import Graphs
from kg_build.graph.repair import _without, mend, without_violations
from kg_build.graph.shapes import Violation, violations
from kg_build.model import Extraction, Span
from kg_build.resolution import confidence, resolve
from ontology.terms import OA, PREFIXES, RDF, SKOS, ZONE, ontology_path

BASE = "https://w3id.org/zonekg/id/"

STORY = extraction(
    "[三门峡经济开发区|Zone]纪事\n[三门峡经济开发区|Zone]党工委书记[王某某|Official]说，[华辰制药有限公司|Enterprise]落户。"
    "[华辰制药异地技改项目|Project]开工，总投资2亿元。[华辰制药有限公司|Enterprise]获评[国家级绿色工厂|Honour]。",
    (
        ("王某某", "officialOf:党工委书记", "三门峡经济开发区"),
        ("华辰制药有限公司", "locatedIn", "三门峡经济开发区"),
        ("华辰制药异地技改项目", "undertakenBy", "华辰制药有限公司"),
        ("华辰制药异地技改项目", "status", "underConstruction"),
        ("华辰制药异地技改项目", "totalInvestment", "200000000"),
        ("华辰制药有限公司", "honouredAs", "国家级绿色工厂"),
    ),
    published=date(2024, 5, 1),
)


@pytest.fixture(autouse=True)
def confidences_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the table that ships, so that measuring them anew breaks nothing here."""
    monkeypatch.setattr(confidence, "shares", confidence.Table)


def quads_of(found: Extraction) -> list[ox.Quad]:
    return [q for a in resolve([found], BASE) for q in (*article_quads(a, BASE), *claim_quads(a, BASE, f"{BASE}activity/t"))]


def store_of(quads: list[ox.Quad]) -> ox.Store:
    store = ox.Store()
    store.extend(quads)
    return store


def ask(store: ox.Store, pattern: str) -> bool:
    return bool(store.query(f"ASK {{ {pattern} }}", prefixes={**PREFIXES, "": BASE}, use_default_graph_as_union=True))


@pytest.mark.parametrize(
    "pattern",
    [
        f"<{BASE}zone/三门峡经济开发区> a zone:Zone, zone:EconomicDevelopmentZone ; skos:prefLabel '三门峡经济开发区'@zh",
        f"<{BASE}person/三门峡经济开发区/王某某> a zone:Official ; zone:officialOf <{BASE}zone/三门峡经济开发区>",
        (
            f"?post a zone:Post ; zone:postHolder <{BASE}person/三门峡经济开发区/王某某> ; zone:postTitle '党工委书记'@zh ; "
            f"zone:postIn <{BASE}zone/三门峡经济开发区> ; zone:postSeen '2024-05-01'^^xsd:date"
        ),
        "?p a zone:Project ; zone:totalInvestment '200000000'^^xsd:decimal ; zone:status zone:underConstruction",
        "?h a zone:Honour ; zone:honourLevel zone:nationalLevel",
        "?a a zone:Article ; schema:datePublished '2024-05-01'^^xsd:date ; zone:sourceFile 'a.txt'",
        "?c a zone:Claim ; rdf:predicate zone:officialOf ; zone:quote ?q",
        "?c a zone:Claim, rdf:Statement ; rdf:predicate zone:undertakenBy ; prov:wasDerivedFrom ?a ; zone:confidence 0.8",
    ],
)
def test_the_graph_says(pattern: str) -> None:
    assert ask(store_of(quads_of(STORY)), pattern)


def contexts(story: Extraction, predicate: str) -> list[str]:
    store = store_of(quads_of(story))
    found: Any = store.query(
        f"SELECT ?c {{ ?n rdf:predicate zone:{predicate} ; zone:quote ?q OPTIONAL {{ ?n zone:context ?c }} }} ORDER BY ?c",
        prefixes={**PREFIXES, "": BASE},
        use_default_graph_as_union=True,
    )
    return [row["c"].value if row["c"] else "" for row in found]


NAMED = "[云岭经开区|Zone]今年很忙。[青禾制药有限公司|Enterprise]在建二期。"


def test_the_rest_of_the_sentence_is_told_too_and_a_title_with_a_zone_is_no_subject() -> None:
    story = extraction(
        "[云岭经开区|Zone]今年很忙。《[云岭经开区|Zone]规划》印发。目前，[该区|Zone:generic]引进[青禾制药有限公司|Enterprise]。",
        (("青禾制药有限公司", "locatedIn", "云岭经开区"),),
    )
    start = story.article.text.index("引进")
    said = replace(story.statements[0], evidence=Span(start, start + len("引进青禾制药有限公司")))
    told = contexts(replace(story, statements=(said,)), "locatedIn")
    assert told == ["云岭经开区今年很忙。", "目前，该区引进青禾制药有限公司。"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[青禾制药有限公司|Enterprise]落户[云岭经开区|Zone]。", ""),
        (f"{NAMED}[青禾制药有限公司|Enterprise]落户该区。", "云岭经开区今年很忙。"),
        (
            "[青禾制药有限公司|Enterprise]落户该区。[云岭经开区|Zone]今年很忙。其后[云岭经开区|Zone]引进一家。",
            "云岭经开区今年很忙。",
        ),
        ("[云岭经开区|Zone]去年很忙。[云岭经开区|Zone]今年更忙。[青禾制药有限公司|Enterprise]落户该区。", "云岭经开区今年更忙。"),
    ],
)
def test_a_claim_has_the_nearest_sentence_that_names_what_its_quote_does_not(text: str, told: str) -> None:
    story = extraction(text, (("青禾制药有限公司", "locatedIn", "云岭经开区"),))
    quote = "青禾制药有限公司落户"
    start = story.article.text.index(quote)
    said = replace(story.statements[0], evidence=sentence_around(story.article, Span(start, start + len(quote))))
    assert contexts(replace(story, statements=(said,)), "locatedIn") == [told]


def test_statements_stand_in_the_articles_graph_and_claims_in_theirs() -> None:
    quads = quads_of(STORY)
    graphs = {q.graph_name.value for q in quads}
    assert graphs == {f"{BASE}article/a.txt/1", "https://w3id.org/zonekg/graph/claims"}
    assert all((q.predicate.value != ZONE.quote) or q.graph_name.value.endswith("claims") for q in quads)


def test_every_statement_has_a_claim_whose_words_stand_at_its_position() -> None:
    quads = quads_of(STORY)
    text = STORY.article.text
    store = store_of(quads)
    claimed = set()
    for quad in quads:
        if quad.predicate.value == RDF.subject:
            get = {q.predicate.value: q.object for q in store.quads_for_pattern(quad.subject, None, None, None)}
            claimed.add((quad.object, get[RDF.predicate], get[RDF.object]))
            selectors = [q.object for q in store.quads_for_pattern(quad.subject, ox.NamedNode(OA.hasSelector), None, None)]
            places = []
            for selector in selectors:
                got = {q.predicate.value: q.object.value for q in store.quads_for_pattern(selector, None, None, None)}
                if OA.start in got:
                    places.append((int(got[OA.start]), int(got[OA.end])))
            assert "".join(text[a:b] for a, b in sorted(places)) == get[ZONE.quote].value
    said = {
        (q.subject, q.predicate, q.object)
        for q in quads
        if q.graph_name.value.endswith("/1")
        and q.predicate.value in (ZONE.locatedIn, ZONE.undertakenBy, ZONE.honouredAs, ZONE.status)
    }
    assert len(said) == 4
    assert said <= claimed


def test_the_graph_conforms_to_the_shapes() -> None:
    assert violations([*quads_of(STORY), *provenance_quads(BASE, "1.0", "zh_x 1.0")]) == ()


def test_nothing_breaks_no_shape() -> None:
    assert violations([]) == ()


def test_what_breaks_a_shape_stays_out_with_its_claims_and_the_rest_stays() -> None:
    broken = extraction(
        "标题\n[三门峡经济开发区|Zone]的[王某某|Person]位于[甲有限公司|Enterprise]，[乙有限公司|Enterprise]位于[三门峡经济开发区|Zone]。",
        (("王某某", "locatedIn", "甲有限公司"), ("乙有限公司", "locatedIn", "三门峡经济开发区")),
    )
    quads = quads_of(broken)
    kept, found = without_violations(quads)
    assert found
    assert {"王某某" in v.focus or "甲有限公司" in (v.value or "") for v in found} == {True}
    store = store_of(kept)
    assert not ask(store, f"<{BASE}person/三门峡经济开发区/王某某> zone:locatedIn ?x")
    assert not ask(store, f"?c rdf:subject <{BASE}person/三门峡经济开发区/王某某> ; rdf:predicate zone:locatedIn")
    assert ask(store, f"<{BASE}enterprise/乙有限公司> zone:locatedIn <{BASE}zone/三门峡经济开发区>")
    assert ask(store, f"<{BASE}person/三门峡经济开发区/王某某> a zone:Person")
    assert violations(kept) == ()


def bad_examples() -> list[Path]:
    return sorted(ontology_path("zone.ttl").parent.joinpath("examples", "bad").glob("*.ttl"))


@pytest.mark.parametrize("path", bad_examples(), ids=lambda p: p.stem)
def test_the_shapes_engine_finds_what_the_reference_engine_finds(path: Path) -> None:
    import pyshacl
    from rdflib import SH, Graph

    _, report, _ = pyshacl.validate(Graph().parse(path), shacl_graph=Graph().parse(ontology_path("shapes.ttl")))
    wanted = {(str(report.value(r, SH.sourceShape)), str(report.value(r, SH.focusNode))) for r in report.subjects(SH.focusNode)}
    graph = ox.NamedNode("urn:g")
    quads = [ox.Quad(t.subject, t.predicate, t.object, graph) for t in ox.parse(path=path, format=ox.RdfFormat.TURTLE)]
    found = {(v.shape, v.focus) for v in violations(quads)}
    assert {focus for _, focus in found} == {focus for _, focus in wanted}
    assert {shape for shape, _ in found} >= {shape for shape, _ in wanted if shape.startswith("http")}


def test_places_get_codes_and_what_they_lie_in() -> None:
    quads = place_quads([(f"{BASE}place/三门峡市", "三门峡市")], [(f"{BASE}zone/三门峡经济开发区", "三门峡经济开发区")], BASE)
    store = store_of(quads)
    assert ask(store, f"<{BASE}place/三门峡市> zone:divisionCode '411200' ; zone:within <{BASE}place/河南省>")
    assert ask(store, f"<{BASE}zone/三门峡经济开发区> zone:within <{BASE}place/三门峡市>")
    assert {q.graph_name.value for q in quads} == {"https://w3id.org/zonekg/graph/places"}


def test_graphs_have_names_beside_the_things() -> None:
    assert Graphs("https://w3id.org/zonekg/id/")["claims"] == "https://w3id.org/zonekg/graph/claims"
    assert Graphs("https://example.org/kg/")["claims"] == "https://example.org/kg/graph/claims"


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("国家级绿色工厂", "nationalLevel"),
        ("省级绿色工厂", "provincialLevel"),
        ("河南省“瞪羚企业”", "provincialLevel"),
        ("洛阳市优秀企业", "municipalLevel"),
        ("世界500强", "internationalLevel"),
        ("绿色工厂", None),
    ],
)
def test_an_honours_level_is_told_by_its_name(name: str, level: str | None) -> None:
    assert honour_level(name) == level


def test_the_sentence_around_a_range() -> None:
    article = STORY.article
    start = article.text.index("开工")
    assert "".join(article.text[i] for i in range(*_range(sentence_around(article, Span(start, start + 2))))).startswith(
        "华辰制药异地"
    )


def _range(span: Span) -> tuple[int, int]:
    return span.start, span.end


def test_a_time_is_told_only_where_the_environment_sets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert "ended" not in str(provenance_quads(BASE, "1.0", "zh_x 1.0"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert "1970-01-01T00:00:00Z" in str(provenance_quads(BASE, "1.0", "zh_x 1.0"))


def test_names_that_are_not_canonical_are_alternative_labels() -> None:
    quads = quads_of(extraction("[三门峡经济开发区|Zone]\n[三门峡经开区|Zone]发展。"))
    labels = {(q.predicate.value, q.object.value) for q in quads if q.predicate.value in (SKOS.prefLabel, SKOS.altLabel)}
    assert labels == {(SKOS.prefLabel, "三门峡经济开发区"), (SKOS.altLabel, "三门峡经开区")}


def test_a_page_without_full_stops_is_not_quoted_whole() -> None:
    words = "三门峡经济开发区加快建设" * 2000
    article = extraction(f"[三门峡经济开发区|Zone]\n{words}", ()).article
    span = Span(12_000, 12_008)
    assert len(sentence_around(article, span)) <= 2 * LONGEST + len(span)


def test_repair_of_many_quads_takes_no_quadratic_time() -> None:
    graph = ox.NamedNode(f"{BASE}article/x/1")
    bad = [
        ox.Quad(ox.NamedNode(f"{BASE}project/p{i}"), ox.NamedNode(ZONE.status), ox.NamedNode(f"{BASE}project/none{i}"), graph)
        for i in range(4000)
    ]
    found = [Violation("s", q.subject.value, q.predicate.value, q.object.value, "m") for q in bad]
    before = time.process_time()
    assert _without(bad, found) == []
    assert time.process_time() - before < 2


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_broken_what_is_kept_conforms(seed: int) -> None:
    """Three articles, statements of which are taken out or given another's value."""
    chance = random.Random(seed)
    found = [replace(STORY, article=replace(STORY.article, source_file=f"{n}.txt")) for n in range(3)]
    parts = []
    for article in resolve(found, BASE):
        told = article_quads(article, BASE)
        broken = [
            ox.Quad(q.subject, q.predicate, chance.choice(told).object, q.graph_name) if chance.random() < 0.02 else q
            for q in told
            if chance.random() > 0.02
        ]
        parts.append((broken, claim_quads(article, BASE, f"{BASE}activity/t")))
    kept, told_of = mend(parts)
    assert bool(told_of) == bool(violations(q for quads, _ in parts for q in quads))
    assert violations(kept) == ()
    assert set(kept) <= {q for part in parts for quads in part for q in quads}


def test_articles_that_are_right_are_kept_whole() -> None:
    (article,) = resolve([STORY], BASE)
    right = article_quads(article, BASE), claim_quads(article, BASE, f"{BASE}activity/t")
    graph, zone = ox.NamedNode(f"{BASE}article/x/1"), ox.NamedNode(f"{BASE}zone/乙经济开发区")
    wrong = [ox.Quad(zone, ox.NamedNode(RDF.type), ox.NamedNode(ZONE.Zone), graph)]
    kept, found = mend([right, (wrong, [])])
    assert {v.focus for v in found} == {zone.value}
    assert kept == [*right[0], *right[1]]


def test_what_breaks_a_shape_since_something_else_went_goes_from_all_articles() -> None:
    (article,) = resolve([STORY], BASE)
    whole = article_quads(article, BASE)
    (post,) = {q.subject for q in whole if q.predicate.value == ZONE.postIn}
    graph, nameless = ox.NamedNode(f"{BASE}article/x/1"), ox.NamedNode(f"{BASE}zone/无名")
    # The post is in the nameless zone by the first article; the second tells all else of it.
    first = [
        ox.Quad(nameless, ox.NamedNode(RDF.type), ox.NamedNode(ZONE.Zone), graph),
        ox.Quad(post, ox.NamedNode(RDF.type), ox.NamedNode(ZONE.Post), graph),
        ox.Quad(post, ox.NamedNode(ZONE.postIn), nameless, graph),
    ]
    second = [q for q in whole if (q.subject, q.predicate.value) != (post, ZONE.postIn)]
    kept, found = mend([(first, []), (second, [])])
    assert {v.focus for v in found} >= {nameless.value, post.value}
    assert violations(kept) == ()
    assert not [q for q in kept if post in (q.subject, q.object)]


def test_claims_conform_by_what_they_are_made_of() -> None:
    (article,) = resolve([STORY], BASE)
    assert conform(article)
    first, *rest = article.statements
    for wrong in (replace(first, rule=""), replace(first, rule="a rule"), replace(first, confidence=1.1)):
        assert not conform(replace(article, statements=(wrong, *rest)))
    assert not conform(replace(article, statements=(replace(first, evidence=(Span(3, 3),)), *rest)))


def test_what_still_breaks_a_shape_after_all_rounds_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    quads = quads_of(STORY)
    focus = f"{BASE}zone/三门峡经济开发区"

    def stubborn(left: list[ox.Quad]) -> tuple[Violation, ...]:
        # A violation whose value stands nowhere: leaving out that statement changes nothing.
        there = any(getattr(q.subject, "value", "") == focus for q in left)
        return (Violation("s", focus, ZONE.status, "nowhere", "m"),) if there else ()

    monkeypatch.setattr("kg_build.graph.repair.violations", stubborn)
    kept, told = without_violations(quads)
    assert len(told) == 1
    assert not [q for q in kept if focus in str(q.subject)]
