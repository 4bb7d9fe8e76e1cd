"""The rules and the scorer of pairs, weighed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from marked import extraction

from kg_build.extraction.relations.rules import load_rules
from kg_build.model import Extraction, Observation, Span, Statement
from kg_build.resolution import settling
from kg_build.resolution.article import resolve_article
from kg_build.resolution.settling import settle
from kg_build.resolution.words import LikelyTable, likely_table
from ontology.terms import STATUSES

TEXT = "标题\n[云岭高新区|Zone]里，[赛川公司|Enterprise]投资5亿元建[风机项目|Project]，[远山公司|Enterprise]年产值8亿元。"
ZONE, FIRM, PROJECT, OTHER = range(4)


@pytest.fixture(autouse=True)
def weights_fixture(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights of this test's own, so that choosing others breaks nothing here."""
    names = ("locatedIn", "undertakenBy", "leadIndustry", "developsIndustry", "totalInvestment", "status")
    table = LikelyTable(
        dict.fromkeys(names, (0.1, 0.9)), {"told": 0.0, "doubted": 0.5}, (("leadIndustry", "developsIndustry"),), (0.1, 0.6)
    )
    monkeypatch.setattr(settling, "likely_table", lambda: table)


def likely(one: int, name: str, other: int | Decimal | str, odds: float) -> Statement:
    return Statement(one, name, other, Span(0, len(TEXT)), "pairs", odds)


def said(found: Extraction) -> list[tuple[int, str, object, str]]:
    statements = settle(resolve_article(found)).extraction.statements
    return sorted((s.subject, s.predicate, s.object, s.rule) for s in statements)  # type: ignore[type-var]


@pytest.fixture(name="found")
def found_fixture() -> Extraction:
    """The rules have said that the first firm undertakes the project."""
    return extraction(TEXT, (("赛川公司", "undertakenBy", "风机项目"), ("赛川公司", "locatedIn", "云岭高新区")))


def test_without_a_scorer_nothing_changes(found: Extraction) -> None:
    local = resolve_article(found)
    assert settle(local) is local


def test_what_the_scorer_finds_unlikely_goes(found: Extraction) -> None:
    scored = replace(found, likely=(likely(FIRM, "locatedIn", ZONE, 0.9),))
    assert [row[:3] for row in said(scored)] == [(FIRM, "locatedIn", ZONE)]


def test_a_default_is_silent_where_the_scorer_has_forgotten_the_pair_or_doubts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    table = settling.likely_table()
    weights = dict.fromkeys(table.weights, (0.0, 0.9))
    monkeypatch.setattr(settling, "likely_table", lambda: table._replace(weights=weights))
    seen = (likely(OTHER, "locatedIn", ZONE, 0.2),)
    for rule, stays in (("stated", (FIRM, OTHER)), ("told", (OTHER,)), ("doubted", ())):
        told = tuple(Statement(firm, "locatedIn", ZONE, Span(0, 9), rule, 0.7) for firm in (FIRM, OTHER))
        got = said(replace(extraction(TEXT), statements=told, likely=seen))
        assert tuple(row[0] for row in got) == stays


