from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading

import pyoxigraph as ox
import pytest
from filelock import FileLock

from kg_build.errors import StoreError
from kg_build.store import building, open_for_build, open_for_reading

P = ox.NamedNode("http://example.org/p")


def quad(subject: int, value: int | str, graph: str = "http://example.org/g") -> ox.Quad:
    return ox.Quad(ox.NamedNode(f"http://example.org/{subject}"), P, ox.Literal(str(value)), ox.NamedNode(graph))


def values(folder) -> set[str]:
    with open_for_reading(folder) as reader:
        return {q.object.value for q in reader.database}


def build(folder, *quads, fresh=False):
    with open_for_build(folder, fresh=fresh) as b:
        b.extend(quads)


def test_a_build_can_be_read_afterwards(folder):
    build(folder, quad(1, "a"))
    assert values(folder) == {"a"}


def test_a_second_build_adds(folder):
    build(folder, quad(1, "a"))
    build(folder, quad(2, "b"))
    assert values(folder) == {"a", "b"}


def test_a_fresh_build_starts_empty(folder):
    build(folder, quad(1, "a"))
    build(folder, quad(2, "b"), fresh=True)
    assert values(folder) == {"b"}


def test_replace_graphs_takes_the_old_content_out(folder):
    build(folder, quad(1, "a", "http://example.org/g"), quad(2, "b", "http://example.org/h"))
    with open_for_build(folder) as b:
        b.replace_graphs(["http://example.org/g"], [quad(1, "c", "http://example.org/g")])
    assert values(folder) == {"b", "c"}


def test_remove_graph_forgets_its_name(folder):
    build(folder, quad(1, "a"))
    with open_for_build(folder) as b:
        b.remove_graph("http://example.org/g")
        assert list(b.graphs()) == []


def test_remove_takes_single_quads_out(folder):
    build(folder, quad(1, "a"), quad(2, "b"))
    with open_for_build(folder) as b:
        b.remove([quad(1, "a"), quad(9, "never there")])
    assert values(folder) == {"b"}


def test_an_exception_leaves_the_old_graph(folder):
    build(folder, quad(1, "a"))
    with pytest.raises(ZeroDivisionError), open_for_build(folder) as b:  # noqa: PT012
        b.extend([quad(2, "b")])
        raise ZeroDivisionError
    assert values(folder) == {"a"}


def test_an_exception_while_quads_are_made_leaves_the_old_graph(folder, monkeypatch):
    monkeypatch.setattr(building, "BULK", 10)
    monkeypatch.setattr(building, "AT_ONCE", 10)
    build(folder, quad(1, "a"))

    def failing():
        yield from (quad(i, "b") for i in range(25))
        raise KeyError("broken")

    with pytest.raises(KeyError), open_for_build(folder) as b:
        b.extend(failing())
    assert values(folder) == {"a"}


def test_large_builds_go_in_bulk(folder, monkeypatch):
    monkeypatch.setattr(building, "BULK", 10)
    monkeypatch.setattr(building, "AT_ONCE", 10)
    build(folder, *(quad(i, i) for i in range(35)))
    assert values(folder) == {str(i) for i in range(35)}


def test_an_exception_in_the_first_build_leaves_an_empty_store(folder):
    with pytest.raises(ZeroDivisionError), open_for_build(folder):
        raise ZeroDivisionError
    with pytest.raises(StoreError, match="no build has been finished"):
        open_for_reading(folder)


def test_a_failed_build_lets_go_of_the_lock(folder):
    with pytest.raises(ZeroDivisionError), open_for_build(folder):
        raise ZeroDivisionError
    build(folder, quad(1, "a"))
    assert values(folder) == {"a"}


def test_two_builds_at_once_are_refused_at_once(folder, monkeypatch):
    waits = []
    acquire = FileLock.acquire

    def noting(self, timeout=None, **kwargs):
        waits.append(timeout)
        return acquire(self, timeout, **kwargs)

    with open_for_build(folder) as b:
        b.extend([quad(1, "a")])
        monkeypatch.setattr(FileLock, "acquire", noting)
        with pytest.raises(StoreError, match="in use by another build"), open_for_build(folder):
            pass
    assert max(waits) <= building.MOMENT
    assert values(folder) == {"a"}


