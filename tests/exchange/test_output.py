from __future__ import annotations

import gzip
import io
import os

import pytest

from kg_build.errors import InputError
from kg_build.exchange.output import new_file, new_folder, packed


def test_a_file_is_there_when_it_is_whole(tmp_path):
    (tmp_path / "f").write_bytes(b"old")
    with new_file(tmp_path / "f") as stream:
        stream.write(b"new")
        stream.flush()
        assert (tmp_path / "f").read_bytes() == b"old"
    assert (tmp_path / "f").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def test_a_file_that_fails_leaves_nothing(tmp_path):
    def fail():
        with new_file(tmp_path / "f") as stream:
            stream.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_a_link_leads_to_the_file_that_is_replaced(tmp_path):
    (tmp_path / "f").write_bytes(b"old")
    (tmp_path / "link").symlink_to("f")
    with new_file(tmp_path / "link") as stream:
        stream.write(b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "f").read_bytes() == b"new"


def test_a_pipe_is_written_to_and_stays(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reading = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    with new_file(tmp_path / "pipe") as stream:
        stream.write(b"new")
    assert os.read(reading, 10) == b"new"
    os.close(reading)
    assert (tmp_path / "pipe").is_fifo()


def test_a_full_device_is_one_line_and_stays(tmp_path):
    full = tmp_path / "full"
    full.symlink_to("/dev/full")  # A link: where the test fails as root the device is not lost.
    with pytest.raises(InputError, match="can't be written: No space left"), new_file(full) as stream:
        stream.write(b"x")
    assert full.is_char_device()


def test_a_folder_gets_its_files_at_the_end_and_keeps_others(tmp_path):
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "mine.txt").write_text("x")
    with new_folder(tmp_path / "d") as folder:
        (folder / "a.csv").write_text("1")
        assert not (tmp_path / "d" / "a.csv").exists()
    assert {path.name for path in (tmp_path / "d").iterdir()} == {"a.csv", "mine.txt"}
    assert [path.name for path in tmp_path.iterdir()] == ["d"]


def test_a_folder_that_fails_leaves_nothing(tmp_path):
    def fail():
        with new_folder(tmp_path / "d") as folder:
            (folder / "a.csv").write_text("1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_is_one_line(tmp_path):
    with pytest.raises(InputError, match="can't be written"), new_file(tmp_path / "no" / "f"):
        pass


def test_packing_gives_equal_bytes_for_equal_bytes():
    outs = []
    for _ in range(2):
        out = io.BytesIO()
        with packed(out) as stream:
            stream.write(b"abc" * 1000)
        outs.append(out.getvalue())
    assert outs[0] == outs[1]
    assert gzip.decompress(outs[0]) == b"abc" * 1000


def test_the_permissions_are_those_of_any_file_and_the_umask_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "umask", None)  # Files of other threads would be open to everybody meanwhile, or from then on.
    (tmp_path / "any").touch()
    with new_file(tmp_path / "new") as stream:
        stream.write(b"x")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "any").stat().st_mode
