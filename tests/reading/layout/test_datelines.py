"""Who wrote a report, by its opening words."""

from __future__ import annotations

import pytest

from kg_build.reading.layout.datelines import mark_datelines
from kg_build.reading.layout.lines import split_lines
from kg_build.reading.layout.patterns import load_patterns

BODY = "昨天上午，溪口综合保税区的新码头开港。"


@pytest.mark.parametrize(
    ("opening", "names"),
    [
        ("本报讯（记者 吴小北）", ["吴小北"]),
        ("本报讯（冷雪飞 记者曲洪涛）", ["冷雪飞", "曲洪涛"]),
        ("本 报 讯（吴小北、郑一鸣）", ["吴小北", "郑一鸣"]),
        ("溪口3月10日讯（记者 吴小北 通讯员 郑一鸣）", ["吴小北", "郑一鸣"]),
        ("又讯（记者 吴小北）", ["吴小北"]),
        ("（本报讯 记者 吴小北）", ["吴小北"]),
        ("【本报溪口讯】实习记者吴小北报道：", ["吴小北"]),
        ("溪口来电（见下图）", []),
        ("快讯（吴小北）", []),
    ],
)
def test_the_people_of_an_opening(opening: str, names: list[str]) -> None:
    source = opening + BODY
    (block,) = mark_datelines(split_lines(source), source, load_patterns())
    assert [one.name for one in block.credits] == names
    for one in block.credits:
        assert source[one.span.start : one.span.end] == one.name
