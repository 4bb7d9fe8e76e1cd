"""What the names of a second opinion add, and when they don't."""

from __future__ import annotations

import pytest

from kg_build.extraction.mentions import Seen, name_spans
from kg_build.language import Named
from kg_build.model import EntityType
from tests.extraction.mentions.conftest import make_article

LABELS = {"O": "Organisation", "P": "Person", "L": "Place"}


def added(text: str, *names: tuple[str, str], scores: dict[tuple[str, str], float] | None = None) -> list[tuple[str, str]]:
    """(name, type) of what is there only with the second opinion; ``scores`` by (name, type) make an encoder."""

    def spot(name: str) -> tuple[int, int]:
        return text.index(name), text.index(name) + len(name)

    article = make_article(text)
    seen = None if scores is None else Seen((), {(*spot(name), kind): score for (name, kind), score in scores.items()})
    with_it = name_spans(article, seen, [Named(*spot(name), LABELS[label]) for name, label in names])
    without = {(m.span, m.type) for m in name_spans(article, seen)}
    assert without <= {(m.span, m.type) for m in with_it}
    more = [m for m in with_it if (m.span, m.type) not in without]
    assert {m.rule for m in more} <= {"lac"}
    assert all(m.confidence < 0.5 for m in more)
    return [(m.name, m.type.value) for m in more]


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("随后凯普泰克到场。", "凯普泰克", "Enterprise"),
        ("隔壁的黔北药检所搬走。", "黔北药检所", "Institution"),
        ("据渤澜市政协介绍。", "渤澜市政协", "Institution"),
    ],
)
def test_the_last_word_tells_what_an_organisation_is(text: str, name: str, kind: str) -> None:
    assert added(text, (name, "O")) == [(name, kind)]


@pytest.mark.parametrize(
    ("text", "name", "label"),
    [
        ("开发区与管理有限公司签约。", "管理有限公司", "O"),  # words of trade alone
        ("渤澜管委会主任到场。", "渤澜管委会", "O"),  # the first part of a post
        ("随后甲到场。", "甲", "O"),
        ("他说方米不多。", "米", "P"),
        ("白房子叫关员种质资源库。", "关员种质", "P"),
        ("他说习近平思想。", "习近平", "P"),
        ("东坡上的红柳。", "东坡上", "L"),  # no place of the lists
    ],
)
def test_what_can_be_no_name_stays_out(text: str, name: str, label: str) -> None:
    assert added(text, (name, label)) == []


def test_a_post_before_the_name_makes_an_official() -> None:
    text = "庄主韩若愚常带客人来，局长米守田常带客人看。"
    assert added(text, ("韩若愚", "P"), ("米守田", "P")) == [("韩若愚", "Person"), ("米守田", "Official")]


def test_what_crosses_a_name_found_gives_way() -> None:
    text = "赛川新材料有限公司签约。"
    assert [m.name for m in name_spans(make_article(text))] == ["赛川新材料有限公司"]
    assert added(text, ("限公司签约", "O")) == []
    assert added(text, ("赛川", "P")) == []


def test_the_encoder_decides_the_type_and_whether_it_can_be_a_name() -> None:
    text = "他正找晋锐谈入股，段彦成的手机响了。"
    names = (("晋锐", "P"), ("段彦成", "P"))
    scores = {("晋锐", "Enterprise"): -1.0, ("晋锐", "Person"): -3.0, ("段彦成", "Person"): -0.5}
    assert added(text, *names, scores=scores) == [("晋锐", "Enterprise"), ("段彦成", "Person")]
    assert added(text, *names, scores={("晋锐", "Park"): -0.5, ("段彦成", "Person"): -7.9}) == []
    assert added(text, *names, scores={}) == []


def test_every_type_that_a_label_allows_is_one_of_the_vocabularys() -> None:
    from kg_build.extraction.mentions.tables import table

    kinds = {kind for row in table("second")["types"].values() for kind in row}
    assert kinds == set(table("second")["least"])
    assert kinds <= {kind.value for kind in EntityType}
