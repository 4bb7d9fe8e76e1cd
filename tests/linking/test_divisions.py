"""Divisions by code and form, and what came after them."""

from __future__ import annotations

import pytest

from kg_build.linking.divisions import index, successors


@pytest.mark.parametrize(
    ("code", "after"),
    [
        ("411222", ("411203",)),  # 陕县 → 陕州区, by the table
        ("411626", ("411603",)),  # 淮阳县 → 淮阳区, by the name
        ("371200", ("370116",)),  # 莱芜市 → 济南市莱芜区
        ("411202", ()),  # there today
        ("000000", ()),
    ],
)
def test_successors(code: str, after: tuple[str, ...]) -> None:
    assert successors(code) == after


def test_the_named_successors_are_there_today() -> None:
    known = index().by_code
    for code, row in known.items():
        for after in successors(code):
            assert known[after].until is None, (row.name, after)


def test_a_code_has_all_the_names_that_it_bore() -> None:
    row = index().by_code["420600"]
    assert row.name == "襄阳市"
    assert "襄樊市" in row.old
    assert row.until is None


def test_paths_and_chains() -> None:
    assert index().path("411203") == "河南省/三门峡市/陕州区"
    assert index().chain("411203") == ("411203", "411200", "410000")
    assert index().path("320302") == "江苏省/徐州市/鼓楼区"


def test_what_is_gone_is_there_though_its_name_lives_on_elsewhere() -> None:
    assert index().by_code["140202"].until == 2018  # 大同市城区; 阳泉 and 晋城 still have one
