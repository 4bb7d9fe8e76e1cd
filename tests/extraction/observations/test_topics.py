from __future__ import annotations

from collections.abc import Callable

import pytest

from kg_build.model import Mention, Observation

NAMES = {
    "远禾重工": "Enterprise",
    "青木化纤": "Enterprise",
    "云溪科技园": "Park",
    "洛水市": "Place",
    "周立人": "Official",
    "远禾曲轴项目": "Project",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the next sentence goes on about the firm
        ("远禾重工去年迁入新厂。今年上半年销售额5.1亿元，职工1300人。", {"销售额": "远禾重工", "职工": "远禾重工"}),
        # but what only a zone has is the zone's
        ("远禾重工去年迁入新厂。上半年固定资产投资21亿元，入驻企业90家。", {"固定资产投资": "", "入驻企业": ""}),
        ("远禾重工去年迁入新厂。上半年全区产值21亿元。", {"产值": ""}),
        # a new paragraph is the zone's again, a general word leads back to the firm
        ("远禾重工去年迁入新厂。\n上半年产值21亿元。", {"产值": ""}),
        ("远禾重工去年迁入新厂。\n公司上半年销售额2亿元。", {"销售额": "远禾重工"}),
        # an official who speaks tells of the zone
        ("远禾重工去年迁入新厂。周立人介绍，上半年产值21亿元。", {"产值": ""}),
        # a modifier before the name
        ("做曲轴的远禾重工上半年产值2亿元。", {"产值": "远禾重工"}),
        ("与远禾重工相邻，全区产值9亿元。", {"产值": ""}),
        # the park told of before
        ("云溪科技园去年开园。园区出租率91%。", {"出租率": "云溪科技园"}),
        ("园区出租率91%。", {"出租率": ""}),
        # the place in a speaker's post is no subject
        ("洛水市副市长周立人说，入驻企业已有90家。", {"入驻企业": ""}),
        # a firm introduced in a list ends with its part of the sentence
        ("其中远禾重工、青木化纤完成股改；今年新投项目9个。", {"新投项目": ""}),
    ],
)
def test_whose_figure_it_is(
    text: str,
    expected: dict[str, str],
    read: Callable[..., list[Observation]],
    make_mentions: Callable[..., tuple[Mention, ...]],
) -> None:
    known = {m.id: m.name for m in make_mentions(text, NAMES)}
    assert {o.indicator: known.get(o.of, "") for o in read(text, None, NAMES)} == expected


def test_a_projects_size_is_not_told_of_the_firm(read: Callable[..., list[Observation]]) -> None:
    assert read("远禾曲轴项目年产曲轴2.4万吨，占地530亩。", None, NAMES) == []


def test_a_firms_capacity_is(read: Callable[..., list[Observation]]) -> None:
    (found,) = read("远禾重工年加工曲轴2.4万吨。", None, NAMES)
    assert (found.indicator, found.value, found.unit) == ("年加工曲轴", 24000, "吨")
