from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_build.errors import InputError
from kg_build.language.segmentation import Lexicon
from kg_build.language.training.corpora import Sentence
from kg_build.language.training.templates import SLOT, Templates, put_back, words_to_parse

TEMPLATES = Templates.load()


@given(st.integers(0, 50))
def test_filled_sentences_have_no_slots_left_and_names_in_range(seed: int) -> None:
    for filled in TEMPLATES.fill(1, seed):
        assert not SLOT.search(filled.text)
        assert " " not in filled.text
        assert all(0 <= a < b <= len(filled.text) for a, b, _ in (*filled.names, *filled.stands))


def test_the_same_seed_gives_the_same_sentences_and_held_out_ones_differ() -> None:
    assert TEMPLATES.fill(2, 3) == TEMPLATES.fill(2, 3)
    assert TEMPLATES.fill(1, 3) != TEMPLATES.fill(1, 4)
    assert len(TEMPLATES.fill(1, 3)) + len(TEMPLATES.fill(1, 3, held_out=True)) == len(TEMPLATES.lines)


def test_the_outermost_slot_names(tmp_path: Path) -> None:
    (tmp_path / "templates.txt").write_text("由{FIRM}承建\n", encoding="utf-8")
    (tmp_path / "slots.yaml").write_text(
        "labels: {FIRM: ORG, TOWN: GPE}\nstand_ins: {FIRM: 公司}\nslots: {FIRM: ['{TOWN}钢厂'], TOWN: [云岭]}\n", encoding="utf-8"
    )
    filled = Templates.load(tmp_path).fill(1, 0)[0]
    assert (filled.text, filled.names, filled.stands) == ("由云岭钢厂承建", ((1, 5, "ORG"),), ((1, 5, "公司"),))


def test_an_unknown_slot_is_named(tmp_path: Path) -> None:
    (tmp_path / "templates.txt").write_text("{THING}\n", encoding="utf-8")
    (tmp_path / "slots.yaml").write_text("labels: {}\nstand_ins: {}\nslots: {}\n", encoding="utf-8")
    with pytest.raises(InputError, match="no such slots: THING"):
        Templates.load(tmp_path)


def test_a_stand_in_is_parsed_and_the_words_put_back() -> None:
    sentence = Sentence(("由", "赛川", "（", "云岭", "）", "集团", "承建", "。"), (), ((1, 9, "公司"),))
    lexicon = Lexicon.of([], {"集团": 5})
    assert words_to_parse(sentence) == ["由", "公司", "承建", "。"]
    rows = [("由", "P", 1, "case"), ("公司", "NN", 2, "nmod:prep"), ("承建", "VV", 2, "ROOT"), ("。", "PU", 2, "punct")]
    assert put_back(sentence, rows, lexicon) == [
        ("由", "P", 5, "case"),
        ("赛川", "NR", 5, "compound:nn"),
        ("（", "PU", 5, "punct"),
        ("云岭", "NR", 5, "compound:nn"),
        ("）", "PU", 5, "punct"),
        ("集团", "NN", 6, "nmod:prep"),
        ("承建", "VV", 6, "ROOT"),
        ("。", "PU", 6, "punct"),
    ]


def test_a_sentence_without_stand_ins_stays_as_it_is() -> None:
    rows = [("开工", "VV", 0, "ROOT"), ("。", "PU", 0, "punct")]
    assert put_back(Sentence(("开工", "。")), rows, Lexicon()) == rows