def test_a_doubtful_default_stays_only_of_what_the_article_tells_more_of(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = dict.fromkeys(("locatedIn", "undertakenBy"), (0.0, 0.9))
    table = settling.likely_table()._replace(weights=weights, alone={"told": 0.3})
    monkeypatch.setattr(settling, "likely_table", lambda: table)
    told = tuple(Statement(firm, "locatedIn", ZONE, Span(0, 9), "told", 0.7) for firm in (FIRM, OTHER))
    more = Statement(PROJECT, "undertakenBy", OTHER, Span(0, 9), "stated", 0.9)
    figure = Observation(OTHER, "年产值", Decimal(7), "元", Span(0, 9), "figure.level", 0.8)
    bare = replace(extraction(TEXT), statements=told)
    for odds, article, stays in (
        (0.2, bare, []),
        (0.4, bare, [FIRM, OTHER]),
        (0.2, replace(bare, statements=(*told, more)), [OTHER]),
        (0.2, replace(bare, observations=(figure,)), [OTHER]),
    ):
        seen = tuple(likely(firm, "locatedIn", ZONE, odds) for firm in (FIRM, OTHER))
        got = said(replace(article, likely=seen))
        assert [row[0] for row in got if row[1] == "locatedIn"] == stays


def test_what_the_scorer_is_sure_of_is_added_once(found: Extraction) -> None:
    odds = (
        likely(FIRM, "locatedIn", ZONE, 0.9),
        likely(FIRM, "undertakenBy", PROJECT, 0.9),
        likely(OTHER, "locatedIn", ZONE, 0.97),
    )
    got = said(replace(found, likely=odds))
    assert [row[:3] for row in got] == [(FIRM, "locatedIn", ZONE), (FIRM, "undertakenBy", PROJECT), (OTHER, "locatedIn", ZONE)]
    assert [row[3] == "pairs" for row in got] == [False, False, True]


def test_an_added_statements_confidence_is_its_odds() -> None:
    found = replace(extraction(TEXT), likely=(likely(OTHER, "locatedIn", ZONE, 0.96),))
    assert [s.confidence for s in settle(resolve_article(found)).extraction.statements] == [0.96]


def test_a_rules_confidence_is_weighed_with_the_odds(found: Extraction) -> None:
    odds = (likely(FIRM, "locatedIn", ZONE, 0.999), likely(FIRM, "undertakenBy", PROJECT, 0.2))
    rule, low, high = (
        settle(resolve_article(e)).extraction.statements
        for e in (found, replace(found, likely=odds[1:]), replace(found, likely=odds))
    )
    before = {s.predicate: s.confidence for s in rule}
    assert {s.predicate: s.confidence < before[s.predicate] for s in low} == {"undertakenBy": True}
    assert {s.predicate: s.confidence > before[s.predicate] for s in high} == {"undertakenBy": False, "locatedIn": True}


def test_a_state_is_added_where_none_is_told_the_likeliest_alone() -> None:
    odds = tuple(
        Statement(PROJECT, "status", name, Span(0, 9), "pairs", p) for name, p in (("signed", 0.92), ("completed", 0.95))
    )
    assert [row[:3] for row in said(replace(extraction(TEXT), likely=odds))] == [(PROJECT, "status", "completed")]
    told = replace(extraction(TEXT), likely=(*odds, replace(odds[0], object="planned", confidence=0.5)))
    told = replace(told, statements=(Statement(PROJECT, "status", "planned", Span(0, 9), "status-planned", 0.8),))
    assert [row[:3] for row in said(told)] == [(PROJECT, "status", "planned")]
    doubted = replace(told, likely=odds)
    assert [row[:3] for row in said(doubted)] == [(PROJECT, "status", "completed")]


def test_of_rivals_only_the_likelier_is_added() -> None:
    text = "标题\n[云岭高新区|Zone]发展[风机|Industry]。"
    odds = (likely(0, "leadIndustry", 1, 0.95), likely(0, "developsIndustry", 1, 0.97))
    assert [row[1] for row in said(replace(extraction(text), likely=odds))] == ["developsIndustry"]


def test_a_sum_is_added_where_none_is_told_and_never_in_foreign_money() -> None:
    odds = likely(PROJECT, "totalInvestment", Decimal(500_000_000), 0.97)
    assert [row[:3] for row in said(replace(extraction(TEXT), likely=(odds,)))] == [
        (PROJECT, "totalInvestment", Decimal(500_000_000))
    ]
    assert said(replace(extraction(TEXT), likely=(replace(odds, currency="美元"),))) == []


def figures(of: int, value: int, *odds: Statement) -> list[int]:
    figure = Observation(of, "年产值", Decimal(value), "元", Span(0, 9), "figure.level", 0.8)
    found = replace(extraction(TEXT), observations=(figure,), likely=odds)
    return [o.of for o in settle(resolve_article(found)).extraction.observations]


def test_a_figure_stays_goes_to_another_or_goes() -> None:
    size = Decimal(800_000_000)
    assert figures(OTHER, 800_000_000, likely(OTHER, "level", size, 0.8)) == [OTHER]
    assert figures(ZONE, 800_000_000, likely(OTHER, "level", size, 0.9), likely(ZONE, "level", size, 0.02)) == [OTHER]
    assert figures(ZONE, 800_000_000, likely(OTHER, "locatedIn", ZONE, 0.9)) == []


@pytest.mark.parametrize(
    ("whose", "is_share", "expected"), [("远山公司", True, OTHER), ("远山公司", False, ZONE), ("", True, ZONE)]
)
def test_a_share_stays_with_the_thing_that_its_own_words_name(whose: str, is_share: bool, expected: int) -> None:
    text = "标题\n[云岭高新区|Zone]里，[赛川公司|Enterprise]投资5亿元建[风机项目|Project]，[远山公司|Enterprise]良品率80%。"
    bare = extraction(text)
    words = bare.article.text
    start = words.index(whose) if whose else words.index("良品率")
    told = Observation(OTHER, "良品率", Decimal(80), "%", Span(start, len(words)), "figure.share", 0.8, is_share=is_share)
    seen = (likely(ZONE, "share", Decimal(80), 0.9),)
    local = settle(resolve_article(replace(bare, observations=(told,), likely=seen)))
    assert [o.of for o in local.extraction.observations] == [expected]


def test_a_figure_that_the_scorer_did_not_see_stays() -> None:
    assert figures(ZONE, 7, likely(OTHER, "locatedIn", ZONE, 0.9)) == [ZONE]


def test_a_figure_notes_what_the_scorer_makes_of_owner_rival_and_words() -> None:
    size, text = Decimal(800_000_000), extraction(TEXT).article.text
    place = Span(text.index("8亿元"), text.index("8亿元") + 3)
    figure = Observation(OTHER, "年产值", size, "元", Span(place.start - 3, place.end), "figure.level", 0.8)
    odds = (likely(OTHER, "level", size, 0.8), likely(ZONE, "level", size, 0.3), likely(ZONE, "level", Decimal(500_000_000), 0.9))
    named = ((Span(text.index("5亿元"), text.index("5亿元") + 3), 0.9), (place, 0.7))
    found = replace(extraction(TEXT), observations=(figure, replace(figure, value=Decimal(7))), likely=odds, named=named)
    told, unseen = settle(resolve_article(found)).extraction.observations
    assert dict(told.signs) == {"rule": 0.8, "owner": 0.8, "other": 0.3, "words": 0.7}
    assert dict(unseen.signs) == {"rule": 0.8}


def test_a_statement_notes_how_sure_rule_and_scorer_are(found: Extraction) -> None:
    odds = (likely(FIRM, "locatedIn", ZONE, 0.99), likely(OTHER, "locatedIn", ZONE, 0.95))
    scored = settle(resolve_article(replace(found, likely=odds))).extraction.statements
    (rule,) = {s.confidence for s in found.statements if s.predicate == "locatedIn"}
    assert {s.subject: dict(s.signs) for s in scored} == {
        FIRM: {"rule": rule, "odds": 0.99},
        OTHER: {"rule": 0.5, "odds": 0.95},
    }


def test_a_figure_of_a_park_that_nothing_names_is_the_zones() -> None:
    size = Decimal(800_000_000)
    figure = Observation(1, "年产值", size, "元", Span(0, 9), "figure.level", 0.8)
    found = extraction("标题\n[云岭高新区|Zone]里，[园区|Park:generic]年产值8亿元。")
    local = resolve_article(replace(found, observations=(figure,), likely=(likely(0, "level", size, 0.8),)))
    (told,) = settle(local).extraction.observations
    assert 1 not in local.cluster_of
    assert local.clusters[local.cluster_of[told.of]].names == ("云岭高新区",)


def test_odds_alone_need_a_word_for_what_they_say(found: Extraction, monkeypatch: pytest.MonkeyPatch) -> None:
    table = settling.likely_table()._replace(weights={"investsIn": (0.0, 0.5)}, unworded=0.95)
    scored = replace(found, likely=(likely(OTHER, "investsIn", PROJECT, 0.9),))
    for words, expected in ((("投资",), [PROJECT]), (("入股",), [])):
        monkeypatch.setattr(settling, "likely_table", lambda words=words: table._replace(words={"investsIn": words}))
        assert [row[2] for row in said(scored) if row[1] == "investsIn"] == expected
    surer = replace(found, likely=(likely(OTHER, "investsIn", PROJECT, 0.96),))
    assert [row[2] for row in said(surer) if row[1] == "investsIn"] == [PROJECT]


def test_a_state_needs_a_word_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    table = settling.likely_table()._replace(weights={"status": (0.0, 0.5)}, words={"signed": ("签",), "completed": ("投产",)})
    monkeypatch.setattr(settling, "likely_table", lambda: table)
    found = extraction("标题\n[云岭高新区|Zone]里，[储能项目|Project]投产。")
    for state, expected in (("completed", ["completed"]), ("signed", [])):
        seen = (likely(1, "status", state, 0.7),)
        assert [row[2] for row in said(replace(found, likely=seen)) if row[1] == "status"] == expected


@pytest.mark.parametrize(("words", "expected"), [("获评", [2]), ("支持创建", []), ("支持创新，获评", [2])])
def test_odds_alone_give_no_honour_that_is_only_wanted(words: str, expected: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    table = settling.likely_table()._replace(weights={"honouredAs": (0.0, 0.5)}, aims={"honouredAs": ("支持", "创建")})
    monkeypatch.setattr(settling, "likely_table", lambda: table)
    text = f"标题\n[云岭高新区|Zone]里，[赛川公司|Enterprise]{words}[绿色工厂|Honour]。"
    seen = (likely(1, "honouredAs", 2, 0.9),)
    assert [row[2] for row in said(replace(extraction(text), likely=seen))] == expected


def test_what_only_firms_have_is_no_figure_of_a_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    table = settling.likely_table()._replace(of_firms=("注册资金",))
    monkeypatch.setattr(settling, "likely_table", lambda: table)
    told = tuple(Observation(of, "注册资金", Decimal(9), "元", Span(0, 9), "figure.pairs", 0.6) for of in (ZONE, OTHER))
    found = replace(extraction(TEXT), observations=told, likely=(likely(FIRM, "locatedIn", ZONE, 0.9),))
    assert [o.of for o in settle(resolve_article(found)).extraction.observations] == [OTHER]


def test_what_the_grammar_tells_of_a_thing_the_scorer_does_not_tell_again() -> None:
    told = Observation(ZONE, "新签约项目", Decimal(27), "个", Span(0, 9), "figure.counted", 0.8)
    again = replace(told, indicator="新项目", rule="figure.pairs")
    others = (replace(again, of=OTHER), replace(again, value=Decimal(28)), replace(again, indicator="入驻企业"))
    found = replace(extraction(TEXT), observations=(told, again, *others), likely=(likely(FIRM, "locatedIn", ZONE, 0.9),))
    kept = settle(resolve_article(found)).extraction.observations
    assert tuple(replace(figure, signs=()) for figure in kept) == (told, *others)


def test_what_holds_one_way_is_not_said_the_other_way(found: Extraction, monkeypatch: pytest.MonkeyPatch) -> None:
    table = settling.likely_table()._replace(weights={"subsidiaryOf": (0.0, 0.5)}, one_way=("subsidiaryOf",))
    monkeypatch.setattr(settling, "likely_table", lambda: table)
    both = (likely(FIRM, "subsidiaryOf", OTHER, 0.8), likely(OTHER, "subsidiaryOf", FIRM, 0.7))
    assert [row[:3] for row in said(replace(found, likely=both)) if row[1] == "subsidiaryOf"] == [(FIRM, "subsidiaryOf", OTHER)]
    ruled = extraction(TEXT, (("远山公司", "subsidiaryOf", "赛川公司"),))
    assert [row[:3] for row in said(replace(ruled, likely=both))] == [(OTHER, "subsidiaryOf", FIRM)]


def test_the_weights_are_odds_of_rules_and_properties_that_there_are() -> None:
    table = likely_table()
    assert {*table.defaults, *table.alone} <= {rule.id for rule in load_rules()}
    assert set(table.words) <= {*table.weights, *STATUSES}
    assert all(0 <= least <= enough for least, enough in table.weights.values())
    assert 0 <= table.figure[0] <= table.figure[1] <= 1
