"""displaCy drawings."""

from __future__ import annotations

import re
from collections.abc import Callable

from kg_build.explaining import Account, drawing
from kg_build.extraction.relations import view_of
from kg_build.extraction.relations.view import View
from kg_build.model import EntityType, Mention, MentionForm, Span

Make = Callable[..., Account]


def mention(number: int, start: int, end: int, kind: EntityType, name: str) -> Mention:
    return Mention(number, Span(start, end), kind, name, MentionForm.NAME, "test", 1.0)


NESTED = [
    mention(0, 0, 6, EntityType.PROJECT, "海川储能项目"),
    mention(1, 0, 2, EntityType.ENTERPRISE, "海川"),
    mention(2, 2, 4, EntityType.INDUSTRY, "储能"),
]


def view(account: Account) -> View:
    return view_of(account.article, account.doc, account.extraction.mentions)


def test_a_text_is_marked_with_its_outermost_names_and_escaped() -> None:
    drawn = drawing.names_in_text("海川储能项目<script>&开工", NESTED)
    assert drawn.count("<mark") == 1
    assert "Project" in drawn
    assert "Enterprise" not in drawn
    assert "<script>" not in drawn
    assert "&lt;script&gt;&amp;开工" in drawn


def test_names_within_names_lie_one_below_the_other() -> None:
    drawn = drawing.names_within_names("海川储能项目<开工", NESTED)
    assert [label for label in ("Project", "Enterprise", "Industry") if label not in drawn] == []
    tops = {int(top) for top in re.findall(r"top: (\d+)px", drawn)}
    assert len(tops) == 2
    assert "&lt;开工" in drawn


def test_names_that_cross_are_shown() -> None:
    crossing = [mention(0, 0, 4, EntityType.ZONE, "甲乙丙丁"), mention(1, 2, 6, EntityType.PLACE, "丙丁戊己")]
    assert drawing.names_within_names("甲乙丙丁戊己", crossing).count("Place") == 1


def test_the_parse_shows_names_cue_classes_tags_and_labels(make: Make) -> None:
    account = make()
    drawn = drawing.parse(view(account), account.sentences[2].span, "x1")
    for word in ("青禾生物", "Enterprise", "future", "award", "NN", "nsubj", "dobj", "&lt;b&gt;", 'id="x1"'):
        assert word in drawn
    assert "<b>" not in drawn
    assert drawn == drawing.parse(view(account), account.sentences[2].span, "x1")


def test_long_words_are_shortened_in_the_middle(make: Make) -> None:
    account = make()
    drawn = drawing.parse(view(account), account.sentences[0].span, "x")
    assert "云台经开区" in drawn
    assert drawing._short("湖畔云阶精工科技有限公司") == "湖畔云…公司"


def test_a_text_without_a_parse_has_no_drawing(make: Make) -> None:
    from dataclasses import replace

    account = make()
    assert drawing.parse(replace(view(account), parsed=False), account.sentences[0].span, "x") == ""


def test_every_class_has_a_colour() -> None:
    assert set(drawing.COLOURS) == set(EntityType)