@pytest.mark.parametrize("is_through", [True, False])
def test_a_build_that_comes_as_an_update_begins_or_ends_is_let_in(folder, monkeypatch, is_through):
    build(folder, quad(1, "a"))
    lock, asked = FileLock(folder / "lock", thread_local=False), []

    def look(_path):
        asked.append(_path)
        if is_through:
            lock.release()  # The update that had it is through by now, and nobody tells that there was one.
            return True
        if len(asked) == 1:
            return True  # It has the lock, and hasn't said yet what for.
        threading.Timer(0.05, lock.release).start()
        return False

    lock.acquire()
    monkeypatch.setattr(building, "is_free", look)
    monkeypatch.setattr(building, "clean", lambda *_: None)
    build(folder, quad(2, "b"))
    assert values(folder) == {"a", "b"}


def test_a_lock_of_another_process_is_seen(folder):
    build(folder, quad(1, "a"))
    code = (
        "import sys, time; from filelock import FileLock\nwith FileLock(sys.argv[1]): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(folder / "lock")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(StoreError, match="in use by another build"), open_for_build(folder):
            pass
        other.communicate("")
    build(folder, quad(2, "b"))
    assert values(folder) == {"a", "b"}


def test_the_version_number_grows(folder):
    build(folder, quad(1, "a"))
    first = open_for_reading(folder).version
    build(folder, quad(2, "b"), fresh=True)
    assert int(open_for_reading(folder).version) > int(first)


def test_old_versions_go_but_for_the_one_before(folder):
    for i in range(5):
        build(folder, quad(i, i))
    assert len(list((folder / "versions").iterdir())) == 2


def test_a_version_that_is_being_read_stays(folder):
    build(folder, quad(1, "a"))
    with open_for_reading(folder) as reader:
        for i in range(4):
            build(folder, quad(i, f"new {i}"), fresh=True)
        assert (folder / "versions" / reader.version).is_dir()
        assert {q.object.value for q in reader.database} == {"a"}
    build(folder, quad(9, "last"), fresh=True)
    assert not (folder / "versions" / reader.version).exists()


def test_leftovers_of_a_killed_build_are_cleaned(folder):
    build(folder, quad(1, "a"))
    (folder / "work").mkdir()
    (folder / "work" / "junk").write_text("x")
    (folder / "versions" / "00000077" / "db").mkdir(parents=True)
    build(folder, quad(2, "b"))
    assert not (folder / "work").exists()
    assert not (folder / "versions" / "00000077").exists()
    assert values(folder) == {"a", "b"}


def test_a_full_disk_is_one_line_and_leaves_the_old_graph(folder, monkeypatch):
    build(folder, quad(1, "a"))

    def full(path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(building, "sync_tree", full)
    with pytest.raises(StoreError, match=r"can't be written: No space left on device$"), open_for_build(folder) as b:
        b.extend([quad(2, "b")])
    monkeypatch.undo()
    assert values(folder) == {"a"}
    build(folder, quad(3, "c"))
    assert values(folder) == {"a", "c"}


def test_a_full_disk_while_adding_is_one_line(folder):
    with pytest.raises(StoreError, match=r"can't be written: Disk quota exceeded$"), open_for_build(folder) as b:  # noqa: PT012

        def quads():
            raise OSError(122, "Disk quota exceeded")
            yield

        b.extend(quads())


def test_a_damaged_marker_is_refused(folder):
    build(folder, quad(1, "a"))
    (folder / "format").write_text("{")
    for opening in (lambda: open_for_reading(folder), lambda: open_for_build(folder).__enter__()):
        with pytest.raises(StoreError, match="damaged"):
            opening()


def test_a_later_format_is_refused(folder):
    build(folder, quad(1, "a"))
    (folder / "format").write_text('{"format": "zonekg store", "version": 99}')
    with pytest.raises(StoreError, match="format 99"):
        build(folder, quad(2, "b"))
    with pytest.raises(StoreError, match="format 99"):
        open_for_reading(folder)


def test_a_damaged_current_is_refused_and_put_right_by_a_fresh_build(folder):
    build(folder, quad(1, "a"))
    (folder / "current").write_text("zzz")
    with pytest.raises(StoreError, match="damaged"):
        build(folder, quad(2, "b"))
    build(folder, quad(2, "b"), fresh=True)
    assert values(folder) == {"b"}


def test_a_lost_version_is_refused_and_put_right_by_a_fresh_build(folder):
    build(folder, quad(1, "a"))
    (folder / "current").write_text("00000042\n")
    with pytest.raises(StoreError, match="damaged: version 00000042"):
        open_for_reading(folder)
    with pytest.raises(StoreError, match="version 00000042 is gone"):
        build(folder, quad(2, "b"))
    build(folder, quad(2, "b"), fresh=True)
    assert values(folder) == {"b"}


def test_a_file_is_no_store(tmp_path):
    path = tmp_path / "file"
    path.write_text("x")
    with pytest.raises(StoreError, match="a file, not the folder"):
        build(path, quad(1, "a"))
    with pytest.raises(StoreError, match="a file, not the folder"):
        open_for_reading(path)


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("x")
    with pytest.raises(StoreError, match="other things"):
        build(tmp_path, quad(1, "a"))
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_no_store_says_how_to_make_one(tmp_path):
    with pytest.raises(StoreError, match=r"no store here .*zonekg build"):
        open_for_reading(tmp_path / "none")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_no_permission_is_one_line(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="Permission denied"):
        build(tmp_path / "sub", quad(1, "a"))
    tmp_path.chmod(0o700)


def test_permission_errors_are_one_line_for_whoever_runs(folder, monkeypatch):
    def refuse(self, **kwargs):
        raise PermissionError(13, "Permission denied", str(folder / "lock"))

    build(folder, quad(1, "a"))
    monkeypatch.setattr(FileLock, "acquire", refuse)
    with pytest.raises(StoreError, match=r"can't be written: Permission denied$"):
        build(folder, quad(2, "b"))


def test_an_ended_build_can_no_longer_be_changed(folder):
    with open_for_build(folder) as b:
        b.extend([quad(1, "a")])
    with pytest.raises(StoreError, match="over"):
        b.extend([quad(2, "b")])


def test_texts_are_kept_once_and_replaced_and_forgotten(folder):
    with open_for_build(folder) as b:
        assert b.add_text("a.txt", "同一段") == b.add_text("b.jsonl", "同一段", row=3)
    assert len(list((folder / "texts").glob("*/*"))) == 1
    with open_for_build(folder) as b:
        b.add_text("a.txt", "另一段")
        b.remove_texts("b.jsonl")
        assert b.text("a.txt") == "另一段"
    with open_for_reading(folder) as reader:
        assert list(reader.sources()) == [("a.txt", None)]
        assert reader.text("b.jsonl", 3) is None


def test_unneeded_texts_go(folder):
    for text in "甲乙丙丁":
        with open_for_build(folder) as b:
            b.add_text("a.txt", text)
    assert len(list((folder / "texts").glob("*/*"))) == 2  # The version in use and the one before.


VICTIM = """
import sys
import pyoxigraph as ox
from kg_build.store import open_for_build
folder, generation = sys.argv[1:]
p = ox.NamedNode("http://example.org/p")
print("up", flush=True)
with open_for_build(folder) as build:
    g = ox.NamedNode("http://example.org/g")
    build.remove_graph(g)
    for part in range(20):
        build.extend([ox.Quad(ox.NamedNode(f"http://example.org/{part}/{i}"), p, ox.Literal(generation), g) for i in range(50)])
    build.add_text("a.txt", generation)
print("done", flush=True)
"""


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment_it_is_the_old_or_the_new_graph(folder, seed):
    rng = random.Random(seed)
    build(folder, *(quad(i, "0") for i in range(1000)))
    with open_for_build(folder) as b:
        b.add_text("a.txt", "0")
    known = "0"
    for generation in map(str, range(1, 9)):
        with subprocess.Popen([sys.executable, "-c", VICTIM, str(folder), generation], stdout=subprocess.PIPE) as victim:
            victim.stdout.readline()
            timer = threading.Timer(rng.uniform(0.0, 0.16), victim.send_signal, [signal.SIGKILL])
            timer.start()
            said = victim.stdout.read()
            timer.cancel()
        with open_for_reading(folder) as reader:
            found = [q.object.value for q in reader.database]
            assert len(found) == 1000
            assert set(found) in ({known}, {generation})
            assert reader.text("a.txt") == found[0]
            if b"done" in said:
                assert found[0] == generation
        known = found[0]
    build(folder, quad(5000, known))  # And the next build finds nothing in its way.
    assert values(folder) == {known}
