"""Lists of mentions."""

from __future__ import annotations

import pytest

from kg_build.extraction.relations.examples import read_marked
from kg_build.extraction.relations.lists import chunks, nested, outermost


def lists(marked: str, *kept: str) -> list[tuple[str, list[str]]]:
    read = read_marked(marked)
    found = chunks(read.article.text, read.mentions, kept)
    return [(read.article.text[c.span.start : c.span.end], [m.name for m in c.members]) for c in found]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (
            "[甲公司|Enterprise]、[乙公司|Enterprise]和[丙公司|Enterprise]参会",
            [("甲公司、乙公司和丙公司", ["甲公司", "乙公司", "丙公司"])],
        ),
        ("[甲公司|Enterprise]、[乙园|Park]等一批项目", [("甲公司、乙园等一批项目", ["甲公司", "乙园"])]),
        ("[甲公司|Enterprise]与[乙公司|Enterprise]合作", [("甲公司", ["甲公司"]), ("乙公司", ["乙公司"])]),
        ("[甲公司|Enterprise]和[某大学|Institution]合作", [("甲公司", ["甲公司"]), ("某大学", ["某大学"])]),
        ("“[甲园|Park]”建设", [("“甲园”", ["甲园"])]),
        ("[汽车|Industry]制造、[光伏|Industry]与[储能|Industry]", [("汽车制造、光伏与储能", ["汽车", "光伏", "储能"])]),
        ("[甲项目|Project]、某条路、[乙项目|Project]开工", [("甲项目、某条路、乙项目", ["甲项目", "乙项目"])]),
        ("[甲项目|Project](原[乙项目|Project])开工", [("甲项目(原乙项目)", ["甲项目"])]),
        ("[甲园|Park+Project]开园", [("甲园", ["甲园", "甲园"])]),
    ],
)
def test_what_is_one_list(marked: str, expected: list[tuple[str, list[str]]]) -> None:
    assert lists(marked) == expected


def test_the_close_of_a_list_stays_out_when_it_says_something() -> None:
    marked = "[甲项目|Project]、[乙项目|Project]等在谈项目"
    assert lists(marked, "在谈") == [("甲项目、乙项目", ["甲项目", "乙项目"])]
    assert lists(marked) == [("甲项目、乙项目等在谈项目", ["甲项目", "乙项目"])]


def test_names_within_names() -> None:
    read = read_marked("[[[云台|Place]经开区|Zone]管委会|Institution]")
    outer = read.mentions[0]
    assert [m.name for m in nested(read.mentions)[outer.id]] == ["云台经开区", "云台"]
    assert outermost(read.mentions) == ((outer,),)
