from __future__ import annotations

import json
import stat
import threading

import pytest

from endpoint.writing.audit import Audit


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_line_says_what_it_is_told(tmp_path):
    audit = Audit(tmp_path / "audit.jsonl")
    audit.write("begin", token="机器人", graph=None, bytes=3, odd="\udcff\n")
    audit.close()
    (line,) = lines(audit.path)
    assert line.pop("time").endswith("+00:00")
    assert line == {"event": "begin", "token": "机器人", "bytes": 3, "odd": "?\n"}
    assert stat.S_IMODE(audit.path.stat().st_mode) == 0o600


def test_the_file_is_made_by_the_first_write(tmp_path):
    Audit(tmp_path / "audit.jsonl").close()
    assert not (tmp_path / "audit.jsonl").exists()


def test_files_are_of_bounded_size_and_number(tmp_path):
    audit = Audit(tmp_path / "a", max_bytes=500, kept=2)
    threads = [threading.Thread(target=lambda: [audit.write("x", n=n) for n in range(40)]) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    audit.close()
    assert {path.name for path in tmp_path.iterdir()} == {"a", "a.1", "a.2"}
    for path in tmp_path.iterdir():
        assert path.stat().st_size <= 500
        assert all(line["event"] == "x" for line in lines(path))


def test_what_cannot_be_written_is_an_error(tmp_path):
    audit = Audit(tmp_path / "none" / "a")
    with pytest.raises(OSError, match="none"):
        audit.write("begin")
