import json
import subprocess
import sys
from pathlib import Path

import pytest

from kg_build.errors import PipelineError
from kg_build.evaluation.language import cost as module
from kg_build.evaluation.language.cost import FRESH, cost
from kg_build.evaluation.language.fresh import measure
from kg_build.evaluation.language.pages import read_pages
from kg_build.language import load_pipeline

ANSWER = {"import_seconds": 1.0, "load_seconds": 0.5, "read_seconds": 2.0, "tokens": 30, "peak_mb": 300}


def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    (tmp_path / "fresh.py").write_text(code, encoding="utf-8")
    monkeypatch.setattr(module, "FRESH", tmp_path / "fresh.py")


def test_figures_come_from_a_process_of_its_own(tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, monkeypatch, f"print({json.dumps(ANSWER)!r})")
    rows = dict(cost(load_pipeline(), "", read_pages(corpus, "look-only")).rows)
    assert rows["tokens a second"] == 15
    assert rows["peak memory, MB"] == 300
    assert 1 < rows["size on disk, MB"] < 50


def test_a_process_that_fails_is_one_line(tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, monkeypatch, "raise SystemExit('bad\\nluck')")
    with pytest.raises(PipelineError, match=r"^m: the measuring process failed: bad luck$"):
        cost(load_pipeline(), "m", read_pages(corpus, "look-only"))


def test_what_is_measured() -> None:
    found = measure("", "园区建成。")
    assert 1 < found["tokens"] <= 5
    assert all(found[f"{name}_seconds"] >= 0 for name in ("import", "load", "read"))
    assert found["peak_mb"] is None or found["peak_mb"] > 50


@pytest.mark.slow
def test_the_file_answers_as_a_program() -> None:
    task = json.dumps({"model": "", "text": "园区建成。"})
    done = subprocess.run([sys.executable, "-P", str(FRESH)], input=task, capture_output=True, text=True, check=True)
    assert set(json.loads(done.stdout)) == set(ANSWER)
