from __future__ import annotations

from collections.abc import Callable

import pytest

from kg_build.extraction.observations.subjects import Subjects
from kg_build.model import EntityType, Mention, MentionForm, Span
from kg_build.quantities import find_quantities


@pytest.fixture
def subjects(make_mentions: Callable[..., tuple[Mention, ...]]) -> Callable[..., tuple[Subjects, tuple[Mention, ...]]]:
    def make(text: str, names: dict[str, str]) -> tuple[Subjects, tuple[Mention, ...]]:
        mentions = make_mentions(text, names)
        return Subjects(mentions, lambda _: -1, text), mentions

    return make


@pytest.mark.parametrize(
    ("text", "names", "of", "project"),
    [
        ("其中,远禾重工产值", {"远禾重工": "Enterprise"}, (0,), False),
        ("远禾重工等3家", {"远禾重工": "Enterprise"}, (), False),
        ("位于城南的云溪科技园已", {"云溪科技园": "Park"}, (0,), False),
        ("云溪铜业项目", {"云溪铜业项目": "Project"}, (), True),
        ("云溪科技园项目", {"云溪科技园项目": "Project", "云溪科技园": "Park"}, (1,), False),
        ("引进远禾重工", {"远禾重工": "Enterprise"}, None, False),
        ("区党工委投放", {"区党工委": "Institution"}, (), False),
    ],
)
def test_the_subject_at_the_head_of_a_clause(
    subjects: Callable[..., tuple[Subjects, tuple[Mention, ...]]],
    text: str,
    names: dict[str, str],
    of: tuple[int, ...] | None,
    project: bool,
) -> None:
    made, _ = subjects(text, names)
    found = made.subject(Span(0, len(text)), len(text))
    assert (None if found is None else found.of) == of
    assert found is None or found.is_project is project


def test_a_figure_inside_a_name_is_blocked_but_not_an_awarded_rank(
    subjects: Callable[..., tuple[Subjects, tuple[Mention, ...]]],
) -> None:
    text = "年产8万吨铜箔项目,获评工作考核第二名"
    made, _ = subjects(text, {"年产8万吨铜箔项目": "Project", "工作考核第二名": "Honour"})
    tons, rank = find_quantities(text)
    assert made.blocks(tons)
    assert not made.blocks(rank)


def test_generic_zone_and_the_story_s_own_are_one() -> None:
    def mention(number: int, name: str, type_: EntityType, form: MentionForm) -> Mention:
        return Mention(number, Span(number * 9, number * 9 + len(name)), type_, name, form, "t", 1.0)

    zone, park = EntityType.ZONE, EntityType.PARK
    made = Subjects(
        (
            mention(0, "该区", zone, MentionForm.GENERIC),
            mention(1, "云溪开发区", zone, MentionForm.NAME),
            mention(2, "南坪开发区", zone, MentionForm.NAME),
            mention(3, "云溪产业园", park, MentionForm.NAME),
        ),
        lambda _: -1,
        "",
    )
    assert made.same((0,), (-1,))
    assert made.same((0,), (1,))
    assert not made.same((1,), (2,))
    assert not made.same((3,), (-1,))
