"""The left edge of a name, lists, and the evened text."""

from __future__ import annotations

import pytest

from kg_build.extraction.mentions.page import Atom, Page, even
from kg_build.model import EntityType, PartKind
from tests.extraction.mentions.conftest import make_article


def page_of(text: str) -> Page:
    return Page(make_article(text))


@pytest.mark.parametrize(
    ("before", "name"),
    [
        ("该区引进", "霁光电子"),
        ("，", "霁光电子"),
        ("位于濮阳的", "霁光电子"),
        ("今年8月", "霁光电子"),
        ("总投资3.5亿元的", "霁光电子"),
        ("“云上”建成", "“云上”霁光电子"),
        ("开工了", "湛蓝（一区）霁光"),
        ("落户", "和平区霁光"),
    ],
)
def test_left_edge(before: str, name: str) -> None:
    page = page_of(before + name + "项目")
    assert page.left_edge(len(before + name), 30) == len(before)


def test_left_edge_begins_with_a_known_name() -> None:
    text = "推进云上有限公司技改项目"
    atom = {8: Atom(2, EntityType.ENTERPRISE)}
    assert page_of(text).left_edge(10, 30, atoms=atom) == 2


def test_a_conjunction_between_fields_joins_where_asked() -> None:
    page = page_of("落户新能源与新材料产业园")
    assert page.left_edge(9, 30, join=True) == 2
    assert page.left_edge(9, 30) == 6


def test_items_of_a_list() -> None:
    page = page_of("引进霁光、云舒和朗湾等企业")
    assert [page.text[s:e] for s, e in page.items(10, 20)] == ["霁光", "云舒", "朗湾"]


def test_even_keeps_length() -> None:
    text = "（１２３）ＡＢ，“霁光”　"
    assert even(text) == "(123)AB,“霁光” "
    assert len(even(text)) == len(text)


def test_bylines_are_blank() -> None:
    page = Page(make_article("霁光投产\n本报记者苏望月", (), {1: PartKind.BYLINE}))
    assert page.text == "霁光投产\n\n\n\n\n\n\n\n"
