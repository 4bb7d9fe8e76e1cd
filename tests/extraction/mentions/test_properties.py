"""What holds of any text: offsets, order, nesting, the same result each time, no runaway patterns."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg_build.extraction.mentions import name_spans
from tests.extraction.mentions.conftest import make_article

WORDS = st.sampled_from(
    [
        *(
            "三门峡",
            "经济开发区",
            "管委会",
            "主任",
            "宋知远",
            "霁光",
            "电子",
            "有限公司",
            "项目",
            "产业园",
            "新材料",
            "产业",
            "获评",
            "国家级",
        ),
        *(
            "绿色工厂",
            "等",
            "14个",
            "3家",
            "企业",
            "、",
            "，",
            "。",
            "“",
            "”",
            "（",
            "）",
            "(",
            ")",
            "和",
            "与",
            "推进",
            "建设",
            "了",
            "在",
        ),
        *(
            "市政府",
            "大学",
            "研究院",
            "全市",
            "该区",
            "a",
            "1",
            "亿元",
            "\n",
            "公司",
            "集团",
            "表示",
            "年产",
            "万吨",
            "世界500强",
            "同志",
            "任",
        ),
    ]
)
TEXTS = st.lists(WORDS, max_size=40).map("".join) | st.text(max_size=60)
LENGTH = 50_000
LONGEST = 15.0
"""Seconds of processor time for a line of that length: some two are usual, a pattern that runs away takes hours."""


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_offsets(text: str) -> None:
    found = name_spans(make_article(text))
    assert [m.id for m in found] == list(range(len(found)))
    assert [(m.span.start, -m.span.end) for m in found] == sorted((m.span.start, -m.span.end) for m in found)
    for mention in found:
        words = text[mention.span.start : mention.span.end]
        assert mention.name == "".join(words.split())
        assert mention.name
        assert "\n" not in words
        assert 0 < mention.confidence <= 1


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_names_nest_or_stand_apart(text: str) -> None:
    for one, other in combinations(name_spans(make_article(text)), 2):
        crossing = one.span.overlaps(other.span) and not (one.span.contains(other.span) or other.span.contains(one.span))
        assert not crossing, (one, other)
        assert (one.span, one.type) != (other.span, other.type)


@settings(max_examples=30, deadline=None)
@given(TEXTS)
def test_same_input_same_mentions(text: str) -> None:
    assert name_spans(make_article(text)) == name_spans(make_article(text))


def test_hash_seed_changes_nothing() -> None:
    code = (
        "from tests.extraction.mentions.conftest import make_article as a;"
        "from kg_build.extraction.mentions import name_spans as n;"
        "print(n(a('三门峡霁光电子有限公司、云舒纸业等3家企业获批省级绿色工厂，霁光特种酯等14个项目开工，培育新材料、生物医药等产业。')))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True, text=True
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert len(outputs) == 1
    assert "Enterprise" in outputs.pop()


@pytest.mark.parametrize(
    "unit", ["项目", "、产业园", "国家级获评", "有限公司", "“（", "等14个", "宋知远表示", "新材料产业", "a1"]
)
def test_no_runaway_pattern(unit: str) -> None:
    text = (unit * (LENGTH // len(unit) + 1))[:LENGTH]
    begun = time.process_time()
    name_spans(make_article(text))
    assert time.process_time() - begun < LONGEST
