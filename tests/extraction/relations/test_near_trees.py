"""Rules over the parse that nearly fired."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from kg_build.extraction.relations import explain, load_rules
from kg_build.extraction.relations.examples import read_marked
from kg_build.extraction.trace import NearMiss, Trace
from kg_build.model import Span

WORDS = ["海川集团", "近日", "荣获", "绿色工厂", "。"]
HEADS = [2, 2, 2, 2, 2]
DEPS = ["nsubj", "nmod:tmod", "ROOT", "dobj", "punct"]
MARKED = "[海川集团|Enterprise]近日荣获[绿色工厂|Honour]。"
RULE = "honour-subject-object"

Near = Callable[..., tuple[NearMiss, ...]]


@pytest.fixture
def near(blank: Language) -> Near:
    def run(marked: str, words: Sequence[str] = WORDS, deps: Sequence[str] = DEPS) -> tuple[NearMiss, ...]:
        read, trace = read_marked(marked), Trace()
        doc = Doc(blank.vocab, words=words, spaces=[False] * len(words), heads=HEADS, deps=list(deps))
        rules = [rule for rule in load_rules() if rule.id == RULE]
        explain(read.article, doc, read.mentions, read.implicit, rules=rules, trace=trace)
        return trace.within(Span(0, len(read.article.text)), 9)

    return run


def test_not_near_where_it_fires(near: Near) -> None:
    assert near(MARKED) == ()


def test_another_label(near: Near) -> None:
    [miss] = near(MARKED, deps=["nsubj", "nmod:tmod", "ROOT", "conj", "punct"])
    assert (miss.rule, miss.would_say) == (RULE, "海川集团 honouredAs 绿色工厂")
    assert miss.missing == "by the parse 绿色工厂 hangs on 荣获 as conj, the rule wants dobj, ccomp or nmod:prep (dep)"


def test_another_type(near: Near) -> None:
    [miss] = near(MARKED.replace("Honour", "Industry"))
    assert (miss.would_say, miss.missing) == ("海川集团 honouredAs 绿色工厂", "绿色工厂 is an Industry, the rule wants Honour")


def test_a_node_that_is_not_there(near: Near) -> None:
    [miss] = near("[海川集团|Enterprise]近日荣获绿色工厂。")
    assert miss.would_say == "海川集团 honouredAs ?"
    assert miss.missing == "by the parse no Honour hangs on 荣获 as dobj, ccomp or nmod:prep"


def test_a_guard(near: Near) -> None:
    words = ["海川集团", "有望", "荣获", "绿色工厂", "。"]
    [miss] = near("[海川集团|Enterprise]有望荣获[绿色工厂|Honour]。", words=words)
    assert miss.missing == "有望 stands there (unless: future)"


def test_nothing_without_a_parse(blank: Language) -> None:
    read, trace = read_marked(MARKED), Trace()
    rules = [rule for rule in load_rules() if rule.id == RULE]
    explain(read.article, blank(read.article.text), read.mentions, read.implicit, rules=rules, trace=trace)
    assert trace.misses == ()
