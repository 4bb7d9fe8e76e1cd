"""Sentences of the press with the names in them, and with what is no name (``cases.yaml``)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from kg_build.extraction.mentions import name_spans
from kg_build.model import Article, Contributor, EntityType, Mention, MentionForm, PartKind, Role, Span

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"))


def described(mention: Mention) -> set[tuple[str, ...]]:
    base = (mention.type.value, mention.name)
    more = {base, (*base, mention.form.value)}
    return more | {(*base, f"full {mention.expansion}")} if mention.expansion else more


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_case(case: dict[str, Any], article_of: Callable[..., Article]) -> None:
    found = set().union(*map(described, name_spans(article_of(case["text"]))))
    missing = [tuple(wanted) for wanted in case.get("expect", []) if tuple(wanted) not in found]
    false = [tuple(name) for name in case.get("absent", []) if tuple(name) in found]
    assert (missing, false) == ([], []), sorted(found)


def test_every_case_says_something() -> None:
    assert all(case.get("expect") or case.get("absent") for case in CASES)
    assert len({case["id"] for case in CASES}) == len(CASES)


def test_bylines_give_contributors_only(article_of: Callable[..., Article]) -> None:
    text = "霁光电子投产\n本报记者霁云舟通讯员三门峡市苏望月"
    writer = Contributor("霁云舟", Role.REPORTER, Span(11, 14))
    found = name_spans(article_of(text, (writer,), {1: PartKind.BYLINE}))
    assert [(m.name, m.type, m.rule) for m in found if m.span.start > 6] == [("霁云舟", EntityType.PERSON, "byline")]


def test_later_uses_of_a_name(article_of: Callable[..., Article]) -> None:
    found = name_spans(article_of("管委会主任宋知远表示欢迎。\n会后宋知远走访了企业。"))
    assert [m.rule for m in found if m.name == "宋知远"] == ["post-name", "again"]


def test_company_inside_a_project_nests(article_of: Callable[..., Article]) -> None:
    found = name_spans(article_of("三门峡霁光制药有限公司异地技改项目封顶。"))
    assert [(m.type, m.name, m.form) for m in found] == [
        (EntityType.PROJECT, "三门峡霁光制药有限公司异地技改项目", MentionForm.NAME),
        (EntityType.ENTERPRISE, "三门峡霁光制药有限公司", MentionForm.NAME),
    ]
