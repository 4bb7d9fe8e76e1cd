"""Statements counted as right, wrong and missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kg_build.evaluation import Gold, evaluate
from kg_build.evaluation.judgements import Verdict
from kg_build.evaluation.scores import Score
from kg_build.model import Observation, Span

Row = dict[str, Any]
FIGURE = Observation(
    1, "投资", Decimal(620000000), "元", Span(40, 50), "test.figure", 0.7, Decimal("8.5"), False, None,
    date(2024, 1, 1), date(2024, 12, 31),
)  # fmt: skip
WANTED = {"of": "z", "indicator": "投资", "value": 620000000, "unit": "元", "growth": 8.5, "from": "2024", "to": "2024"}


def test_all_right(case: Callable[..., Any], gold: Callable[..., Gold]) -> None:
    found = evaluate(case().database, [gold()])
    assert found.rows["ENTITIES all"] == Score(5, 5, 5)
    assert found.rows["RELATIONS all"] == Score(4, 4, 4)
    assert found.rows["RELATIONS all"].f == 1.0
    assert found.errors == []
    assert {j.verdict for j in found.judgements} == {Verdict.RIGHT}


def test_rows_of_an_article_are_those_of_all_where_there_is_one(case: Callable[..., Any], gold: Callable[..., Gold]) -> None:
    found = evaluate(case().database, [gold()])
    assert found.articles == {"a": found.rows}


def test_two_annotations_add_up(case: Callable[..., Any], gold: Callable[..., Gold]) -> None:
    found = evaluate(case().database, [gold(), gold(article="b")])
    assert found.rows["ENTITIES all"] == Score(5, 5, 10)
    assert found.articles["b"]["ENTITIES all"] == Score(0, 0, 5)


def test_a_symmetric_statement_counts_in_either_direction(case: Callable[..., Any], gold: Callable[..., Gold]) -> None:
    assert evaluate(case().database, [gold()]).rows["relation cooperatesWith"] == Score(1, 1, 1)


@pytest.mark.parametrize(("title", "right"), [("三门峡经济开发区党工委书记", 1), ("该区党工委书记", 1), ("管委会主任", 0)])
def test_titles(case: Callable[..., Any], gold: Callable[..., Gold], relations: list[Row], title: str, right: int) -> None:
    relations[0]["title"] = title
    assert evaluate(case().database, [gold(relations=relations)]).rows["relation officialOf"] == Score(right, 1, 1)


def test_a_place_farther_up_is_no_error(
    case: Callable[..., Any], gold: Callable[..., Gold], statements: list[tuple[str, str, str]]
) -> None:
    store = case(statements=[*statements, ("华辰制药有限公司", "locatedIn", "三门峡市")]).database
    found = evaluate(store, [gold()])
    assert found.rows["relation locatedIn"] == Score(2, 2, 2)
    assert [j.words for j in found.judgements if j.verdict is Verdict.ALLOWED] == [("华辰制药有限公司", "三门峡市")]


def test_what_is_missing_and_what_is_wrong_count(
    case: Callable[..., Any], gold: Callable[..., Gold], marked: str, statements: list[tuple[str, str, str]]
) -> None:
    store = case(marked.replace("[龙湖大学|Institution]", "[龙湖大学|Enterprise]"), statements[:3]).database
    found = evaluate(store, [gold()])
    assert found.rows["entity Institution"] == Score(0, 0, 1)
    assert found.rows["entity Enterprise"] == Score(1, 2, 1)
    assert found.rows["relation cooperatesWith"] == Score(0, 0, 1)
    assert found.errors == [
        "a + Enterprise 龙湖大学 (in the annotation: Institution)",
        "a - Institution 龙湖大学 (said: Enterprise)",
        "a - cooperatesWith 华辰制药有限公司 龙湖大学 (not found: 龙湖大学)",
    ]


def test_a_file_that_the_store_lacks_counts_as_nothing_said(case: Callable[..., Any], gold: Callable[..., Gold]) -> None:
    found = evaluate(case().database, [gold(article="other")])
    assert found.rows["ENTITIES all"] == Score(0, 0, 5)
    assert found.lacking == ("other",)
    assert found.errors[0] == "other: the store has no article of this file"


def test_an_empty_annotation_makes_all_wrong(case: Callable[..., Any], gold: Callable[..., Gold]) -> None:
    found = evaluate(case().database, [gold(entities=[], relations=[])])
    assert found.rows["ENTITIES all"] == Score(0, 5, 0)
    assert found.rows["RELATIONS all"] == Score(0, 4, 0)
    assert (found.rows["RELATIONS all"].precision, found.rows["RELATIONS all"].recall, found.rows["RELATIONS all"].f) == (0, 0, 0)


def test_a_right_figure_with_all_its_parts(case: Callable[..., Any], gold: Callable[..., Gold]) -> None:
    rows = evaluate(case(observations=[FIGURE]).database, [gold(observations=[WANTED])]).rows
    assert {name: row for name, row in rows.items() if name.startswith("observations")} == dict.fromkeys(
        ("observations", "observations, growth", "observations, start", "observations, end", "observations, target"),
        Score(1, 1, 1),
    )


@pytest.mark.parametrize(
    ("change", "row", "score"),
    [
        ({"value": 630000000}, "observations", Score(0, 1, 1)),
        ({"unit": "美元"}, "observations", Score(0, 1, 1)),
        ({"of": "e"}, "observations", Score(0, 1, 1)),
        ({"indicator": "税收"}, "observations", Score(0, 1, 1)),
        ({"indicator": "固定资产投资"}, "observations", Score(1, 1, 1)),
        ({"growth": 9}, "observations, growth", Score(0, 1, 1)),
        ({"growth": None}, "observations, growth", Score(0, 1, 0)),
        ({"from": "2023"}, "observations, start", Score(0, 1, 1)),
        ({"to": ""}, "observations, end", Score(0, 1, 0)),
        ({"target": True}, "observations, target", Score(0, 1, 1)),
    ],
)
def test_figures_and_their_parts(
    case: Callable[..., Any], gold: Callable[..., Gold], change: Row, row: str, score: Score
) -> None:
    found = evaluate(case(observations=[FIGURE]).database, [gold(observations=[{**WANTED, **change}])])
    assert found.rows[row] == score
    assert [j.row for j in found.judgements if j.is_error] == ([] if score.right else [row] * (2 if row == "observations" else 1))


def test_each_figure_is_right_once(case: Callable[..., Any], gold: Callable[..., Gold]) -> None:
    other = replace(FIGURE, period_start=date(2023, 1, 1), period_end=date(2023, 12, 31))
    found = evaluate(case(observations=[FIGURE, other]).database, [gold(observations=[WANTED])])
    assert found.rows["observations"] == Score(1, 2, 1)
    assert found.rows["observations, start"] == Score(1, 1, 1)
