import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from kg_build.language import annotate, load_pipeline
from kg_build.language.training.__main__ import main
from kg_build.language.training.evaluate import evaluate, f_score, segmentation
from kg_build.language.training.workflow import Plan, run
from kg_build.model import Article, OffsetMap

pytest.importorskip("opencc", reason="the training extra is not installed")


@pytest.fixture
def plan(corpora_folder: Path, tmp_path: Path, fake_label: Callable[[Sequence[Sequence[str]], Path], Path]) -> Plan:
    return Plan(
        corpora=corpora_folder,
        out=tmp_path / "model",
        build=tmp_path / "build",
        segmenter_iterations=1,
        template_sentences=1,
        max_steps=3,
        label=fake_label,
    )


def test_a_tiny_corpus_gives_a_model_that_works_and_can_be_measured(plan: Plan, capfd: pytest.CaptureFixture[str]) -> None:
    said: list[str] = []
    run(plan, said.append)
    assert said == ["segmenter", "labels", "pipeline", "model"]
    nlp = load_pipeline(str(plan.out))
    text = "赛川集团投资项目。"
    assert annotate(nlp, Article("page.txt", 1, "", text, (), OffsetMap(()))).text == text

    written = [path for path in plan.out.rglob("*") if path.is_file()]
    assert not [path for path in written if path.suffix in {".pkl", ".pickle"}]
    assert not [path for path in written if str(plan.build).encode() in path.read_bytes()]
    record = json.loads((plan.out / "TRAINING.json").read_text(encoding="utf-8"))
    assert set(record["outputs"]) == {p.relative_to(plan.out).as_posix() for p in written} - {"TRAINING.json"}
    assert "uner_zh_gsdsimp/zh_gsdsimp-ud-train.iob2" in record["inputs"]
    assert "pipeline.cfg" in record["inputs"]

    table = evaluate(plan.corpora, plan.build, str(plan.out))
    assert {"pkuseg_dev", "tokens_test", "parse_test", "parse_field", "names_test", "load_seconds", "size_mb"} <= set(table)
    assert 0 <= table["parse_dev"]["las"] <= table["parse_dev"]["uas"] <= 100

    run(plan, said.append)
    assert "Epoch" not in capfd.readouterr().err


def test_missing_corpora_are_one_line_and_an_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--corpora", str(tmp_path), "--out", str(tmp_path / "out"), "--build", str(tmp_path / "build")]) == 3
    error = capsys.readouterr().err
    assert "not there: uner_zh_gsdsimp/zh_gsdsimp-ud-train.iob2" in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_scores_of_counts() -> None:
    assert f_score(1, 2, 4) == {"p": 50.0, "r": 25.0, "f": 33.33}
    assert f_score(0, 0, 0) == {"p": 0.0, "r": 0.0, "f": 0.0}
    assert segmentation(lambda text: [text[:2], text[2:]], [["园区", "建", "成"]]) == {"p": 50.0, "r": 33.33, "f": 40.0}
