"""All rules together: distribution, guards between rules, and the same answer every time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from kg_build.extraction.relations import explain, find_statements, load_rules
from kg_build.extraction.relations.examples import Marked, read_marked, said
from kg_build.extraction.trace import Trace
from kg_build.model import Strength

BLANK = spacy.blank("zh")

STORY = (
    "[云台经开区|Zone]聚焦[储能|Industry]、[绿色食品|Industry]两大主导产业,大力发展[储能|Industry]。"
    "[海川电力|Enterprise]、[青禾生物|Enterprise]等5家企业获评[省级绿色工厂|Honour]。"
    "[[海川电力|Enterprise]储能电站项目|Project]、[云台冷链项目|Project]等14个项目顺利投产。"
    "深化与[东方大学|Institution]的合作。"
)


def read(nlp: Language) -> tuple[Marked, Doc]:
    marked = read_marked(STORY)
    return marked, nlp(marked.article.text)


def test_lists_are_shared_out(blank: Language) -> None:
    marked, doc = read(blank)
    lines = said(list(find_statements(marked.article, doc, marked.mentions, marked.implicit)), marked.mentions)
    assert {
        "海川电力 | honouredAs | 省级绿色工厂",
        "青禾生物 | honouredAs | 省级绿色工厂",
        "海川电力储能电站项目 | status | completed",
        "云台冷链项目 | status | completed",
        "海川电力储能电站项目 | undertakenBy | 海川电力",
        "云台经开区 | leadIndustry | 储能",
        "云台经开区 | leadIndustry | 绿色食品",
        "* | cooperatesWith | 东方大学",
        "海川电力 | locatedIn | *",
    } <= set(lines)


def test_nothing_is_said_that_the_ontology_has_between_others_only(blank: Language) -> None:
    marked = read_marked("[轴承研究院|Institution]由[云台市|Place]与[海川集团|Enterprise]合作共建。")
    trace = Trace()
    found = find_statements(marked.article, blank(marked.article.text), marked.mentions, marked.implicit, trace=trace)
    assert [line for line in said(list(found), marked.mentions) if "*" not in line] == ["轴承研究院 | foundedBy | 海川集团"]
    assert "the ontology has no foundedBy between Institution and Place" in {miss.missing for miss in trace.misses}


def test_what_leads_is_not_said_to_be_developed_as_well(blank: Language) -> None:
    marked, doc = read(blank)
    found = find_statements(marked.article, doc, marked.mentions, marked.implicit)
    assert not [s for s in found if s.predicate == "developsIndustry"]


def test_partners_are_not_taken_to_be_in_the_zone(blank: Language) -> None:
    marked, doc = read(blank)
    lines = said(list(find_statements(marked.article, doc, marked.mentions, marked.implicit)), marked.mentions)
    assert "东方大学 | locatedIn | *" not in lines


def test_defaults_are_marked_as_assumed(blank: Language) -> None:
    marked, doc = read(blank)
    found = find_statements(marked.article, doc, marked.mentions, marked.implicit)
    located = [s for s in found if s.predicate == "locatedIn" and s.rule.startswith("located-told")]
    assert located
    assert all(s.strength is Strength.ASSUMED for s in located)


def test_evidence_holds_the_words(blank: Language) -> None:
    marked, doc = read(blank)
    for statement in find_statements(marked.article, doc, marked.mentions, marked.implicit):
        subject = marked.mentions[statement.subject]
        words = marked.article.text[statement.evidence.start : statement.evidence.end]
        assert words
        if subject.name and statement.predicate in {"status", "honouredAs"}:
            assert subject.name in words


def test_explain_names_rule_and_tokens(blank: Language) -> None:
    marked, doc = read(blank)
    known = {rule.id for rule in load_rules()}
    firings = explain(marked.article, doc, marked.mentions, marked.implicit)
    assert firings
    assert all(f.rule in known and f.tokens and f.statement.rule == f.rule for f in firings)


def test_an_empty_text_says_nothing(blank: Language) -> None:
    marked = read_marked("")
    assert find_statements(marked.article, blank(""), marked.mentions, marked.implicit) == ()


@pytest.mark.parametrize("seed", ["0", "7"])
def test_the_hash_seed_changes_nothing(blank: Language, seed: str) -> None:
    marked, doc = read(blank)
    here = repr(find_statements(marked.article, doc, marked.mentions, marked.implicit))
    code = (
        "import spacy, sys\n"
        "from kg_build.extraction.relations import find_statements\n"
        "from kg_build.extraction.relations.examples import read_marked\n"
        "m = read_marked(sys.argv[1])\n"
        "d = spacy.blank('zh')(m.article.text)\n"
        "sys.stdout.buffer.write(repr(find_statements(m.article, d, m.mentions, m.implicit)).encode())\n"
    )
    done = subprocess.run(  # our own interpreter and code
        [sys.executable, "-c", code, STORY],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": seed},
    )
    assert done.stdout.decode() == here


NAMES = [
    "[甲集团|Enterprise]",
    "[乙项目|Project]",
    "[丙经开区|Zone]",
    "[丁|Industry]",
    "[绿色工厂|Honour]",
    "[戊|Official]",
    "[己园|Park+Project]",
]
WORDS = [
    "获评",
    "与",
    "合作",
    "建成投产",
    "的",
    "、",
    ",",
    "。",
    "总投资",
    "3亿元",
    "由",
    "党工委书记",
    "任",
    "方面",
    "公司",
    "项目",
    "等5家企业",
    "\n",
    "(",
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(NAMES + WORDS), max_size=24))
def test_any_sequence_of_names_and_cues_is_read(pieces: list[str]) -> None:
    marked = read_marked("".join(pieces))
    text = marked.article.text
    found = find_statements(marked.article, BLANK(text), marked.mentions, marked.implicit)
    assert len(found) == len(set(found))
    for statement in found:
        assert statement.evidence.end <= len(text)
        assert 0 <= statement.subject < len(marked.mentions)
        if isinstance(statement.object, int):
            assert 0 <= statement.object < len(marked.mentions)
            assert statement.object != statement.subject


def test_rules_and_cues_of_another_folder(blank: Language, tmp_path: Path) -> None:
    (tmp_path / "cues.yaml").write_text("make: [造出]\n", encoding="utf-8")
    (tmp_path / "own.yaml").write_text(
        """
property: undertakenBy
rules:
  - id: made
    description: A firm makes a project.
    engine: tokens
    confidence: 0.5
    match:
      patterns:
        - - {mention: [Enterprise], as: object}
          - {cue: make}
          - {mention: [Project], as: subject}
    example: {text: "[甲|Enterprise]造出[乙|Project]", gives: ["乙 | undertakenBy | 甲"]}
    counter_example: "[甲|Enterprise]"
""",
        encoding="utf-8",
    )
    marked = read_marked("[甲|Enterprise]造出[乙|Project]")
    firings = explain(marked.article, blank(marked.article.text), marked.mentions, marked.implicit, folder=tmp_path)
    assert said([f.statement for f in firings], marked.mentions) == ("乙 | undertakenBy | 甲",)
