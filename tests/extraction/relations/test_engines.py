"""The engines on small documents, without a language model."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from kg_build.extraction.relations import explain, load_rules
from kg_build.extraction.relations.examples import read_marked, said
from kg_build.extraction.trace import Trace

Says = Callable[..., tuple[str, ...]]


def test_tree_rules_reach_over_long_clauses(blank: Language) -> None:
    read = read_marked(
        "[海川集团|Enterprise]、[青禾生物|Enterprise]在各方长期关心爱护之下于去年年底先后获评[省级绿色工厂|Honour]"
    )
    words = [
        "海川集团",
        "、",
        "青禾生物",
        "在",
        "各方",
        "长期",
        "关心爱护",
        "之下",
        "于",
        "去年年底",
        "先后",
        "获评",
        "省级绿色工厂",
    ]
    heads = [11, 0, 0, 6, 6, 6, 11, 6, 9, 11, 11, 11, 11]
    deps = [
        "nsubj",
        "punct",
        "conj",
        "case",
        "nmod:assmod",
        "advmod",
        "nmod:prep",
        "case",
        "case",
        "nmod:prep",
        "advmod",
        "ROOT",
        "dobj",
    ]
    doc = Doc(blank.vocab, words=words, spaces=[False] * len(words), heads=heads, deps=deps)
    rules = [rule for rule in load_rules() if rule.engine == "dependency"]
    firings = explain(read.article, doc, read.mentions, read.implicit, rules=rules)
    assert said([f.statement for f in firings], read.mentions) == (
        "海川集团 | honouredAs | 省级绿色工厂",
        "青禾生物 | honouredAs | 省级绿色工厂",
    )


def test_tree_rules_are_silent_without_a_parse(blank: Language) -> None:
    read = read_marked("[海川集团|Enterprise]获评[省级绿色工厂|Honour]")
    rules = [rule for rule in load_rules() if rule.engine == "dependency"]
    assert explain(read.article, blank(read.article.text), read.mentions, read.implicit, rules=rules) == []


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("[甲项目|Project]已投产。", ("甲项目 | status | completed",)),
        ("[甲项目|Project]预计年底投产。", ("甲项目 | status | underConstruction",)),
        ("[甲项目|Project]尚未投产。", ()),
        ("力争[甲项目|Project]投产。", ()),
        ("引进[甲项目|Project]落户。", ()),
        ("[甲项目|Project]一号楼主体封顶。", ("甲项目 | status | underConstruction",)),
        ("[甲项目|Project]停工多年。", ("甲项目 | status | stalled",)),
        ("谋划[甲项目|Project]。", ("甲项目 | status | planned",)),
        ("签约[甲项目|Project]、[乙项目|Project]等5个项目。", ("乙项目 | status | signed", "甲项目 | status | signed")),
        ("[甲项目|Project]签约后,[乙项目|Project]投产。", ("乙项目 | status | completed", "甲项目 | status | signed")),
    ],
)
def test_states_of_projects(says: Says, marked: str, expected: tuple[str, ...]) -> None:
    ids = [rule.id for rule in load_rules() if rule.property == "status"]
    assert says(marked, *ids) == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("[甲项目|Project]总投资3.5亿元。", ("甲项目 | totalInvestment | 350000000",)),
        ("投资5000万元的[甲项目|Project]。", ("甲项目 | totalInvestment | 50000000",)),
        ("[甲项目|Project]等16个项目累计完成投资3亿元。", ()),
    ],
)
def test_sums(says: Says, marked: str, expected: tuple[str, ...]) -> None:
    assert says(marked, "investment-before", "investment-after") == expected


def test_a_foreign_sum_keeps_its_currency(blank: Language) -> None:
    read = read_marked("[甲项目|Project]总投资2000万美元。")
    (firing,) = (
        f
        for f in explain(read.article, blank(read.article.text), read.mentions, read.implicit)
        if f.statement.predicate == "totalInvestment"
    )
    assert (firing.statement.object, firing.statement.currency) == (20_000_000, "USD")


def test_an_industry_in_a_firms_name_is_not_the_projects(says: Says) -> None:
    assert says("[[海川[医药|Industry]公司|Enterprise]搬迁项目|Project]", "industry-in-project-name") == ()
    assert says("[海川[医药|Industry]项目|Project]", "industry-in-project-name") == ("海川医药项目 | inIndustry | 医药",)


def test_a_topic_ends_with_its_paragraph(says: Says) -> None:
    assert says("[尼龙|Industry]方面,建成[甲线|Project]。", "industry-topic") == ("甲线 | inIndustry | 尼龙",)
    assert says("[尼龙|Industry]方面有进展。\n建成[甲线|Project]。", "industry-topic") == ()


def test_the_surer_rule_wins(says: Says) -> None:
    marked = "依托[甲集团|Enterprise]与[某大学|Institution]合作,建立了[某研究院|Institution]。"
    founders = [line for line in says(marked) if "foundedBy" in line]
    assert founders == ["某研究院 | foundedBy | 某大学", "某研究院 | foundedBy | 甲集团"]


@pytest.mark.parametrize(
    ("marked", "rule", "says", "missing"),
    [
        (
            "[云台[海川化工|Enterprise]特种酚项目|Project]进展顺利。",
            "undertaker-in-name",
            "云台海川化工特种酚项目 undertakenBy 海川化工",
            "海川化工 doesn't stand in 云台海川化工特种酚项目 where the rule wants it (at: start)",
        ),
        (
            "由[海川电力|Enterprise]供电。",
            "located-told",
            "海川电力 locatedIn (the story's zone)",
            "由 stands right before it (not_after)",
        ),
        (
            "[尼龙|Industry]方面,[甲线|Project]有进展。",
            "industry-topic",
            "甲线 inIndustry 尼龙",
            "before it in its clause (after)",
        ),
        ("书记助手[林知远|Official]表示。", "post-before-name", "林知远 officialOf ?", "书记助手 stands there"),
        ("[林知远|Official]任新设的书记岗。", "post-after-name", "林知远 officialOf ?", "behind 任 no title that is listed ends"),
        ("局长[林知远|Official]表示。", "post-before-name", "林知远 officialOf ?", "nobody says where one is 局长"),
    ],
)
def test_other_engines_tell_what_was_missing(blank: Language, marked: str, rule: str, says: str, missing: str) -> None:
    read, trace = read_marked(marked), Trace()
    rules = [one for one in load_rules() if one.id == rule]
    assert explain(read.article, blank(read.article.text), read.mentions, read.implicit, rules=rules, trace=trace) == []
    [miss] = trace.misses
    assert (miss.rule, miss.would_say) == (rule, says)
    assert missing in miss.missing
