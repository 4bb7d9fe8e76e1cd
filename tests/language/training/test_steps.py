import inspect
import sys
from pathlib import Path

import pytest

from kg_build.language.training.__main__ import main
from kg_build.language.training.steps import STEPS


def given(step: str, folder: Path, **paths: Path) -> list[str]:
    """Arguments of a step: each path below a folder unless it is said."""
    names = inspect.signature(next(one for one in STEPS if one.__name__ == step)).parameters
    return [step, *(f"--{name}={paths.get(name, folder / name)}" for name in names)]


def test_missing_corpora_are_one_line_and_an_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pages").mkdir()
    assert main(given("words", tmp_path)) == 3
    error = capsys.readouterr().err
    assert "not there: uner_zh_gsdsimp/zh_gsdsimp-ud-train.iob2" in error
    assert error.count("\n") == 1
    assert not (tmp_path / "own").exists()


def test_missing_pages_are_one_line_and_an_exit_code(
    corpora_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(given("words", tmp_path, corpora=corpora_folder)) == 3
    error = capsys.readouterr().err
    assert error.endswith("pages: no such folder of annotated pages\n")
    assert error.count("\n") == 1


def test_a_wrong_recipe_is_one_line_and_an_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("torch", reason="the training extra is not installed")
    (tmp_path / "config").write_text("[network]\nepochs = 1\n", encoding="utf-8")
    assert main(given("network", tmp_path)) == 3
    error = capsys.readouterr().err
    assert "the file has no pairs, segmenter" in error
    assert error.count("\n") == 1


def test_without_the_training_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for module in [name for name in sys.modules if name.startswith("kg_build.language.training.")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "torch", None)
    assert main(given("network", tmp_path)) == 3
    error = capsys.readouterr().err
    assert "pip install 'zonekg[train]'" in error
    assert error.count("\n") == 1


def test_an_option_that_is_left_out_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(given("pairs", tmp_path)[:-1])
    assert "required: --out" in capsys.readouterr().err
