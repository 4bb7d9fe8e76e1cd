"""Posts before and after names."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spacy.language import Language

from kg_build.extraction.relations import explain, load_rules
from kg_build.extraction.relations.examples import read_marked

Says = Callable[..., tuple[str, ...]]

CASES = [
    ("[云台经开区|Zone]党工委书记[林知远|Official]、管委会主任[苏见秋|Official]出席。",
     ["林知远 | officialOf | 云台经开区 | 党工委书记", "苏见秋 | officialOf | 云台经开区 | 管委会主任"]),
    ("[云台县|Place]县长[林知远|Official]讲话。", ["林知远 | officialOf | 云台县 | 县长"]),
    ("[云台市招商局|Institution]局长[林知远|Official]介绍。", ["林知远 | officialOf | 云台市招商局 | 局长"]),
    ("[海川集团|Enterprise]董事长[林知远|Person]说。", ["林知远 | officialOf | 海川集团 | 董事长"]),
    ("党工委委员、管委会副主任[林知远|Official]主持。",
     ["林知远 | officialOf | * | 党工委委员", "林知远 | officialOf | * | 管委会副主任"]),
    ("[苏见秋|Official]任党工委书记[林知远|Official]任管委会主任",
     ["林知远 | officialOf | * | 管委会主任", "苏见秋 | officialOf | * | 党工委书记"]),
    ("[全省|Place:generic]上下落实省委书记[林知远|Official]的要求。", ["林知远 | officialOf | 全省 | 省委书记"]),
    ("[[云台经开区|Zone]党工委|Institution]副书记[林知远|Official]说。", ["林知远 | officialOf | 云台经开区 | 党工委副书记"]),
    ("[[云台产业园|Park]管委会|Institution]副主任[林知远|Official]说。", ["林知远 | officialOf | 云台产业园管委会 | 副主任"]),
    ("[林知远|Official]任[[云台产业园|Park]管委会|Institution]主任。", ["林知远 | officialOf | 云台产业园管委会 | 主任"]),
    ("[苏见秋|Official]此前任[云台县|Place]副县长,副主任[林知远|Official]说。", ["苏见秋 | officialOf | 云台县 | 副县长"]),
    ("[海川市政府|Institution]副市长[林知远|Official]、[云台市|Place]市委书记[苏见秋|Official]出席。",
     ["林知远 | officialOf | 海川市政府 | 副市长", "苏见秋 | officialOf | 云台市 | 市委书记"]),
    ("[海川市政协|Institution]主席[林知远|Official],市委常委[苏见秋|Official]出席。",
     ["林知远 | officialOf | 海川市政协 | 主席"]),
    ("[园区|Park:generic]管委会副主任[林知远|Official]说。", ["林知远 | officialOf | * | 管委会副主任"]),
]  # fmt: skip


@pytest.mark.parametrize(("marked", "expected"), CASES)
def test_posts(says: Says, marked: str, expected: list[str]) -> None:
    assert says(marked, "post-before-name", "post-after-name") == tuple(expected)


@pytest.mark.parametrize(
    ("marked", "former"),
    [
        ("[云台经开区|Zone]原管委会主任[林知远|Official]回忆。", True),
        ("时任[云台经开区|Zone]管委会主任[林知远|Official]回忆。", True),
        ("[林知远|Official]不再担任[云台经开区|Zone]管委会主任。", True),
        ("[云台经开区|Zone]管委会主任[林知远|Official]回忆。", False),
    ],
)
def test_posts_no_longer_held(blank: Language, marked: str, former: bool) -> None:
    read = read_marked(marked)
    rules = [rule for rule in load_rules() if rule.engine == "posts"]
    firings = explain(read.article, blank(read.article.text), read.mentions, read.implicit, rules=rules)
    assert {(f.statement.title, f.statement.former) for f in firings} == {("管委会主任", former)}
