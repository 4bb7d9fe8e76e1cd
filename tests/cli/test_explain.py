"""``zonekg explain`` of a file: near misses, pages, and what goes wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg_build.cli import main

PAGE = """湖畔经开区再添新企业

本报讯（记者 施远岫）5月18日，湖畔云阶精工科技有限公司在湖畔经济技术开发区揭牌。湖畔云阶精工科技有限公司有望获评省级绿色工厂。
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["explain", *arguments])


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.txt"
    path.write_text(PAGE, encoding="utf-8")
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "t.jsonl"
    rows = [{"title": f"第{i}篇", "text": f"云台经济开发区去年完成投资{i}亿元。"} for i in (1, 2)]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_near_misses_are_shown_when_asked(page: Path) -> None:
    assert "  ~ " not in run(str(page), "--sentence", "有望").output
    output = run(str(page), "--sentence", "有望", "--near").output
    assert "湖畔云阶精工科技有限公司 honouredAs 省级绿色工厂: 有望 stands there (unless: future)" in output


def test_a_page_is_written_and_is_the_same_again(page: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "1.html", tmp_path / "2.html"
    got = run(str(page), "--html", str(first))
    assert got.exit_code == 0, got.output
    assert got.output == f"{first}: 1 articles, 3 sentences\n"
    run(str(page), "--html", str(second))
    assert first.read_bytes() == second.read_bytes()
    assert "<svg" in first.read_text(encoding="utf-8")


def test_a_page_goes_to_standard_output(page: Path) -> None:
    output = run(str(page), "--sentence", "有望", "--html", "-").output
    assert output.startswith("<!DOCTYPE html>")
    assert output.count("<svg") == 1


def test_all_stories_of_a_table_are_on_one_page(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.html"
    assert "2 articles" in run(str(table), "--html", str(out)).output
    text = out.read_text(encoding="utf-8")
    assert "<h2>第1篇</h2>" in text
    assert "<h2>第2篇</h2>" in text


def test_only_the_story_with_the_sentence_is_told(table: Path) -> None:
    output = run(str(table), "--sentence", "2亿元").output
    assert "第2篇" in output
    assert "第1篇" not in output


@pytest.mark.parametrize("more", [(), ("--html", "out.html")])
def test_a_sentence_that_is_nowhere_is_one_line(page: Path, more: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "kg_build", "explain", page.name, "--sentence", "没有的话", *more]
    got = subprocess.run(command, capture_output=True, text=True, cwd=page.parent, check=False)
    assert (got.returncode, got.stdout) == (3, "")
    assert got.stderr == "zonekg: page.txt: no sentence contains 没有的话\n"
    assert not (page.parent / "out.html").exists()


def test_a_page_that_can_not_be_written_is_one_line(page: Path) -> None:
    command = [sys.executable, "-m", "kg_build", "explain", page.name, "--html", "nowhere/out.html"]
    got = subprocess.run(command, capture_output=True, text=True, cwd=page.parent, check=False)
    assert got.returncode == 3
    assert got.stderr == "zonekg: nowhere/out.html: can't be written: No such file or directory\n"


def test_half_a_surrogate_pair_is_one_line_and_the_rest_is_told(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text(
        '{"title": "甲\\ud83d", "text": "云台经济开发区去年完成投资\\ud83d3亿元。"}\n{"text": "云台经济开发区签约。"}\n',
        encoding="utf-8",
    )
    for more in ((), ("--html", "out.html")):
        command = [sys.executable, "-m", "kg_build", "explain", "t.jsonl", *more]
        got = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=tmp_path, check=False)
        assert got.returncode == 0, got.stderr
        assert got.stderr.splitlines() == [
            f"zonekg: t.jsonl row 1: half a surrogate pair in {field}, read as U+FFFD" for field in ("title", "text")
        ]
    assert "云台经济开发区签约" in (tmp_path / "out.html").read_text(encoding="utf-8")
