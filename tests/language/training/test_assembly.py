from pathlib import Path

import pytest

from kg_build.errors import InputError
from kg_build.language.training.assembly import check_replaceable, whole


def test_a_folder_of_something_else_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match=r"neither empty nor a pipeline's folder"):
        check_replaceable(tmp_path)
    (tmp_path / "config.cfg").write_text("", encoding="utf-8")
    check_replaceable(tmp_path)
    check_replaceable(tmp_path / "new")


def test_what_was_there_stays_until_all_is_written(tmp_path: Path) -> None:
    place = tmp_path / "samples.jsonl"
    place.write_text("old", encoding="utf-8")

    def write_half() -> None:
        with whole(place) as half:
            half.write_text("ne", encoding="utf-8")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_half()
    assert place.read_text(encoding="utf-8") == "old"
    with whole(place) as half:
        half.write_text("new", encoding="utf-8")
    assert place.read_text(encoding="utf-8") == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["samples.jsonl"]


def test_a_folder_takes_the_place_of_an_older_one_whole(tmp_path: Path) -> None:
    place = tmp_path / "network"
    for name in ("a", "b"):
        with whole(place) as half:
            half.mkdir()
            (half / name).write_text("x", encoding="utf-8")
    assert [path.name for path in place.iterdir()] == ["b"]
