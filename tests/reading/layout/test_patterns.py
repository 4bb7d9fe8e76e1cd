from __future__ import annotations

import pytest

from kg_build.errors import RuleError
from kg_build.reading.layout.patterns import load_checked, load_patterns


def test_the_lists_fit_their_schema() -> None:
    patterns = load_patterns()
    assert "王" in patterns.surnames
    assert patterns.columns["正文"] == "text"
    assert set(patterns.columns.values()) == {"text", "title", "date", "url", "author", "publisher"}


def test_a_list_that_breaks_its_schema_is_one_clear_error() -> None:
    with pytest.raises(RuleError, match=r"layout\.yaml: \$: "):
        load_checked("layout.yaml", {"type": "array"})


@pytest.mark.parametrize(
    "text",
    [
        "清岚日报讯 今天",
        "本报讯今天",
        "本报讯（记者 王某）",
        "新华社北京3月5日电 今天",
        "（记者 王某）本报讯 今天",
        "溪口网讯 今天",
        "本报综合消息 今天",
    ],
)
def test_datelines(text: str) -> None:
    assert load_patterns().dateline.match(text)


@pytest.mark.parametrize("text", ["本报通讯员走访", "国家电网电力充足", "喜讯传来", "本报记者 王某", "本报通讯录 一"])
def test_no_datelines(text: str) -> None:
    assert not load_patterns().dateline.match(text)
