"""Where firms come from."""

from __future__ import annotations

from collections.abc import Callable

from kg_build.extraction.relations.examples import read_marked
from kg_build.extraction.relations.whereabouts import Whereabouts, codes_of

Says = Callable[..., tuple[str, ...]]


def test_a_name_begins_with_a_division() -> None:
    assert codes_of("重庆某某集团") == {"50"}
    assert codes_of("某某集团") == frozenset()


def test_a_firm_of_another_province_is_elsewhere() -> None:
    read = read_marked(
        "[三门峡经济开发区|Zone]来了[重庆某某集团|Enterprise]、[河南某某公司|Enterprise]和[三门峡某某公司|Enterprise]。"
    )
    where = Whereabouts(read.article, read.mentions, ())
    firms = [m for m in read.mentions if m.type == "Enterprise"]
    assert [where.is_elsewhere(m) for m in firms] == [True, False, False]


def test_an_owner_that_is_named_once_is_not_told_of_as_the_zones(says: Says) -> None:
    text = "[云台海川公司|Enterprise]由[远山集团|Enterprise]独资设立。[云台海川公司|Enterprise]上月投产。"
    assert says(text) == (
        "云台海川公司 | foundedBy | 远山集团",
        "云台海川公司 | locatedIn | *",
        "云台海川公司 | subsidiaryOf | 远山集团",
    )


def test_the_park_that_is_named_most_is_the_storys() -> None:
    read = read_marked("[云台软件园|Park]好。[云台软件园|Park]大。[云台软件园|Park]新。[云台软件园|Park]忙。")
    park = Whereabouts(read.article, read.mentions, ()).park
    assert park is not None
    assert park.name == "云台软件园"
    assert Whereabouts(read.article, read.mentions[:1], ()).park is None
