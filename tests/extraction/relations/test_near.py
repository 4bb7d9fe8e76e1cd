"""Rules over words that nearly fired, on small rules of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from spacy.language import Language

from kg_build.extraction.relations import explain, find_statements, load_rules
from kg_build.extraction.relations.examples import read_marked
from kg_build.extraction.trace import NearMiss, Trace
from kg_build.model import Span

CUES = "future: [将, 拟]\nnegation: [未]\naward: [荣获, 获评]\nwith: [与]\nreview: [复核]\n"
RULES = """
property: subsidiaryOf
rules:
  - id: held
    description: A firm is held by another.
    engine: tokens
    confidence: 0.85
    unless: [future, negation]
    unless_after: [review]
    match:
      patterns:
        - - {mention: [Enterprise], as: subject}
          - {gap: 4}
          - {text: ["由"]}
          - {mention: [Enterprise], as: object, single: true, like: "集团$"}
          - {text: ["全资", "100%"]}
          - {text: ["持有", "控股"]}
    example: {text: "[甲|Enterprise]由[乙集团|Enterprise]全资持有。", gives: ["甲 | subsidiaryOf | 乙集团"]}
    counter_example: "[甲|Enterprise]由[乙集团|Enterprise]供货。"
  - id: held-weaker
    description: A firm is held by another, without the owner's form.
    engine: tokens
    confidence: 0.5
    yields_to: [held]
    match:
      patterns:
        - - {mention: [Enterprise], as: subject}
          - {text: ["由"]}
          - {mention: [Enterprise], as: object}
          - {text: ["全资"]}
    example: {text: "[甲|Enterprise]由[乙集团|Enterprise]全资持有。", gives: ["甲 | subsidiaryOf | 乙集团"]}
    counter_example: "[甲|Enterprise]由[乙集团|Enterprise]供货。"
  - id: award-acting
    description: Somebody is honoured.
    property: honouredAs
    engine: tokens
    confidence: 0.8
    subject: {acting: [Enterprise]}
    match:
      patterns:
        - - {cue: award}
          - {gap: 6, without: [with], over: [Place]}
          - {mention: [Honour], as: object}
    example: {text: "[甲|Enterprise]荣获[先进|Honour]。", gives: ["甲 | honouredAs | 先进"]}
    counter_example: "荣获[先进|Honour]。"
