"""Errors with their evidence."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from kg_build.evaluation import Gold
from kg_build.evaluation.report import Error, Report, make_report
from kg_build.model import Observation, Span

Row = dict[str, Any]


def words(error: Error) -> list[str]:
    return [
        "".join(f"[{piece}]" if name else piece for piece, _, name in one.sentence.pieces()) if one.sentence else ""
        for one in error.evidence
    ]


def one_error(report: Report) -> Error:
    [error] = report.errors
    return error


def test_what_is_wrong_has_its_claim(case: Callable[..., Any], gold: Callable[..., Gold], relations: list[Row]) -> None:
    made = case()
    error = one_error(make_report(made.database, [gold(relations=relations[:3])], made.texts))
    assert [(e.rule, e.confidence) for e in error.evidence] == [("test.cooperatesWith", 0.8)]
    assert "[华辰制药有限公司]与[龙湖大学]合作" in words(error)[0]


def test_what_is_missing_has_the_sentence_that_could_have_said_it(
    case: Callable[..., Any], gold: Callable[..., Gold], statements: list[tuple[str, str, str]]
) -> None:
    made = case(statements=statements[:3])
    error = one_error(make_report(made.database, [gold()], made.texts))
    assert [e.rule for e in error.evidence] == [""]
    assert words(error) == ["三门峡市的三门峡经济开发区书记王某某说，[华辰制药有限公司]与[龙湖大学]合作。"]


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ({"p": "status", "o": "signed"}, "的[技改项目]签约"),
        ({"p": "totalInvestment", "o": 200000000}, "[技改项目]签约，总投资[2亿元]"),
        ({"p": "undertakenBy", "o": "e"}, "[华辰制药有限公司]的[技改项目]"),
    ],
)
def test_missing_values_and_links(case: Callable[..., Any], gold: Callable[..., Gold], extra: Row, expected: str) -> None:
    made = case("标题\n[华辰制药有限公司|Enterprise]的[技改项目|Project]签约，总投资2亿元。", ())
    entities = [
        {"id": "e", "type": "Enterprise", "names": ["华辰制药有限公司"]},
        {"id": "p", "type": "Project", "names": ["技改项目"]},
    ]
    error = one_error(make_report(made.database, [gold(entities=entities, relations=[{"s": "p", **extra}])], made.texts))
    assert expected in words(error)[0]


def test_a_missing_figure_is_found_by_its_amount(case: Callable[..., Any], gold: Callable[..., Gold]) -> None:
    made = case()
    wanted = [{"of": "z", "indicator": "投资", "value": 620000000, "unit": "元", "growth": 8.5}]
    error = one_error(make_report(made.database, [gold(observations=wanted)], made.texts))
    assert words(error)[-1] == "今年[投资6.2亿元]，增长[8.5%]。"


def test_a_wrong_figure_has_its_claim(case: Callable[..., Any], gold: Callable[..., Gold]) -> None:
    start = case().text.index("投资")
    figure = Observation(1, "投资", Decimal(620000000), "元", Span(start, start + 7), "test.figure", 0.7)
    made = case(observations=[figure])
    error = one_error(make_report(made.database, [gold()], made.texts))
    assert (error.evidence[0].rule, words(error)) == ("test.figure", ["今年[投资6.2亿元]，增长8.5%。"])


def test_a_store_without_texts_shows_the_quotes(
    case: Callable[..., Any], gold: Callable[..., Gold], statements: list[tuple[str, str, str]], relations: list[Row]
) -> None:
    made = case(statements=statements[1:])
    wrong, missing = make_report(made.database, [gold(relations=[relations[0], *relations[1:3]])], lambda _: ()).errors
    assert missing.evidence == ()
    assert "".join(words(wrong)[0].split()).replace("[", "").replace("]", "") == "".join(made.text.split())


def test_texts_that_may_not_be_shown_are_not(case: Callable[..., Any], gold: Callable[..., Gold]) -> None:
    error, *_ = make_report(case().database, [gold(relations=[])]).errors
    assert [(one.sentence, one.rule) for one in error.evidence] == [(None, "test.locatedIn")]


def test_floors(case: Callable[..., Any], gold: Callable[..., Gold]) -> None:
    floors = {"ENTITIES all": 1.0, "relation locatedIn": 1.01, "relation nonsense": 0.5, "relation inIndustry": 0.0}
    report = make_report(case().database, [gold()], floors=floors)
    assert report.fallen == {"relation locatedIn": 1.0, "relation nonsense": 0.0}


def test_causes_are_counted_by_row(case: Callable[..., Any], gold: Callable[..., Gold], relations: list[Row]) -> None:
    relations[3] = {"s": "e", "p": "subsidiaryOf", "o": "i"}
    assert make_report(case().database, [gold(relations=relations)]).causes == {
        "relation subsidiaryOf": {"other property": 1},
        "relation cooperatesWith": {"other property": 1},
    }


def test_two_annotations_of_one_file(case: Callable[..., Any], gold: Callable[..., Gold], entities: list[Row]) -> None:
    made = case()
    both = [gold(), gold(entities=[*entities, {"id": "x", "type": "Industry", "names": ["合作"]}])]
    error = one_error(make_report(made.database, both, made.texts))
    assert "[合作]" in words(error)[0]
