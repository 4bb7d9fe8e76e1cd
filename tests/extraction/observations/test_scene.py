from __future__ import annotations

from datetime import date

import pytest

from kg_build.extraction.observations.scene import Scene, is_single_project
from kg_build.quantities import find_periods, make_anchor

ANCHOR = make_anchor("", date(2024, 10, 8))


def scene(*clauses: str) -> Scene:
    told = Scene(ANCHOR)
    for clause in clauses:
        told.hear(find_periods(clause, ANCHOR), clause)
    return told


@pytest.mark.parametrize(
    ("clauses", "start", "end"),
    [
        (["2023年"], date(2023, 1, 1), date(2023, 12, 31)),
        (["截至8月底"], None, date(2024, 8, 31)),
        (["截至9月中旬", "该区今年新签约"], date(2024, 1, 1), date(2024, 9, 30)),
        (["自2020年以来", "连续三年突破"], date(2020, 1, 1), date(2022, 12, 31)),
        (["8月23日上午"], None, None),
        (["近年来"], None, None),
    ],
)
def test_time_of_a_figure(clauses: list[str], start: date | None, end: date | None) -> None:
    assert scene(*clauses).when(stock=False, target=False)[:2] == (start, end)


def test_a_beginning_says_nothing_about_a_level_reached_or_aimed_at() -> None:
    told = scene("今年以来")
    assert told.when(stock=True, target=False)[:2] == (None, None)
    assert told.when(stock=False, target=True)[:2] == (None, None)
    assert told.when(stock=False, target=False)[:2] == (date(2024, 1, 1), None)


def test_the_past_year_holds_until_the_text_turns() -> None:
    told = scene("在过去的一年里")
    told.open_paragraph("产业升级稳步推进。")
    assert told.when(stock=False, target=False)[:2] == (date(2023, 1, 1), date(2023, 12, 31))
    told.open_paragraph("当前，新一轮发展正起步。")
    assert told.when(stock=False, target=False)[:2] == (date(2024, 1, 1), date(2024, 12, 31))


@pytest.mark.parametrize(
    ("text", "whole", "expected"),
    [
        ("云杉新材料项目总投资", False, "running"),
        ("云杉新材料项目一期已建成", True, "running"),
        ("谋划云杉新材料产业园", True, "planned"),
        ("省市重点项目", False, None),
        ("实施技改项目", False, None),
        ("云杉新材料等项目", True, None),
        ("该项目占地", False, "running"),
    ],
)
def test_one_project_told_of(text: str, whole: bool, expected: str | None) -> None:
    assert is_single_project(text, whole=whole) == expected
