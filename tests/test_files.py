from __future__ import annotations

import os
import stat

import pytest

from kg_build.files import replaced


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_old_file_is_there_until_the_new_one_is_whole(tmp_path):
    path = tmp_path / "f"
    path.write_bytes(b"old")
    with replaced(path) as stream:
        stream.write(b"new")
        stream.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["f"]


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_what_fails_leaves_the_old_file_and_nothing_else(tmp_path, error):
    path = tmp_path / "f"
    path.write_bytes(b"old")

    def fail():
        with replaced(path) as stream:
            stream.write(b"half")
            raise error

    with pytest.raises(error):
        fail()
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["f"]


def test_permissions_are_those_of_the_old_file_or_of_any_new_one(tmp_path):
    path, other = tmp_path / "f", tmp_path / "g"
    other.touch()
    with replaced(path):
        pass
    assert path.stat().st_mode == other.stat().st_mode
    path.chmod(0o640)
    with replaced(path):
        pass
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_secret_is_nobody_elses_from_the_first_moment(tmp_path):
    path = tmp_path / "f"
    path.touch(0o644)
    with replaced(path, mode=0o600, meanwhile="f.new"):
        assert stat.S_IMODE((tmp_path / "f.new").stat().st_mode) == 0o600
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_a_kill_left_under_a_name_of_its_own_is_overwritten(tmp_path):
    (tmp_path / "f.new").write_bytes(b"left over")
    with replaced(tmp_path / "f", meanwhile="f.new") as stream:
        stream.write(b"new")
    assert (names(tmp_path), (tmp_path / "f").read_bytes()) == (["f"], b"new")


@pytest.mark.parametrize("durable", [True, False])
def test_content_is_safe_before_the_name_and_the_name_at_the_end(tmp_path, monkeypatch, durable):
    seen = []
    sync = os.fsync

    def note(descriptor):
        seen.append((stat.S_ISDIR(os.fstat(descriptor).st_mode), (tmp_path / "f").exists()))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    with replaced(tmp_path / "f", durable=durable) as stream:
        stream.write(b"new")
    assert seen == ([(False, False), (True, True)] if durable else [])


def test_a_folder_that_is_not_there_is_an_error_of_the_system(tmp_path):
    with pytest.raises(FileNotFoundError), replaced(tmp_path / "none" / "f"):
        pass
