from __future__ import annotations

import gc
import subprocess
import sys
import threading
from pathlib import Path

import pyoxigraph as ox
import pytest
from filelock import FileLock

from kg_build.errors import StoreError
from kg_build.search import Search, SearchIndex
from kg_build.store import open_for_build, open_for_reading, updating
from kg_build.store.layout import Layout
from kg_build.store.updating import DEFAULT, StoreBusyError, Updater

S, P, G, H, NEW = (ox.NamedNode(f"urn:{name}") for name in ("s", "p", "g", "h", "new"))


def quad(value, graph=G):
    return ox.Quad(S, P, ox.Literal(value), graph)


@pytest.fixture
def folder(tmp_path):
    with open_for_build(tmp_path / "s") as build:
        build.extend([quad("a"), quad("a", H), quad("b")])
        build.add_text("a.txt", "文本")
    return tmp_path / "s"


@pytest.fixture
def updater(folder):
    found = Updater(folder)
    yield found
    found.close()


def contents(folder):
    """The quads of the current version, after a look at its union: each triple once, and the same graphs."""
    with open_for_reading(folder) as reader:
        quads = set(reader.database)
        assert set(reader.union) == quads | {ox.Quad(q.subject, q.predicate, q.object) for q in quads}
        assert set(reader.union.named_graphs()) == set(reader.database.named_graphs())
        return quads


def test_a_change_is_a_version(folder, updater):
    before = open_for_reading(folder)
    with updater.transaction(1) as change:
        change.add([quad("c"), quad("a"), quad("d", DEFAULT)])
        change.remove([quad("b"), quad("nothing")])
    assert (change.version, change.added, change.removed) == ("00000002", 2, 1)
    assert contents(folder) == {quad("a"), quad("a", H), quad("c"), quad("d", DEFAULT)}
    assert set(before.database) == {quad("a"), quad("a", H), quad("b")}
    assert open_for_reading(folder).text("a.txt") == "文本"


def test_a_triple_stays_in_the_union_as_long_as_a_graph_has_it(folder, updater):
    for graph in (G, H):
        with updater.transaction(1) as change:
            change.remove([quad("a", graph)])
        contents(folder)


def test_nothing_changed_is_no_version(folder, updater):
    with updater.transaction(1) as change:
        change.add([quad("a")])
        change.remove([quad("z")])
        change.add_graph(G)
    assert (change.has_changed, change.version) == (False, "00000001")
    assert open_for_reading(folder).version == "00000001"


