from __future__ import annotations

import pytest

from kg_build.model import Role
from kg_build.reading.layout.names import is_name, parse_byline, split_names


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("本报记者 王某 李某", ["reporter|王某", "reporter|李某"]),
        ("□本报记者 王某", ["reporter|王某"]),
        ("本报记者 王 某 通讯员 陈小二 孙 三", ["reporter|王某", "correspondent|陈小二", "correspondent|孙三"]),
        ("（清岚日报全媒体记者 吴小北）", ["reporter|吴小北"]),
        ("记者 吴小北", ["reporter|吴小北"]),
        ("文/吴小北 图/郑一鸣", ["author|吴小北", "photographer|郑一鸣"]),
        ("作者：欧阳小北", ["author|欧阳小北"]),
        ("通讯员 阿依古丽·买买提", ["correspondent|阿依古丽·买买提"]),
        ("记者 吴小北 报道", ["reporter|吴小北"]),
        ("溪口日报全媒记者 吴小北 晚报记者 郑一鸣", ["reporter|吴小北", "reporter|郑一鸣"]),
        ("（记者 吴 小 北 通讯\n员 闾丘 静）", ["reporter|吴小北", "correspondent|闾丘静"]),
        ("本报记者 吴 某  郑 一鸣", ["reporter|吴某", "reporter|郑一鸣"]),
        ("——本报记者 吴小北 编辑 孟冉", ["reporter|吴小北"]),
        ("整理：吴小北", ["author|吴小北"]),
        ("记者 走进 企业", []),
        ("记者调查", []),
        ("王某", []),
        ("开发区的新闻", []),
        ("", []),
    ],
)
def test_parse_byline(text: str, wanted: list[str]) -> None:
    found = parse_byline(text, 100)
    if "·" not in text:
        assert [f"{one.role.value}|{one.name}" for one in found] == wanted
    for one in found:
        assert "".join(text[one.span.start - 100 : one.span.end - 100].split()) == one.name


def test_bare_names_need_a_role_from_the_caller() -> None:
    assert parse_byline("王小明 李雪", 0) == ()
    assert [one.name for one in parse_byline("王小明 李雪", 0, bare=Role.AUTHOR)] == ["王小明", "李雪"]


@pytest.mark.parametrize(
    "text",
    [
        "（甯小北整理）",
        "（甯小北 摄影报道）",
        "（溪口经开区 吴小北）",
        "（吴小北 图片由高新区提供）",
        "（区委组织部供稿，吴小北整理）",
    ],
)
def test_words_beside_a_bare_name_are_none_of_it(text: str) -> None:
    found = parse_byline(text, 0, bare=Role.AUTHOR)
    assert [one.name[-2:] for one in found] == ["小北"]


@pytest.mark.parametrize("text", ["（由高新区提供）", "（本报综合报道）", "（有关单位 整理）"])
def test_words_alone_are_no_byline(text: str) -> None:
    assert parse_byline(text, 0, bare=Role.AUTHOR) == ()


@pytest.mark.parametrize("word", ["高新", "经济", "发展", "安全", "方向", "A", "王", "开发区"])
def test_words_are_no_names(word: str) -> None:
    assert not is_name(word)


def test_names_run_together_are_split_at_family_names() -> None:
    assert split_names("侯一二刘三") == ["侯一二", "刘三"]
    assert split_names("码头上的风") == []
