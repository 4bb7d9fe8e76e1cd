from __future__ import annotations

import subprocess
import sys

from kg_build.store import scratch
from kg_build.store.scratch import ScratchFolder

KILLED = """
import os, sys, tempfile
from kg_build.store.scratch import ScratchFolder
tempfile.tempdir = sys.argv[1]
folder = ScratchFolder("x-")
(folder.path / "file").write_text("left")
os.kill(os.getpid(), 9)
"""


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_folder_is_there_as_long_as_its_owner(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    one, two = ScratchFolder("x-"), ScratchFolder("x-")
    assert names(tmp_path) == sorted([one.path.name, two.path.name])
    one.remove()
    assert names(tmp_path) == [two.path.name]


def test_what_a_killed_process_left_goes(tmp_path, monkeypatch):
    assert subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False).returncode == -9
    assert len(names(tmp_path)) == 1
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = ScratchFolder("x-")
    assert names(tmp_path) == [folder.path.name]


def test_folders_of_others_are_left_alone(tmp_path, monkeypatch):
    def refuse(_path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "x-theirs").mkdir()
    (tmp_path / "x-theirs" / "in-use").touch()
    monkeypatch.setattr(scratch, "is_free", refuse)
    ScratchFolder("x-").remove()
    assert names(tmp_path) == ["x-theirs"]
