from __future__ import annotations

import random
import sqlite3
from contextlib import closing

import pyoxigraph as ox
import pytest

from kg_build.search import PROPERTIES, Search, SearchIndex, Text, change_index, changes, make_index

WORDS = ("青岚", "云岭", "经开区", "5G", "工厂", "税收", "增长", "84亿元", "Factory", "…")
SEARCHES = ("青岚", "云岭 经开区", "5g OR 税收", "fact*", "增长 -青岚", '"84亿"', "区")
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


def made(texts, folder, name="made"):
    """An index made anew of these texts alone."""
    store = ox.Store()
    for text in texts:
        literal = ox.Literal(text.value, language=text.language or None)
        store.add(ox.Quad(ox.NamedNode(text.subject), ox.NamedNode(text.property), literal))
    path = folder / name
    path.unlink(missing_ok=True)
    make_index(store, folder / "work", path)
    return path


def some(chance, count):
    return {
        Text(
            "".join(chance.choices(WORDS, k=chance.randint(1, 5))),
            chance.choice(("zh", "en", "")),
            f"http://e/{chance.randint(1, 12)}",
            chance.choice(list(PROPERTIES)),
        )
        for _ in range(count)
    }


def answers(path):
    return [SearchIndex(path).find(Search(search, 100)) for search in SEARCHES]


def rows(path):
    """What the tables have, without the numbers."""
    with closing(sqlite3.connect(path)) as index:
        index.execute("INSERT INTO word (word) VALUES ('integrity-check')")
        yield from (
            sorted(index.execute(query).fetchall())
            for query in (
                "SELECT value, language FROM text",
                "SELECT iri FROM subject",
                """SELECT value, language, subject.iri, property.iri FROM occurrence JOIN text ON text.id = text
                   JOIN subject ON subject.id = subject JOIN property ON property.id = property""",
            )
        )


@pytest.mark.parametrize("seed", range(5))
def test_a_changed_index_answers_like_one_made_anew(tmp_path, seed):
    chance = random.Random(seed)
    texts = some(chance, 60)
    path = made(texts, tmp_path, "0")
    for number in range(1, 9):
        gone = set(chance.sample(sorted(texts), min(len(texts), chance.randint(0, 12)))) | some(chance, 3)
        there = some(chance, chance.randint(0, 12)) | set(chance.sample(sorted(gone), 1))
        gone -= there
        before = path.read_bytes()
        changed = tmp_path / str(number)
        assert change_index(path, changed, there, gone)
        assert path.read_bytes() == before
        texts = (texts - gone) | there
        path = changed
        anew = made(texts, tmp_path)
        assert answers(path) == answers(anew)
        assert list(rows(path)) == list(rows(anew))


def test_all_may_go_and_come_again(tmp_path):
    texts = some(random.Random(1), 20)
    full = made(texts, tmp_path)
    assert change_index(full, tmp_path / "empty", (), texts)
    assert list(rows(tmp_path / "empty")) == [[], [], []]
    assert change_index(tmp_path / "empty", tmp_path / "full", texts, ())
    assert answers(tmp_path / "full") == answers(full)


def test_a_text_stays_as_long_as_one_thing_has_it(tmp_path):
    one, other = (Text("青岚经开区", "zh", f"http://e/{name}", LABEL) for name in "ab")
    assert change_index(made({one, other}, tmp_path), tmp_path / "changed", (), {one})
    (hit,) = SearchIndex(tmp_path / "changed").find(Search("青岚", 9))
    assert hit.subject == "http://e/b"


def test_a_large_difference_is_left_to_an_index_made_anew(tmp_path, monkeypatch):
    texts = some(random.Random(1), 40)
    path = made(texts, tmp_path)
    monkeypatch.setattr(changes, "FEW", 3)
    assert not change_index(path, tmp_path / "changed", (), texts)
    assert not (tmp_path / "changed").exists()
    assert change_index(path, tmp_path / "changed", (), sorted(texts)[:4])


@pytest.mark.parametrize(
    "statement",
    ["UPDATE made SET how = '0, Unicode 1'", "DROP TABLE made", "UPDATE property SET weight = 9 WHERE id = 1", "DROP TABLE text"],
)
def test_an_index_made_otherwise_is_not_changed(tmp_path, statement):
    texts = some(random.Random(1), 9)
    path = made(texts, tmp_path)
    with closing(sqlite3.connect(path)) as index, index:
        index.execute(statement)
    assert not change_index(path, tmp_path / "changed", (), texts)
    assert not (tmp_path / "changed").exists()


def test_none_and_a_damaged_one_are_not_changed(tmp_path):
    assert not change_index(tmp_path / "none", tmp_path / "changed", (), ())
    path = made(some(random.Random(1), 400), tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])  # The first pages are well, others are gone.
    assert not change_index(path, tmp_path / "changed", some(random.Random(2), 20), some(random.Random(3), 20))
    assert not (tmp_path / "changed").exists()


def test_where_it_cant_be_written_it_is_an_error_of_the_system(tmp_path):
    path = made(some(random.Random(1), 9), tmp_path)
    with pytest.raises(OSError, match="none"):
        change_index(path, tmp_path / "none" / "index", (), ())
