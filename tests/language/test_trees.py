"""Tree files: reading, writing, checks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg_build.errors import InputError
from kg_build.language.training.trees import RELATIONS, TAGS, Tree, check, main, read_trees, write_trees

ROOT = Path(__file__).parents[2]
ROWS = (
    ("公司", "NN", 1, "nsubj"),
    ("落户", "VV", 1, "ROOT"),
    ("该", "DT", 3, "det"),
    ("区", "NN", 1, "dobj"),
    ("。", "PU", 1, "punct"),
)
TREE = Tree.of("hupan-2024-01", ROWS)
GOOD = """\
# page = hupan-2024-01
# text = 公司落户该区。
1\t公司\t_\t_\tNN\t_\t2\tnsubj\t_\t_
2\t落户\t_\t_\tVV\t_\t0\tROOT\t_\t_
3\t该\t_\t_\tDT\t_\t4\tdet\t_\t_
4\t区\t_\t_\tNN\t_\t2\tdobj\t_\t_
5\t。\t_\t_\tPU\t_\t2\tpunct\t_\t_

"""


def write(folder: Path, text: str, name: str = "train-01.conllu") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_written_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "trees" / "train-01.conllu"
    write_trees([TREE], path)
    assert path.read_text(encoding="utf-8") == GOOD
    assert read_trees(path) == [TREE]
    assert read_trees(tmp_path) == [TREE]
    assert TREE.words == ("公司", "落户", "该", "区", "。")


def test_the_mark_for_a_relation_that_should_be_gone_becomes_dep() -> None:
    tree = Tree.of("a", [("好", "VA", 0, "ROOT"), ("了", "SP", 0, "KILL")])
    assert [relation for *_, relation in tree.rows] == ["ROOT", "dep"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("# page = hupan-2024-01\n", "", "line 1: the sentence lacks '# page ='"),
        ("# page =", "# sent_id =", "line 1: a comment is"),
        ("# page = hupan-2024-01", "# text = 公司", "line 2: a second '# text ='"),
        ("区。", "市。", "line 6: the text goes on with '市。', not with '区'"),
        ("区。", "区。？", "line 2: the words end before the text: '？'"),
        ("\tdet\t_\t_", "\tdet\t_", "line 5: 9 columns instead of 10"),
        ("\tdet\t_\t_", "\tdet\t_\tx", "line 5: a column that isn't in use"),
        ("3\t该", "4\t该", "line 5: number '4' instead of 3"),
        ("\t该\t", "\t\t", "line 5: the form is empty"),
        ("\t该\t", "\t该 \t", "line 5: the form is empty or has white space"),
        ("\tDT\t", "\t_SP\t", "line 5: no such tag: '_SP'"),
        ("\tdet\t", "\tKILL\t", "line 5: no such relation: 'KILL'"),
        ("\tdet\t", "\tROOT\t", "line 5: head 0 and ROOT go together: 4 ROOT"),
        ("0\tROOT", "0\tdep", "line 4: head 0 and ROOT go together: 0 dep"),
        ("4\tdet", "-1\tdet", "line 5: the head is not a number"),
        ("4\tdet", "6\tdet", "line 5: the head 6 is outside the sentence"),
        ("2\tdobj", "0\tROOT", "line 1: 2 roots instead of one"),
        ("0\tROOT", "1\tdep", "line 1: 0 roots instead of one"),
        ("2\tdobj", "3\tdobj", "line 5: a cycle: 3 → 4 → 3"),
        ("4\tdet", "3\tdet", "line 5: a cycle: 3 → 3"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(tmp_path: Path, old: str, new: str, reason: str) -> None:
    path = write(tmp_path, GOOD.replace(old, new, 1))
    trees, faults = check(path)
    assert trees == []
    assert any(str(fault).startswith(f"{path}: {reason}") for fault in faults), faults
    with pytest.raises(InputError):
        read_trees(path)


def test_every_cycle_is_told_once(tmp_path: Path) -> None:
    heads = {1: 2, 2: 1, 3: 2, 4: 5, 5: 4, 6: 0}
    rows = "".join(f"{i}\t字\t_\t_\tNN\t_\t{head}\t{'dep' if head else 'ROOT'}\t_\t_\n" for i, head in heads.items())
    _, faults = check(write(tmp_path, f"# page = a\n# text = {'字' * 6}\n{rows}"))
    assert [fault.reason for fault in faults] == ["line 3: a cycle: 1 → 2 → 1", "line 6: a cycle: 4 → 5 → 4"]


def test_a_sentence_stands_once_in_all_files(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "look-only-01.conllu")
    write(tmp_path, GOOD)
    with pytest.raises(InputError, match=r"train-01.conllu: line 1: the sentence stands in look-only-01.conllu, line 1 too"):
        read_trees(tmp_path)


def test_the_command_counts_and_prints_every_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, GOOD)
    assert main([str(tmp_path)]) == 0
    assert capsys.readouterr().out == "1 files, 1 good sentences, 0 faults\n"
    write(tmp_path, GOOD.replace("DT", "DET").replace("dobj", "obj"), "train-02.conllu")
    assert main([str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert said.out == "2 files, 1 good sentences, 2 faults\n"
    assert said.err.splitlines() == [
        f"{tmp_path / 'train-02.conllu'}: line 5: no such tag: 'DET'",
        f"{tmp_path / 'train-02.conllu'}: line 6: no such relation: 'obj'",
    ]
    assert main([str(tmp_path / "missing")]) == 1


def test_the_scheme_has_all_that_the_shipped_model_gives() -> None:
    path = ROOT / "kg_build/language/model/parser/settings.json"
    labels = json.loads(path.read_text(encoding="utf-8"))
    assert set(labels["tags"]) <= TAGS
    assert set(labels["relations"]) <= RELATIONS


def test_every_tree_of_the_corpus_is_well_formed() -> None:
    corpus = ROOT / "seeds" / "corpus"
    pages = {path.stem for path in corpus.rglob("*.page")}
    assert {tree.page for tree in read_trees(corpus / "trees")} <= pages
