"""``zonekg evaluate``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg_build.cli import main

PAGE = """湖畔经济技术开发区

抓项目 促发展

本报记者 王某某

截至2024年8月底，湖畔经济技术开发区固定资产投资完成7.5亿元，增长9.1%。湖畔云阶精工有限公司减速器项目已开工建设。
"""
GOLD = {
    "article": "page",
    "entities": [
        {"id": "z", "type": "Zone", "names": ["湖畔经济技术开发区"]},
        {"id": "h", "type": "Honour", "names": ["绿色工厂"]},
    ],
    "relations": [],
    "observations": [{"of": "z", "indicator": "固定资产投资", "value": 750000000, "unit": "元", "growth": 9.1}],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store and a gold file."""
    made = tmp_path_factory.mktemp("evaluate")
    (made / "page.txt").write_text(PAGE, encoding="utf-8")
    (made / "gold").mkdir()
    (made / "gold" / "page.json").write_text(json.dumps(GOLD, ensure_ascii=False), encoding="utf-8")
    got = CliRunner().invoke(main, ["build", str(made / "page.txt"), "--store", str(made / "store")])
    assert got.exit_code == 0, got.output
    return made


def evaluate(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["evaluate", str(folder / "gold"), "--store", str(folder / "store"), *arguments])


def in_a_process(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kg_build", "evaluate", "gold", "--store", "store", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)


def test_the_table(folder: Path) -> None:
    got = evaluate(folder)
    assert got.exit_code == 0
    assert "entity Zone                P 1.000  R 1.000  F 1.000   (1 right of 1 said, 1 in gold)" in got.output
    assert " - Honour" not in got.output


def test_the_errors_with_their_sentences(folder: Path) -> None:
    lines = evaluate(folder, "--errors").output.splitlines()
    assert "page - Honour 绿色工厂" in lines
    wrong = next(number for number, line in enumerate(lines) if line.startswith("page + Enterprise"))
    assert "[湖畔云阶精工有限公司]减速器项目已开工建设。" in lines[wrong + 1]


@pytest.mark.parametrize("option", [("--json",), ("--format", "json")])
def test_json(folder: Path, option: tuple[str, ...]) -> None:
    table = json.loads(evaluate(folder, *option).output)
    assert table["rows"]["entity Zone"]["f"] == 1.0
    assert table["rows"]["observations"]["right"] == 1
    assert table["rules"]["figure.level"]["right"] == 1


@pytest.mark.parametrize(
    ("name", "begins"), [("r.html", "<!DOCTYPE html>"), ("R.HTM", "<!DOCTYPE html>"), ("r.json", "{"), ("r.txt", "rule ")]
)
def test_the_files_ending_tells_the_format(folder: Path, tmp_path: Path, name: str, begins: str) -> None:
    got = evaluate(folder, "-o", str(tmp_path / name))
    assert (got.exit_code, got.output) == (0, "")
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_the_option_goes_before_the_ending(folder: Path, tmp_path: Path) -> None:
    evaluate(folder, "-o", str(tmp_path / "r.txt"), "--format", "html")
    assert (tmp_path / "r.txt").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_another_format_is_refused(folder: Path) -> None:
    got = evaluate(folder, "--format", "pdf")
    assert got.exit_code == 2
    assert "'table', 'json', 'html'" in got.output


def test_a_file_that_cannot_be_written_is_one_line(folder: Path) -> None:
    got = in_a_process(folder, "-o", "nowhere/r.html")
    assert (got.returncode, got.stderr.count("\n")) == (3, 1)
    assert "nowhere/r.html" in got.stderr


@pytest.mark.parametrize("name", ["json", "html"])
def test_the_setting_keeps_texts_back(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "已开工建设" in evaluate(folder, "--format", name).output
    monkeypatch.setenv("ZONEKG_TEXTS", "false")
    assert "已开工建设" not in evaluate(folder, "--format", name).output


def test_a_floor_fails_when_scores_fall(folder: Path, tmp_path: Path) -> None:
    floor = tmp_path / "floor.json"
    floor.write_text('{"entity Zone": 1.0}')
    assert evaluate(folder, "--floor", str(floor)).exit_code == 0
    floor.write_text('{"entity Zone": 1.0, "entity Honour": 0.5, "entity Planet": 0.1}')
    got = in_a_process(folder, "--floor", str(floor), "-o", str(tmp_path / "r.html"))
    assert got.returncode == 6
    assert got.stderr == "zonekg: scores fell: entity Honour 0.000 < 0.5; entity Planet 0.000 < 0.1\n"
    assert "Below the floor" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_a_damaged_floor_is_one_clear_line(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "floor").write_text("[1")
    got = in_a_process(folder, "--floor", str(tmp_path / "floor"))
    assert (got.returncode, len(got.stderr.strip().splitlines())) == (3, 1)


def test_no_annotation_is_one_clear_line(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("{}")
    command = [sys.executable, "-m", "kg_build", "evaluate", str(tmp_path), "--store", str(folder / "store")]
    got = subprocess.run(command, capture_output=True, text=True, check=False)
    assert got.returncode == 3
    assert got.stderr == f"zonekg: {tmp_path}: no gold annotation there\n"


def test_an_annotation_of_nothing(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "page.json").write_text('{"article": "nothing", "entities": [], "relations": []}')
    got = CliRunner().invoke(main, ["evaluate", str(tmp_path), "--store", str(folder / "store"), "--errors"])
    assert got.output == "nothing: the store has no article of this file\n"
