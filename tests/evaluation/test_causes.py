"""What errors follow from."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from kg_build.evaluation import Gold, evaluate
from kg_build.evaluation.judgements import Cause, Judgement, Verdict
from kg_build.model import Observation, Span

Row = dict[str, Any]
Statements = list[tuple[str, str, str]]
FIGURE = Observation(1, "投资", Decimal(620000000), "元", Span(40, 50), "test.figure", 0.7)
WANTED = {"of": "z", "indicator": "投资", "value": 620000000, "unit": "元"}


def errors(database: Any, gold: Gold, row: str) -> list[tuple[Verdict, Cause | None, str]]:
    found: list[Judgement] = [j for j in evaluate(database, [gold]).judgements if j.is_error and j.row == row]
    return [(j.verdict, j.cause, j.detail) for j in found]


def test_a_second_node(case: Callable[..., Any], gold: Callable[..., Gold], entities: list[Row], marked: str) -> None:
    entities[3]["names"] = ["龙湖大学", "湖滨研究院"]
    store = case(f"{marked}[湖滨研究院|Institution]参加。").database
    assert errors(store, gold(entities=entities), "entity Institution") == [(Verdict.WRONG, Cause.AGAIN, "again")]


def test_another_class(case: Callable[..., Any], gold: Callable[..., Gold], marked: str) -> None:
    store = case(marked.replace("[龙湖大学|Institution]", "[龙湖大学|Enterprise]")).database
    assert errors(store, gold(), "entity Enterprise") == [(Verdict.WRONG, Cause.OTHER_CLASS, "in the annotation: Institution")]
    assert errors(store, gold(), "entity Institution") == [(Verdict.MISSING, Cause.OTHER_CLASS, "said: Enterprise")]


def test_an_end_that_was_not_found(
    case: Callable[..., Any], gold: Callable[..., Gold], marked: str, statements: Statements
) -> None:
    store = case(marked.replace("[龙湖大学|Institution]", "龙湖大学"), statements[:3]).database
    assert errors(store, gold(), "relation cooperatesWith") == [(Verdict.MISSING, Cause.END, "not found: 龙湖大学")]


def test_an_end_that_is_not_annotated(
    case: Callable[..., Any], gold: Callable[..., Gold], entities: list[Row], relations: list[Row]
) -> None:
    annotated = gold(entities=[e for e in entities if e["id"] != "i"], relations=relations[:3])
    assert errors(case().database, annotated, "relation cooperatesWith") == [
        (Verdict.WRONG, Cause.END, "not in the annotation: 龙湖大学")
    ]


def test_another_title(case: Callable[..., Any], gold: Callable[..., Gold], relations: list[Row]) -> None:
    relations[0]["title"] = "管委会主任"
    assert errors(case().database, gold(relations=relations), "relation officialOf") == [
        (Verdict.WRONG, Cause.TITLE, "in the annotation: 管委会主任"),
        (Verdict.MISSING, Cause.TITLE, "said: 党工委书记"),
    ]


def test_another_property(case: Callable[..., Any], gold: Callable[..., Gold], relations: list[Row]) -> None:
    relations[3] = {"s": "e", "p": "subsidiaryOf", "o": "i"}
    annotated = gold(relations=relations)
    assert errors(case().database, annotated, "relation cooperatesWith") == [
        (Verdict.WRONG, Cause.OTHER_PROPERTY, "in the annotation: subsidiaryOf")
    ]
    assert errors(case().database, annotated, "relation subsidiaryOf") == [
        (Verdict.MISSING, Cause.OTHER_PROPERTY, "said: cooperatesWith")
    ]


def test_another_object(
    case: Callable[..., Any], gold: Callable[..., Gold], relations: list[Row], statements: Statements
) -> None:
    statements[1] = ("华辰制药有限公司", "locatedIn", "三门峡市")
    relations[2] = {"s": "i", "p": "locatedIn", "o": "l"}
    found = errors(case(statements=statements).database, gold(relations=relations), "relation locatedIn")
    assert (Verdict.WRONG, Cause.OTHER_END, "in the annotation: 三门峡经济开发区") in found
    assert (Verdict.MISSING, Cause.OTHER_END, "said: 三门峡市") in found


@pytest.mark.parametrize(
    ("change", "cause", "wrong", "missing"),
    [
        ({"of": "e"}, Cause.OWNER, "in the annotation: 华辰制药有限公司", "said: 三门峡经济开发区"),
        ({"indicator": "税收"}, Cause.INDICATOR, "in the annotation: 税收", "said: 投资"),
        ({"value": 5}, None, "", ""),
    ],
)
def test_figures(
    case: Callable[..., Any], gold: Callable[..., Gold], change: Row, cause: Cause | None, wrong: str, missing: str
) -> None:
    store = case(observations=[FIGURE]).database
    assert errors(store, gold(observations=[{**WANTED, **change}]), "observations") == [
        (Verdict.MISSING, cause, missing),
        (Verdict.WRONG, cause, wrong),
    ]


def test_a_part_of_a_figure(case: Callable[..., Any], gold: Callable[..., Gold]) -> None:
    store = case(observations=[FIGURE]).database
    wanted = [{**WANTED, "growth": 8.5, "to": "2024", "target": True}]
    assert errors(store, gold(observations=wanted), "observations, growth") == [
        (Verdict.MISSING, Cause.PART, "said: none; in the annotation: +8.5%")
    ]
    assert errors(store, gold(observations=wanted), "observations, end") == [
        (Verdict.MISSING, Cause.PART, "said: none; in the annotation: 2024-12-31")
    ]
    assert errors(store, gold(observations=wanted), "observations, target") == [
        (Verdict.WRONG, Cause.PART, "said: no target; in the annotation: a target")
    ]
