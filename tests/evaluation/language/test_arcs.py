import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg_build.errors import InputError
from kg_build.evaluation.language.arcs import Arc, Found, MarkedSentence, Parsed, against_arcs, own_parse, read_arcs, score

ROOT = Path(__file__).parents[3]
TEXT = "北辰新材料公司落户"
SUBJECT = Arc((5, 7), (7, 9), "nsubj")


def counted(arcs: list[Arc], words: list[str], heads: list[int], relations: list[str]) -> tuple[int, int, int, int]:
    edges = [0]
    for word in words:
        edges.append(edges[-1] + len(word))
    ranges = tuple((edges[i], edges[i + 1]) for i in range(len(words)))
    rows = tuple((w, "NN", h, r) for w, h, r in zip(words, heads, relations, strict=True))
    found = Found()
    score(arcs, Parsed(ranges, rows), found)
    return found.marked.total(), found.unlabelled.total(), found.labelled.total(), found.in_one_token


@pytest.mark.parametrize(
    ("words", "heads", "relation", "expected"),
    [
        (["北辰", "新材料", "公司", "落户"], [2, 2, 3, 3], "nsubj", (1, 1, 1, 0)),
        (["北辰", "新材料", "公司", "落户"], [2, 2, 3, 3], "dobj", (1, 1, 0, 0)),
        (["北辰", "新材料", "公司", "落户"], [2, 2, 0, 3], "nsubj", (1, 0, 0, 0)),
        (["北辰新材料公司", "落户"], [1, 1], "nsubj", (1, 1, 1, 0)),
        (["北辰新材料公司落户"], [0], "ROOT", (0, 0, 0, 1)),
    ],
)
def test_the_token_that_ends_the_dependent_hangs_on_the_head(
    words: list[str], heads: list[int], relation: str, expected: tuple[int, int, int, int]
) -> None:
    relations = [relation if word.endswith("公司") else "dep" for word in words]
    assert counted([SUBJECT], words, heads, relations) == expected


def test_words_that_are_cut_in_two_are_followed_up_within_the_word() -> None:
    # 司 hangs on 公, which hangs on 落, of which 落户 is made.
    words = ["北辰新材料", "公", "司", "落", "户"]
    assert counted([SUBJECT], words, [1, 3, 1, 3, 3], ["dep", "nsubj", "dep", "ROOT", "dep"]) == (1, 1, 1, 0)


def test_heads_that_go_round_within_a_word_end_the_walk() -> None:
    words = ["北辰新材料", "公", "司", "落户"]
    assert counted([SUBJECT], words, [0, 2, 1, 3], ["dep"] * 4) == (1, 0, 0, 0)


def test_modifiers_between_nouns_are_one_relation() -> None:
    arc = Arc((0, 2), (5, 7), "nmod:assmod")
    words, heads = ["北辰", "新材料", "公司", "落户"], [2, 2, 3, 3]
    assert counted([arc], words, heads, ["compound:nn", "dep", "nsubj", "ROOT"]) == (1, 1, 1, 0)
    assert counted([arc], words, heads, ["conj", "dep", "nsubj", "ROOT"]) == (1, 1, 0, 0)


def test_a_sentence_is_read_within_its_page(make_read: Callable[..., Any]) -> None:
    read = make_read(["签约", "\n", "北辰", "公司", "\n", "落户", "。"], [0, 0, 3, 5, 3, 5, 0], ["dep"] * 7)
    parsed = own_parse(MarkedSentence("page", "北辰公司落户", ()), [read])
    assert parsed is not None
    assert parsed.ranges == ((0, 2), (2, 4), (4, 6))
    assert [head for _, _, head, _ in parsed.rows] == [1, 2, 2]
    assert own_parse(MarkedSentence("page", "远山公司", ()), [read]) is None
    assert own_parse(MarkedSentence("other", "北辰公司落户", ()), [read]) is None


def test_heads_outside_the_sentence_are_none_of_its_tokens(make_read: Callable[..., Any]) -> None:
    parsed = own_parse(MarkedSentence("page", "公司", ()), [make_read(["北辰", "公司"], [0, 0], ["ROOT", "dep"])])
    assert parsed is not None
    assert parsed.rows == (("公司", "NN", -1, "dep"),)


def table_for(folder: Path, read: Any) -> Any:
    (folder / "trees").mkdir()
    row = {
        "page": "page",
        "text": TEXT,
        "arcs": [
            {"dependent": "公司", "at": 5, "head": "落户", "head_at": 7, "label": "nsubj"},
            {"dependent": "北辰", "at": 0, "head": "公司", "head_at": 5, "label": "compound:nn"},
        ],
    }
    (folder / "trees" / "arcs.jsonl").write_text(json.dumps(row) + "\n" + json.dumps({**row, "text": TEXT + "！"}) + "\n")
    other = [("北辰新材料公司", "NN", 0, "ROOT"), ("落户", "VV", 0, "dep")]
    return against_arcs(folder, [read], {"other": lambda sentences: [other for _ in sentences]})


def test_all_readers_get_the_same_tokens(tmp_path: Path, make_read: Callable[..., Any]) -> None:
    table = table_for(tmp_path, make_read(["北辰新材料公司", "落户"], [1, 1], ["nsubj", "ROOT"]))
    assert table.columns == ("relation", "arcs", "ours found", "ours labelled", "other found", "other labelled")
    assert table.rows == (("all", 1, 1.0, 1.0, 0.0, 0.0), ("nsubj", 1, 1.0, 1.0, 0.0, 0.0))
    assert "1 arcs left out: both words are in one token" in table.notes
    assert "1 sentences left out: the page as read doesn't have them" in table.notes


def test_pages_without_arcs_leave_the_block_out(tmp_path: Path, make_read: Callable[..., Any]) -> None:
    assert not against_arcs(tmp_path, [make_read(["好"])], {}).rows


def test_an_arc_whose_word_is_elsewhere_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "arcs.jsonl"
    arc = {"dependent": "公司", "at": 4, "head": "落户", "head_at": 7, "label": "nsubj"}
    path.write_text(json.dumps({"page": "p", "text": TEXT, "arcs": [arc]}), encoding="utf-8")
    with pytest.raises(InputError, match="line 1: '公司' does not stand at 4"):
        read_arcs(path)


def test_the_marked_arcs_that_come_with_the_corpus_are_sound() -> None:
    assert sum(len(sentence.arcs) for sentence in read_arcs(ROOT / "seeds/corpus/trees/arcs.jsonl")) >= 200
