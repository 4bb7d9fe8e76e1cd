from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from kg_build.errors import InputError
from kg_build.language.encoder.characters import LONGEST
from kg_build.language.training.annotated import part_of
from kg_build.language.training.corpora import Sentence
from kg_build.language.training.samples import (
    GROUP,
    Sample,
    Word,
    figures,
    general_samples,
    page_samples,
    read_samples,
    things,
    with_words,
    write_samples,
)
from kg_build.language.training.trees import Row, Tree

NLP = spacy.blank("zh")
TEXTS = st.text("园区。\n\u2028\x85\r", max_size=40)
WORDS = st.builds(Word, st.integers(0, 9), st.integers(0, 9), st.just("NN"), st.integers(0, 9), st.just("dep"), st.booleans())
MARKS = st.tuples(st.integers(0, 9), st.integers(0, 9), st.sampled_from(["Zone", "Generic"]))
SAMPLES = st.builds(
    Sample, TEXTS, TEXTS, st.none() | st.lists(MARKS, max_size=3).map(tuple), st.lists(WORDS, max_size=3).map(tuple)
)


def label(sentences: Sequence[Sequence[str]]) -> list[list[Row]]:
    """Stands for a parser: the first word is the root of all others."""
    return [[(word, "NN", 0, "dep" if i else "ROOT") for i, word in enumerate(words)] for words in sentences]


def words_of(sample: Sample) -> list[str]:
    return [sample.text[word.start : word.end] for word in sample.words]


@given(st.lists(SAMPLES, max_size=4))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, samples: list[Sample]) -> None:
    path = tmp_path_factory.getbasetemp() / "made" / "s.jsonl"
    write_samples(samples, path)
    assert read_samples(path) == samples


def test_pages_become_samples_as_the_reading_stage_gives_them(tmp_path: Path) -> None:
    zone = next(f"湖畔{n}经济开发区" for n in "一二三四五六七八九十" if part_of(f"湖畔{n}经济开发区") == "train")
    head = f"zone: {zone}\nplace: 湖畔\ndesk: signing\ndate: 2024-05-06\nwriter: a\nreader: -\n---\n"
    page = (
        "[湖畔经济开发区|Zone#z1]喜迎项目签约\n\n"
        "    5月6日，[[北辰新材料|Enterprise#e1]碳纤维项\n目|Project#p1]落户[该区|Zone#z1!]，总投资3.5亿元，占全区的12%。\n===\n"
        "e1 locatedIn z1\np1 totalInvestment 350000000\np1 status signed\nobs z1 占比 value=12 unit=% share=12 growth=-3.5\n"
    )
    (tmp_path / "north").mkdir()
    (tmp_path / "north" / "hupan-2024-01.page").write_text(head + page, encoding="utf-8")
    (sample,) = page_samples(tmp_path, "train")
    assert sample.source == "hupan-2024-01"
    assert sample.words == ()
    assert sample.names is not None
    assert sorted((sample.text[a:b], name) for a, b, name in sample.names) == [
        ("12%", "Percent"),
        ("3.5亿元", "Amount"),
        ("5月6日", "Date"),
        ("北辰新材料", "Enterprise"),
        ("北辰新材料碳纤维项目", "Project"),
        ("湖畔经济开发区", "Zone"),
        ("该区", "Generic"),
        ("该区", "Zone"),
    ]
    things = {sample.text[a:b]: thing for (a, b, _), thing in zip(sample.names, sample.ids, strict=True) if thing}
    assert things == {"北辰新材料": "e1", "北辰新材料碳纤维项目": "p1", "湖畔经济开发区": "z1", "该区": "z1"}
    assert set(sample.facts) == {
        ("e1", "locatedIn", "z1"),
        ("p1", "totalInvestment", "=350000000"),
        ("z1", "share", "=12"),
        ("z1", "growth", "=3.5"),
        ("p1", "signed", "p1"),
    }
    assert page_samples(tmp_path, "develop") == page_samples(tmp_path, "look-only") == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("完成产值12.5亿元，增长8.4%", [("12.5亿元", "Amount"), ("8.4%", "Percent")]),
        ("2024年5月6日", [("2024年5月6日", "Date")]),
        ("去年底，1—12月", [("去年底", "Date"), ("1—12月", "Date")]),
        ("占百分之八十，下降２．５个百分点", [("百分之八十", "Percent"), ("２．５个百分点", "Percent")]),
        ("二期12家", []),
    ],
)
def test_figures(text: str, wanted: list[tuple[str, str]]) -> None:
    assert sorted((text[a:b], name) for a, b, name in figures(text)) == sorted(wanted)


def test_words_end_where_names_do_and_persons_are_one() -> None:
    sample = Sample("s", "赛川签约。\n王凡说 好。", ((1, 3, "Enterprise"), (6, 8, "Person")))
    (made,) = with_words([sample], NLP, label, [])
    assert words_of(made) == ["赛", "川", "签", "约", "。", "王凡", "说", "好", "。"]
    assert [word.head for word in made.words] == [0] * 5 + [5] * 4
    assert [word.relation for word in made.words].count("ROOT") == 2
    assert not any(word.by_hand for word in made.words)
    assert (made.text, made.names) == (sample.text, sample.names)