"""

Near = Callable[..., tuple[NearMiss, ...]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "cues.yaml").write_text(CUES, encoding="utf-8")
    (folder / "subsidiary_of.yaml").write_text(RULES, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def near(blank: Language, folder: Path) -> Near:
    """Marked sentence → what is nearest in it, by the rules with the given ids."""

    def run(marked: str, *ids: str) -> tuple[NearMiss, ...]:
        read, trace = read_marked(marked), Trace()
        rules = [rule for rule in load_rules(folder) if rule.id in ids]
        explain(read.article, blank(read.article.text), read.mentions, read.implicit, rules=rules, folder=folder, trace=trace)
        return trace.within(Span(0, len(read.article.text)), 9)

    return run


@pytest.mark.parametrize(
    ("marked", "says", "missing"),
    [
        (
            "[甲|Enterprise]由[乙集团|Enterprise]全资拥有。",
            "甲 subsidiaryOf 乙集团",
            "no 持有、控股 behind 全资; there stands 拥",
        ),
        ("[甲|Enterprise]交[乙集团|Enterprise]全资持有。", "甲 subsidiaryOf 乙集团", "no 由 behind 甲; there stands 交"),
        ("[甲|Project]由[乙集团|Enterprise]全资持有。", "甲 subsidiaryOf 乙集团", "甲 is a Project, the rule wants Enterprise"),
        ("[甲|Enterprise]由乙家全资持有。", "甲 subsidiaryOf ?", "no Enterprise behind 由; there stands 乙家"),
        ("该厂由[乙集团|Enterprise]全资持有。", "? subsidiaryOf 乙集团", "no Enterprise before 由; there stands 厂"),
        (
            "[甲|Enterprise]从这一年起由[乙集团|Enterprise]全资持有。",
            "甲 subsidiaryOf 乙集团",
            "“从这一年起” between is 5 characters long, at most 4 may be (gap)",
        ),
        (
            "[甲|Enterprise],已由[乙集团|Enterprise]全资持有。",
            "甲 subsidiaryOf 乙集团",
            ", stands between (across: true lets a gap cross it)",
        ),
        (
            "[甲|Enterprise][某市|Place]由[乙集团|Enterprise]全资持有。",
            "甲 subsidiaryOf 乙集团",
            "某市, a Place, stands between (over: [Place] lets a gap hold it)",
        ),
        ("[甲|Enterprise]将由[乙集团|Enterprise]全资持有。", "甲 subsidiaryOf 乙集团", "将 stands there (unless: future)"),
        (
            "[甲|Enterprise]由[乙集团|Enterprise]全资持有复核。",
            "甲 subsidiaryOf 乙集团",
            "复核 stands there (unless_after: review)",
        ),
        ("[甲|Enterprise]由[乙|Enterprise]全资持有。", "甲 subsidiaryOf 乙", "the name 乙 is not like: 集团$"),
        (
            "[甲|Enterprise]由[乙集团|Enterprise]、[丙集团|Enterprise]全资持有。",
            "甲 subsidiaryOf 乙集团、丙集团",
            "乙集团、丙集团 is a list (single)",
        ),
    ],
)
def test_one_condition_is_missing(near: Near, marked: str, says: str, missing: str) -> None:
    [miss] = near(marked, "held")
    assert (miss.rule, miss.would_say, miss.missing) == ("held", says, missing)


@pytest.mark.parametrize(
    "marked",
    [
        "[甲|Enterprise]由[乙集团|Enterprise]全资持有。",  # it fires
        "[甲|Enterprise]由[乙集团|Enterprise]管理。",  # all of its words are missing
        "[甲|Project]将由[乙集团|Enterprise]全资持有。",  # a type and a guard
        "[甲|Enterprise]未获许可,将来由[乙集团|Enterprise]全资持有。",  # a guard and a comma
        "全资持有。",
        "[甲|Enterprise]。由[乙集团|Enterprise]全资持有。" + "甲" * 3,
    ],
)
def test_not_near_where_it_fires_or_two_are_missing(near: Near, marked: str) -> None:
    assert [m for m in near(marked, "held") if m.known] == []


def test_both_guards_are_two_conditions(near: Near) -> None:
    assert near("[甲|Enterprise]将由[乙集团|Enterprise]全资持有复核。", "held") == ()


@pytest.mark.parametrize(
    ("marked", "says", "missing"),
    [
        ("荣获[先进|Honour]。", "? honouredAs 先进", "no Enterprise acts in the sentence (subject: acting)"),
        ("[甲|Enterprise]荣获与[先进|Honour]。", "甲 honouredAs 先进", "与 stands between (without)"),
        ("[甲|Enterprise]荣获嘉奖。", "甲 honouredAs ?", "no Honour behind 荣获; there stands 嘉"),
    ],
)
def test_ends_that_the_pattern_does_not_hold(near: Near, marked: str, says: str, missing: str) -> None:
    assert [(m.would_say, m.missing) for m in near(marked, "award-acting")] == [(says, missing)]


def test_what_another_rule_says_is_told_as_taken(near: Near) -> None:
    [miss] = near("[甲|Enterprise]由[乙集团|Enterprise]全资持有。", "held", "held-weaker")
    assert (miss.rule, miss.would_say, miss.taken) == ("held-weaker", "甲 subsidiaryOf 乙集团", True)
    assert miss.missing == "it gives way to held (yields_to)"


def test_what_another_rule_says_already_is_not_near(near: Near) -> None:
    marked = "[甲|Enterprise]由[乙集团|Enterprise]全资拥有。"
    assert [m.rule for m in near(marked, "held")] == ["held"]
    assert near(marked, "held", "held-weaker") == ()


def test_the_span_is_what_fitted(near: Near) -> None:
    [miss] = near("近日,[甲|Enterprise]将由[乙集团|Enterprise]全资持有。", "held")
    assert (miss.span.start, miss.span.end) == (3, 13)


MARKED = (
    "[云台经开区|Zone]聚焦[储能|Industry]、[绿色食品|Industry]两大主导产业,拟引进[[海川|Enterprise]储能项目|Project]。"
    "[海川电力|Enterprise]与[青禾生物|Enterprise]等5家企业有望获评[省级绿色工厂|Honour]。[林知远|Official]任新书记。"
)


def test_the_shipped_rules_say_the_same_whether_traced_or_not(blank: Language) -> None:
    read, trace = read_marked(MARKED), Trace()
    doc = blank(read.article.text)
    traced = find_statements(read.article, doc, read.mentions, read.implicit, trace=trace)
    assert traced == find_statements(read.article, doc, read.mentions, read.implicit)
    assert len(trace.misses) > 5
    again = Trace()
    find_statements(read.article, doc, read.mentions, read.implicit, trace=again)
    assert again.misses == trace.misses


def test_a_less_sure_rule_that_says_the_same_is_told(blank: Language) -> None:
    read, trace = read_marked("[海川项目|Project]厂房主体封顶。"), Trace()
    found = find_statements(read.article, blank(read.article.text), read.mentions, read.implicit, trace=trace)
    said = {(s.rule, s.confidence) for s in found if s.predicate == "status"}
    lost = [m for m in trace.misses if m.taken and "says the same with confidence" in m.missing]
    assert said
    assert lost
    assert all(m.would_say == "海川项目 status underConstruction" for m in lost)
    assert all(m.missing.partition(" ")[0] in {rule for rule, _ in said} for m in lost)
