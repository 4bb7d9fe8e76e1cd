"""Names compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_build.linking.names import key, likeness, split_places, zone_head


@pytest.mark.parametrize(
    ("name", "before", "rest"),
    [
        ("江苏省徐州市鼓楼区", ("徐州市", "江苏省"), "鼓楼区"),
        ("西安区", (), "西安区"),
        ("吉林市", (), "吉林市"),
        ("郑州经开区", ("郑州",), "经开区"),
    ],
)
def test_the_divisions_before_a_name(name: str, before: tuple[str, ...], rest: str) -> None:
    assert split_places(name) == (before, rest)


@given(st.text(alphabet="江苏省徐州市鼓楼区南京西安河", max_size=12))
def test_splitting_loses_nothing(name: str) -> None:
    before, rest = split_places(name)
    assert "".join((*reversed(before), rest)) == name


@given(st.text(max_size=8), st.text(max_size=8))
def test_likeness_is_symmetric_and_full_for_the_same(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert likeness(one, one) == 1
    assert 0 <= likeness(one, other) <= 1


def test_zones_are_told_apart_by_stem_and_kind() -> None:
    assert key("合肥新站高新区", "Zone") == key("新站高新技术产业开发区", "Zone")
    assert key("郑州经开区", "Zone") != key("郑州高新区", "Zone")
    assert key("经开区", "Zone") == ""
    assert zone_head("威海临港区") == zone_head("威海临港经济技术开发区") == "威海临港"