def test_a_word_over_a_line_break_is_given_to_the_parser_without_it() -> None:
    asked: list[list[str]] = []

    def listen(sentences: Sequence[Sequence[str]]) -> list[list[Row]]:
        asked.extend(map(list, sentences))
        return label(sentences)

    (made,) = with_words([Sample("s", "见王 凡。", ((1, 4, "Person"),))], NLP, listen, [])
    assert asked == [["见", "王凡", "。"]]
    assert words_of(made) == ["见", "王 凡", "。"]


def test_trees_put_right_by_hand_come_first() -> None:
    rows: tuple[Row, ...] = (("项目", "NN", 1, "nsubj"), ("开工", "VV", 1, "ROOT"), ("。", "PU", 1, "punct"))
    trees = [Tree("p1", "项目开工。", rows), Tree("p2", "园区。", (("园区。", "NN", 0, "ROOT"),))]
    asked: list[Sequence[str]] = []

    def listen(sentences: Sequence[Sequence[str]]) -> list[list[Row]]:
        asked.extend(sentences)
        return label(sentences)

    first, second = with_words([Sample("p1", "园区。项目开工。", ()), Sample("p2", "项目开工。", ())], NLP, listen, trees)
    assert words_of(first) == ["园", "区", "。", "项目", "开工", "。"]
    assert [word.head for word in first.words[3:]] == [4, 4, 4]
    assert [word.by_hand for word in first.words] == [False] * 3 + [True] * 3
    assert words_of(second) == ["项", "目", "开", "工", "。"]
    assert asked == [["园", "区", "。"], ["项", "目", "开", "工", "。"]]


@pytest.mark.parametrize("wrong", [lambda _: [], lambda s: [rows[1:] for rows in label(s)], lambda s: [*label(s), []]])
def test_a_parser_that_gives_other_words_is_refused(wrong: object) -> None:
    with pytest.raises(InputError, match=r"^the parser: gave other words than it got"):
        with_words([Sample("s", "开工。", ())], NLP, wrong, [])  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"^the parser: gave other words than it got"):
        general_samples([Sentence(("开工", "。"))], wrong)  # type: ignore[arg-type]


def test_general_sentences_stand_together_without_names() -> None:
    sentences = [Sentence(("园区", str(n), "。")) for n in range(GROUP + 1)]
    first, second = general_samples(sentences, label)
    assert first.text == "园区0。\n园区1。\n园区2。\n园区3。\n"
    assert second.text == "园区4。\n"
    assert first.names is None
    assert words_of(first) == [word for sentence in sentences[:GROUP] for word in sentence.words]
    assert [word.head for word in first.words] == [i - i % 3 for i in range(3 * GROUP)]


def test_windows_hold_what_lies_in_them() -> None:
    text = "项目开工。" * 50
    samples = with_words([Sample("s", text, ((0, 2, "Project"), (248, 250, "Project")))], NLP, label, [])
    windows = list(samples[0].windows(200))
    assert "".join(window.text for window in windows) == text
    assert [window.names for window in windows] == [((0, 2, "Project"),), ((48, 50, "Project"),)]
    assert [len(window.words) for window in windows] == [200, 50]
    assert all(words_of(window) == list(window.text) for window in windows)
    assert [word.head for word in windows[1].words] == [i - i % 5 for i in range(50)]
    assert all(window.source == "s" for window in windows)


def test_words_without_their_head_and_names_that_are_cut_are_left_out() -> None:
    text = "项" * (LONGEST + 100) + "。开工。"
    sample = Sample("s", text, ((LONGEST - 1, LONGEST + 1, "Zone"), (0, 1, "Zone"), (LONGEST + 1, LONGEST + 2, "Park")))
    first, second = with_words([sample], NLP, label, [])[0].windows()
    assert (first.names, second.names) == (((0, 1, "Zone"),), ((1, 2, "Park"),))
    assert (len(first.words), second.words) == (LONGEST, ())
    facts = (("a", "locatedIn", "b"),)
    named = replace(sample, ids=("a", "b", "c"), facts=facts)
    assert [(window.ids, window.facts) for window in named.windows()] == [(("b",), facts), (("c",), facts)]


def test_windows_of_an_unmarked_sample_stay_unmarked() -> None:
    assert [window.names for window in Sample("s", "开工。" * 100, None).windows(100)] == [None] * 4
    assert list(Sample("s", "", ()).windows()) == []


def test_things_are_names_and_figures_in_the_order_of_the_text() -> None:
    marks = ((0, 5, "Zone"), (8, 10, "Zone"), (10, 12, "Industry"), (8, 10, "Generic"), (12, 16, "Indicator"), (0, 2, "Other"))
    sample = Sample("a", "云岭高新区增长，该区储能投资额达3亿元。", marks, ids=("z", "z", "", "", "#投资额", "x"))
    assert [(thing.start, thing.type, thing.general, identity) for thing, identity in things(sample)] == [
        (0, "Zone", False, "z"),
        (8, "Zone", True, "z"),
        (12, "Indicator", False, "#投资额"),
        (16, "Figure", False, "=300000000"),
    ]
