from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from kg_build.errors import InputError
from kg_build.reading import find_sources, read_documents


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ["b.txt", "a/c.html", "a/b.csv", "a/README", "a/x.png", ".hidden/y.txt", ".z.txt"]:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("湖区新闻", "utf-8")
    return tmp_path


def names(*paths: str | Path) -> list[str]:
    return [found.source_file for found in find_sources(paths)]


def test_a_folder_is_searched_in_order(folder: Path) -> None:
    assert names(folder) == ["a/README", "a/b.csv", "a/c.html", "b.txt"]


def test_a_file_has_its_own_name_and_is_met_once(folder: Path) -> None:
    assert names(folder / "a" / "c.html", folder / "a") == ["c.html", "README", "b.csv"]


def test_a_pattern_counts_from_its_fixed_folder(folder: Path) -> None:
    assert names(f"{folder}/**/*.html", f"{folder}/*.txt") == ["a/c.html", "b.txt"]


def test_a_path_that_names_nothing(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(InputError, match="no such file or folder"):
        names(tmp_path / "nothing.txt")
    with pytest.raises(InputError, match="no file fits"):
        names(f"{tmp_path}/*.nothing")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="without any file"):
        names(tmp_path / "empty")
    errors: list[InputError] = []
    found = list(find_sources([tmp_path / "nothing.txt", folder / "b.txt"], on_error=errors.append))
    assert [one.source_file for one in found] == ["b.txt"]
    assert len(errors) == 1


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stream:
        buffer = io.BytesIO("湖区新建公园六座。".encode())

    monkeypatch.setattr(sys, "stdin", Stream())
    (found,) = find_sources(["-"])
    (document,) = read_documents(found)
    assert (document.source_file, document.text) == ("-", "湖区新建公园六座。")
