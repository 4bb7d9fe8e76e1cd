from __future__ import annotations

from collections.abc import Callable

import pytest

from kg_build.model import Mention, Observation

FIRMS = {"远禾重工": "Enterprise", "青木化纤": "Enterprise", "云溪轮毂": "Enterprise"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "远禾重工与青木化纤合资组建云溪轮毂，远禾重工占股51%，青木化纤出资49%。",
            [("云溪轮毂", "远禾重工占股", 51), ("云溪轮毂", "青木化纤出资", 49)],
        ),
        (
            "云溪轮毂的股东有两家：远禾重工占55%，青木化纤占45%。",
            [("云溪轮毂", "远禾重工持股", 55), ("云溪轮毂", "青木化纤持股", 45)],
        ),
        (
            "云溪轮毂由远禾重工与青木化纤合资组建，前者占股55%，后者占股45%。",
            [("云溪轮毂", "远禾重工占股", 55), ("云溪轮毂", "青木化纤占股", 45)],
        ),
        ("云溪轮毂去年迁来，大股东远禾重工持股67%。", [("云溪轮毂", "远禾重工持股", 67)]),
        (
            "云溪轮毂由远禾重工和青木化纤分别出资51%、49%组建。",
            [("云溪轮毂", "远禾重工出资", 51), ("云溪轮毂", "青木化纤出资", 49)],
        ),
        ("合资组建云溪轮毂，中外双方分别持股55%和45%。", [("云溪轮毂", "中方持股", 55), ("云溪轮毂", "外方持股", 45)]),
        (
            "云溪轮毂由远禾重工与青木化纤各持股一半。",
            [("云溪轮毂", "远禾重工持股", 50), ("云溪轮毂", "青木化纤持股", 50)],
        ),
        ("云溪轮毂由远禾重工等三家出资，分别占40%、35%、25%。", []),
        ("远禾重工已认购云溪轮毂8%的股权。", [("云溪轮毂", "远禾重工持股", 8)]),
    ],
)
def test_shares_are_told_of_the_company(
    text: str,
    expected: list[tuple[str, str, int]],
    read: Callable[..., list[Observation]],
    make_mentions: Callable[..., tuple[Mention, ...]],
) -> None:
    known = {m.id: m.name for m in make_mentions(text, FIRMS)}
    found = [o for o in read(text, None, FIRMS) if o.unit == "%"]
    assert [(known[o.of], o.indicator, o.value) for o in found] == expected
    assert all(o.is_share for o in found)


def test_a_part_of_a_sum_is_no_holding(read: Callable[..., list[Observation]]) -> None:
    found = read("全区进出口总额9亿元，其中出口占11%。", None, FIRMS)
    assert [o.indicator for o in found] == ["进出口总额", "出口占进出口总额"]