@pytest.mark.parametrize("followed", [100, 1])
def test_what_fails_has_changed_nothing(folder, updater, monkeypatch, followed):
    monkeypatch.setattr(updating, "FOLLOWED", followed)
    before = contents(folder)

    def fail():
        with updater.transaction(1) as change:
            change.add([quad("x"), quad("y"), quad("z")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert contents(folder) == before
    with updater.transaction(1) as change:
        change.add([quad("c")])
    assert contents(folder) == before | {quad("c")}


@pytest.mark.parametrize("followed", [100, 1, 0])
def test_graphs_are_replaced_emptied_and_dropped(folder, updater, monkeypatch, followed):
    monkeypatch.setattr(updating, "FOLLOWED", followed)
    with updater.transaction(1) as change:
        change.replace(G, [quad("b"), quad("c")])
    assert contents(folder) == {quad("a", H), quad("b"), quad("c")}
    with updater.transaction(1) as change:
        change.empty_graph(G, drop=False)
        assert change.has_graph(G)
        change.empty_graph(H, drop=True)
        assert not change.has_graph(H)
        change.add_graph(NEW)
        change.add([quad("own", DEFAULT)])
    assert contents(folder) == {quad("own", DEFAULT)}
    assert set(open_for_reading(folder).database.named_graphs()) == {G, NEW}
    with updater.transaction(1) as change:
        change.empty_graph(DEFAULT, drop=True)
    assert contents(folder) == set()


def test_an_operation_is_followed_by_the_triples_that_it_touches(folder, updater):
    touched = [quad(value).triple for value in ("a", "b", "new", "never")]
    with updater.transaction(1) as change:
        change.run("DELETE { GRAPH ?g { ?s ?p 'a' } } INSERT { <urn:s> <urn:p> 'new' } WHERE { GRAPH ?g { ?s ?p ?o } }", touched)
    assert (change.is_followed, change.added, change.removed) == (True, 1, 2)
    assert contents(folder) == {quad("b"), quad("new", DEFAULT)}


@pytest.mark.parametrize("touched", [None, "many"])
def test_where_too_much_is_touched_or_nobody_knows_what_the_union_is_made_anew(folder, updater, monkeypatch, touched):
    monkeypatch.setattr(updating, "FOLLOWED", 1)
    triples = None if touched is None else [quad(value).triple for value in "abc"]
    with updater.transaction(1) as change:
        change.run("INSERT { GRAPH <urn:h> { ?s ?p ?o } } WHERE { GRAPH <urn:g> { ?s ?p ?o } }", triples)
    assert not change.is_followed
    assert contents(folder) == {quad("a"), quad("b"), quad("a", H), quad("b", H)}
    with updater.transaction(1) as change:  # The copy is good for the next one.
        change.remove([quad("a")])
    assert contents(folder) == {quad("b"), quad("a", H), quad("b", H)}


def test_an_operation_that_makes_a_graph_known(folder, updater):
    with updater.transaction(1) as change:
        change.run("CREATE GRAPH <urn:new>", (), NEW)
    assert change.has_changed
    contents(folder)
    with updater.transaction(1) as change:
        change.run("DROP GRAPH <urn:new>", (), NEW)
    contents(folder)
    assert set(open_for_reading(folder).database.named_graphs()) == {G, H}


def test_a_build_between_two_changes_is_seen(folder, updater):
    with updater.transaction(1) as change:
        change.add([quad("c")])
    with open_for_build(folder) as build:
        build.remove_graph(G)
        assert build.text("a.txt") == "文本"
    with updater.transaction(1) as change:
        change.add([quad("d")])
    assert contents(folder) == {quad("a", H), quad("d")}


def test_a_store_made_anew_under_the_same_numbers_is_seen(folder, updater, tmp_path):
    with updater.transaction(1) as change:
        change.add([quad("c")])
    folder.rename(tmp_path / "old")
    for value in ("x", "y"):
        with open_for_build(folder) as build:
            build.extend([quad(value)])
    with updater.transaction(1) as change:
        change.add([quad("z")])
    assert contents(folder) == {quad("x"), quad("y"), quad("z")}


def test_two_updaters_take_turns(folder):
    one, two = Updater(folder), Updater(folder)
    for number in range(3):
        for name, updater in (("one", one), ("two", two)):
            with updater.transaction(1) as change:
                change.add([quad(f"{name}{number}")])
    assert len(contents(folder)) == 9
    one.close()
    two.close()
    assert list((folder / "writing").iterdir()) == []


def test_who_waits_too_long_is_told(folder, updater):
    with open_for_build(folder), pytest.raises(StoreBusyError, match="under way"), updater.transaction(0):
        pass
    with updater.transaction(0) as change:
        change.add([quad("c")])


def test_a_build_waits_for_an_update(folder, updater):
    done = threading.Event()

    def build():
        with open_for_build(folder) as b:
            b.extend([quad("built")])
        done.set()

    with updater.transaction(1) as change:
        thread = threading.Thread(target=build)
        thread.start()
        assert not done.wait(0.3)
        change.add([quad("updated")])
    thread.join()
    assert {quad("built"), quad("updated")} <= contents(folder)


def test_versions_that_nobody_reads_go(folder, updater):
    held = open_for_reading(folder)
    for number in range(5):
        with updater.transaction(1) as change:
            change.add([quad(str(number))])
    names = {path.name for path in (folder / "versions").iterdir()}
    assert names == {"00000001", "00000005", "00000006"}
    assert len(held.database) == 3


def test_what_a_killed_updater_left_is_cleared_away(folder):
    code = """
import os, sys, pyoxigraph as ox
from kg_build.store.updating import Updater
with Updater(sys.argv[1]).transaction(1) as change:
    change.add([ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal("lost"), ox.NamedNode("urn:g"))])
    os.kill(os.getpid(), 9)
"""
    before = contents(folder)
    assert subprocess.run([sys.executable, "-c", code, str(folder)], check=False).returncode == -9
    assert len(list((folder / "writing").iterdir())) == 1
    assert contents(folder) == before
    with open_for_build(folder) as build:
        build.extend([quad("c")])
    assert list((folder / "writing").iterdir()) == []
    assert contents(folder) == before | {quad("c")}


def test_a_store_without_a_version_is_none(tmp_path):
    with pytest.raises(StoreError, match="no store here"), Updater(tmp_path / "none").transaction(1):
        pass
    with pytest.raises(ZeroDivisionError), open_for_build(tmp_path / "s"):
        raise ZeroDivisionError
    with pytest.raises(StoreError, match="no build has been finished"), Updater(tmp_path / "s").transaction(1):
        pass


def test_a_lock_that_is_held_for_no_update_is_a_build(folder):
    (folder / "updating").touch()
    with FileLock(folder / "lock"), pytest.raises(StoreError, match="in use by another build"), open_for_build(folder):
        pass


LABEL = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")


def found(folder, text):
    with open_for_reading(folder) as reader:
        return [hit.subject for hit in SearchIndex(Layout(folder).search(reader.version)).find(Search(text, 10))]


def test_a_new_name_is_found_and_one_taken_away_is_not(folder, updater):
    name = ox.Quad(S, LABEL, ox.Literal("滨湖经开区", language="zh"), G)
    with updater.transaction(1) as change:
        change.add([name])
    assert found(folder, "滨湖") == [S.value]
    with updater.transaction(1) as change:
        change.remove([name])
    assert found(folder, "滨湖") == []


def test_an_update_finds_its_way_into_the_index(folder, updater):
    triple = ox.Triple(S, LABEL, ox.Literal("滨湖经开区"))
    with updater.transaction(1) as change:
        change.run(f'INSERT DATA {{ <{S.value}> <{LABEL.value}> "滨湖经开区" }}', [triple])
    assert found(folder, "滨湖") == [S.value]


def test_readers_of_a_version_keep_its_index(folder, updater, monkeypatch):
    def rename(old, new):
        with updater.transaction(1) as change:
            change.remove([ox.Quad(S, LABEL, ox.Literal(old), G)])
            change.add([ox.Quad(S, LABEL, ox.Literal(new), G)])

    rename("", "滨湖经开区")
    reader = open_for_reading(folder)
    monkeypatch.setattr("kg_build.store.indexing.make_index", None)  # Nothing makes it anew.
    rename("滨湖经开区", "青岚经开区")
    rename("青岚经开区", "云岭经开区")
    assert [found(folder, text) for text in ("滨湖", "青岚", "云岭")] == [[], [], [S.value]]
    assert [len(reader.search.find(Search(text, 9))) for text in ("滨湖", "青岚", "云岭")] == [1, 0, 0]


def test_an_update_of_unknown_extent_has_the_index_made_anew(folder, updater):
    with updater.transaction(1) as change:
        change.run(f'INSERT {{ ?s <{LABEL.value}> "滨湖经开区" }} WHERE {{ GRAPH ?g {{ ?s ?p "b" }} }}', None)
    assert found(folder, "滨湖") == [S.value]


def test_the_index_is_taken_over_where_no_name_changes(folder, updater):
    before = Layout(folder).search("00000001").stat().st_ino
    with updater.transaction(1) as change:
        change.add([quad("c")])
    assert Layout(folder).search(change.version).stat().st_ino == before


def test_an_operation_that_the_union_could_not_follow_has_changed_nothing(folder, updater, monkeypatch):
    before = contents(folder)

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(updating.Transaction, "_follow", fail)
    with pytest.raises(StoreError, match="No space left"), updater.transaction(1) as change:
        change.run("INSERT DATA { GRAPH <urn:g> { <urn:s> <urn:p> 'half' } }", [quad("half").triple])
    monkeypatch.undo()
    with updater.transaction(1) as change:
        change.add([quad("c")])
    assert contents(folder) == before | {quad("c")}


def test_a_copy_that_can_not_be_made_leaves_nothing(folder, updater, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    gc.collect()  # descriptors that earlier tests have left to it
    held = len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").is_dir() else 0
    monkeypatch.setattr(updating, "_checkpoint", fail)
    for _ in range(3):
        with pytest.raises(StoreError, match="No space left"), updater.transaction(1):
            pass
    assert list((folder / "writing").iterdir()) == []
    if held:
        assert len(list(Path("/proc/self/fd").iterdir())) <= held, "other threads may have closed some meanwhile"


def test_versions_that_can_not_be_cleared_away_make_no_failure_of_a_change(folder, updater, monkeypatch):
    def fail(*_):
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(updating, "drop_versions", fail)
    with updater.transaction(1) as change:
        change.add([quad("c")])
    assert quad("c") in contents(folder)
