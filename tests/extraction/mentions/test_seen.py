from collections.abc import Iterable

import pytest

from kg_build.extraction.mentions import Seen, find_mentions, name_spans
from kg_build.extraction.mentions.found import Found
from kg_build.extraction.mentions.page import Page
from kg_build.extraction.mentions.seen import RULE
from kg_build.extraction.mentions.tables import table
from kg_build.model import EntityType, MentionForm, PartKind
from tests.extraction.mentions.conftest import make_article

TEXT = "赛川新材料落户云岭高新区，该区表示欢迎。"
NAMES = ((0, 5, "Enterprise"), (7, 12, "Zone"), (13, 15, "Zone"), (13, 15, "Generic"))
SCORES = {(0, 5, "Enterprise"): 3.0, (7, 12, "Zone"): 0.0, (13, 15, "Zone"): 1.0, (13, 15, "Generic"): 9.0}
SEEN = Seen(NAMES, SCORES)


def candidate(start: int, end: int, kind: EntityType, rule: str = "rule", confidence: float = 0.6) -> Found:
    return Found(start, end, kind, rule, confidence)


def kept(seen: Seen, *candidates: Found) -> list[Found]:
    return list(seen.settle(candidates))


def page(text: str = TEXT, *, byline: Iterable[int] = ()) -> Page:
    return Page(make_article(text, kinds=dict.fromkeys(byline, PartKind.BYLINE)))


def test_names_become_candidates_as_sure_as_their_odds() -> None:
    assert list(SEEN.found(page())) == [
        Found(0, 5, EntityType.ENTERPRISE, RULE, 0.953),
        Found(7, 12, EntityType.ZONE, RULE, 0.5),
        Found(13, 15, EntityType.ZONE, RULE, 0.731, MentionForm.GENERIC),
    ]


def test_figures_are_no_candidates() -> None:
    assert not list(Seen(((0, 2, "Amount"), (2, 4, "Date"), (4, 5, "Percent"))).found(page()))


def test_no_candidate_stands_in_a_byline_over_a_line_break_or_in_white_space() -> None:
    text = "记者王凡\n云岭\n高新区　　签约"
    names = ((2, 4, "Person"), (5, 11, "Zone"), (8, 11, "Zone"), (11, 13, "Park"))
    assert [(f.start, f.end) for f in Seen(names).found(page(text, byline=[0]))] == [(8, 11)]


def test_the_rules_word_on_a_name_stays() -> None:
    rule = candidate(7, 12, EntityType.ZONE)
    assert kept(Seen(NAMES, {}), rule) == [rule]


@pytest.mark.parametrize(("score", "stays"), [(-0.1, True), (-3.0, True), (-3.1, False), (None, False)])
def test_another_candidate_stays_where_the_encoder_is_not_sure_against_it(score: float | None, stays: bool) -> None:
    assert table("seen")["least"]["Project"] == -3
    rule = candidate(0, 8, EntityType.PROJECT)
    scores = SCORES if score is None else {**SCORES, (0, 8, "Project"): score}
    names = tuple(name for name in NAMES if name[0] != 7)
    assert kept(Seen(names, scores), rule) == ([rule] if stays else [])


@pytest.mark.parametrize(("start", "end", "stays"), [(3, 7, False), (6, 9, False), (5, 7, True), (1, 4, True), (0, 12, True)])
def test_a_candidate_that_crosses_a_name_goes(start: int, end: int, stays: bool) -> None:
    rule = candidate(start, end, EntityType.PROJECT)
    scores = {**SCORES, (start, end, "Project"): -1.0}
    assert kept(Seen(NAMES, scores), rule) == ([rule] if stays else [])


def test_what_is_no_mention_is_crossed_by_none() -> None:
    rule = candidate(3, 7, EntityType.PROJECT)
    names = ((5, 9, "Date"), (6, 8, "Generic"))
    assert kept(Seen(names, {(3, 7, "Project"): 0.0}), rule) == [rule]


def test_bylines_are_not_judged() -> None:
    byline = candidate(3, 7, EntityType.PERSON, "byline")
    assert kept(SEEN, byline, candidate(3, 7, EntityType.PERSON)) == [byline]


def test_every_type_has_a_least_score() -> None:
    assert set(table("seen")["least"]) == {kind.value for kind in EntityType}


def described(seen: Seen | None, text: str = TEXT) -> list[tuple[str, str, str]]:
    return [(m.name, m.type.value, m.form.value) for m in name_spans(make_article(text), seen)]


def test_names_of_the_encoder_are_mentions_and_rules_give_way() -> None:
    assert described(SEEN) == [
        ("赛川新材料", "Enterprise", "name"),
        ("云岭高新区", "Zone", "name"),
        ("该区", "Zone", "generic"),
    ]
    assert not described(Seen(), "三门峡霁光制药有限公司投产。")
    assert described(None, "三门峡霁光制药有限公司投产。")


def test_a_firm_that_was_seen_once_is_found_again() -> None:
    text = "赛川新材料投产。会后，赛川新材料签约。"
    scores = {(0, 5, "Enterprise"): 3.0, (11, 16, "Enterprise"): -2.0}
    assert described(Seen(((0, 5, "Enterprise"),), scores), text) == [("赛川新材料", "Enterprise", "name")] * 2


def test_a_preferred_name_is_still_there_after_the_pipeline() -> None:
    import spacy

    article = make_article("三门峡霁光制药有限公司技改项目封顶。")
    names = name_spans(article, Seen(((3, 11, "Enterprise"),), {(3, 11, "Enterprise"): 2.0}))
    assert [(m.span.start, m.span.end) for m in names] == [(3, 11)]
    doc = spacy.blank("xx").make_doc(article.text)
    assert find_mentions(article, doc, names) == names
