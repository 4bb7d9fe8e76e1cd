from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg_build.errors import InputError
from kg_build.evaluation.language.pages import read_pages, read_with, words_of
from kg_build.language import load_pipeline


def test_pages_of_a_part_with_marks_and_general_words(corpus: Path) -> None:
    (page,) = read_pages(corpus, "look-only")
    text = page.article.text
    assert page.source == "hupan-2024-01"
    assert {(text[a:b], label) for a, b, label in page.names} == {("湖畔经济开发区", "Zone"), ("北辰新材料公司", "Enterprise")}
    assert [text[a:b] for a, b in page.general] == ["该区"]
    assert len(page.marks) == 3


def test_a_part_without_pages_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no annotated page of the part look-only"):
        read_pages(tmp_path, "look-only")


def test_a_page_is_read_by_every_step(corpus: Path) -> None:
    (page,) = read_pages(corpus, "look-only")
    read = read_with(load_pipeline(), page)
    assert read.doc.text == page.article.text
    start = page.article.text.index("湖畔")
    assert (start, start + 7, "Zone") in read.rules
    assert (start, start + 7, "Zone") in read.mentions


def test_words_have_no_white_space(make_read: Callable[..., Any]) -> None:
    assert words_of(make_read(["签约", "\n", "建成"]).doc) == [(0, 2), (3, 5)]
