"""The page of an account."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kg_build.explaining import Account, html_page

Make = Callable[..., Account]
VOID = {"meta", "link", "br", "img", "input", "hr"}


class Tags(HTMLParser):
    """Names, attributes and ids of a page's elements."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.links += [value for name, value in attrs if name in {"href", "src", "xlink:href", "action"} and value]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag == "br":
            return
        assert self.open.pop() == tag


@pytest.fixture
def tags(make: Make) -> Tags:
    found = Tags()
    found.feed(html_page([make(), make()], "a<b>.txt"))
    return found


def test_the_page_is_whole_and_asks_for_nothing(tags: Tags, make: Make) -> None:
    assert tags.open == []
    assert tags.names.isdisjoint({"script", "link", "img", "iframe", "object", "b<b"})
    assert all(link.startswith("#") for link in tags.links)
    page = html_page([make()], "a.txt")
    assert set(re.findall(r"https?://[\w./]+", page)) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert "default-src 'none'" in page
    assert "url(" not in page


def test_ids_are_unique_and_links_lead_to_them(tags: Tags) -> None:
    assert len(tags.ids) == len(set(tags.ids))
    assert {link[1:] for link in tags.links} <= set(tags.ids)


def test_everything_is_escaped(make: Make) -> None:
    page = html_page([make()], "a<script>.txt")
    assert "<script" not in page
    assert "绿色工厂<b>" not in page
    assert "&lt;b&gt;" in page


def test_statements_near_misses_and_drawings_are_there(make: Make) -> None:
    page = html_page([make()], "a.txt")
    for words in (
        "⇒",
        "honour-awarded",
        "0.92",
        "海川集团荣获绿色工厂",
        "有望 stands there (unless: future)",
        "<svg",
        "3 sentences",
    ):
        assert words in page


def test_few_sentences_show_their_parse_at_once_many_do_not(make: Make) -> None:
    assert "<details open>" in html_page([make()], "a.txt")
    assert "<details open>" not in html_page([make()] * 3, "a.txt")


def test_only_the_parts_with_a_chosen_sentence_are_shown(make: Make) -> None:
    page = html_page([make(containing="青禾")], "a.txt")
    assert "1 sentence." in page
    assert 'id="a1s3"' in page
    assert 'id="a1s2"' not in page


def test_no_sentence_at_all_is_a_page_too(make: Make) -> None:
    assert "0 sentences" in html_page([make(containing="没有")], "a.txt")


def test_the_same_bytes_whatever_the_hash_seed() -> None:
    code = (
        "import hashlib, runpy; from kg_build.explaining import html_page;"
        f"account = runpy.run_path({str(Path(__file__).with_name('conftest.py'))!r})['account'];"
        "print(hashlib.sha256(html_page([account()], 'a').encode()).hexdigest())"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
