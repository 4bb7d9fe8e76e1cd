from __future__ import annotations

from collections.abc import Callable

import pytest

from kg_build.errors import RuleError
from kg_build.extraction.observations.lexicon import WordClass, classes, load_classes, words
from kg_build.model import Observation

ROW = "{id: x, says: s, words: [词], example: {text: t, expect: []}, counter: {text: t, absent: []}%s}"


@pytest.mark.parametrize("rule", classes().values(), ids=lambda rule: rule.id)
def test_example_of_each_class_gives_its_observations(
    rule: WordClass, read: Callable[..., list[Observation]], line: Callable[[Observation], str]
) -> None:
    text, expected = rule.example
    assert set(expected) <= {line(o) for o in read(text)}
    assert expected


@pytest.mark.parametrize("rule", classes().values(), ids=lambda rule: rule.id)
def test_counter_example_of_each_class_gives_none_of_them(
    rule: WordClass, read: Callable[..., list[Observation]], line: Callable[[Observation], str]
) -> None:
    text, absent = rule.counter
    assert not set(absent) & {line(o) for o in read(text)}
    assert absent


def test_words_are_longest_first_and_guarded() -> None:
    listed = words("adverb").split("|")
    assert listed.index("进一步") < listed.index("已")
    assert any(word.startswith("共(?!") for word in listed)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("classes: [{id: x}]", "required"),
        (f"classes: [{ROW % ''}, {ROW % ''}]", "twice"),
        (f"classes: [{ROW % ', not_before: {别: 的}'}]", "none of its words"),
    ],
)
def test_a_broken_table_is_one_clear_error(text: str, message: str) -> None:
    with pytest.raises(RuleError, match=message):
        load_classes(text)
