from __future__ import annotations

import random
import threading

import pyoxigraph as ox
import pytest

from kg_build.search import PROPERTIES, Search, SearchError, SearchIndex, make_index

SKOS = "http://www.w3.org/2004/02/skos/core#"


def names(hits):
    return [hit.subject.removeprefix("http://e/") for hit in hits]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("经开", {"qing", "yun", "page", "c1", "c2"}),
        ("青岚", {"qing", "c1", "c2"}),
        ("岚", {"qing", "c1", "c2"}),
        ("青岚 税收", {"c1", "c2"}),
        ("青岚 -税收", {"qing"}),
        ("药企 OR 工厂", {"page", "five"}),
        ("5g", {"five"}),
        ("FACT*", {"five"}),
        ("fact", set()),
        ("经济开发区", {"yun"}),
        ("84亿", {"c1", "c2"}),
        ("不在这里", set()),
    ],
)
def test_what_is_found(index, search, found):
    assert set(names(index.find(Search(search, 100)))) == found


def test_names_come_before_titles_before_quotes(index):
    assert names(index.find(Search("经开区", 100))) == ["qing", "yun", "page", "c1", "c2"]


def test_a_thing_is_found_once_with_the_text_that_fits_best(index):
    hits = index.find(Search("青岚经济", 100))
    assert [(hit.subject, hit.text, hit.language) for hit in hits] == [("http://e/qing", "青岚经济技术开发区", "zh")]
    assert hits[0].literal() == ox.Literal("青岚经济技术开发区", language="zh")
    assert hits[0].score > 0


def test_the_limit_leaves_the_best(index):
    every = index.find(Search("经开区", 100))
    assert index.find(Search("经开区", 2)) == every[:2]
    assert [hit.score for hit in every] == sorted((hit.score for hit in every), reverse=True)


def test_properties_and_a_thing_narrow_the_search(index):
    assert names(index.find(Search("经开区", 9, (f"{SKOS}altLabel",)))) == ["qing", "yun"]
    assert names(index.find(Search("经开区", 9, (), "http://e/yun"))) == ["yun"]
    assert index.find(Search("经开区", 9, (f"{SKOS}prefLabel",), "http://e/yun")) == []
    with pytest.raises(SearchError, match="http://e/p> can't be searched"):
        index.find(Search("经开区", 9, ("http://e/p",)))


def test_what_is_indexed_is_what_the_default_graph_says_of_iris(index):
    assert "hid" not in names(index.find(Search("青岚", 100)))
    assert len(PROPERTIES) == 5


def test_the_same_graph_gives_the_same_bytes(database, index_path, tmp_path):
    triples = list(database.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    random.Random(1).shuffle(triples)
    other = ox.Store()
    other.extend(triples)
    make_index(other, tmp_path / "work", tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == index_path.read_bytes()
    assert not (tmp_path / "work").exists()


def test_an_empty_graph_has_an_index(tmp_path):
    make_index(ox.Store(), tmp_path / "work", tmp_path / "index")
    assert SearchIndex(tmp_path / "index").find(Search("青岚", 1)) == []


def test_no_index_is_told(tmp_path):
    with pytest.raises(SearchError, match="a build makes one"):
        SearchIndex(tmp_path / "none").find(Search("青岚", 1))


def test_a_damaged_index_is_told(tmp_path):
    (tmp_path / "bad").write_bytes(b"no database" * 1000)
    with pytest.raises(SearchError, match="can't be read"):
        SearchIndex(tmp_path / "bad").find(Search("青岚", 1))


def test_where_it_cant_be_written_it_is_an_error_of_the_system(database, tmp_path):
    with pytest.raises(OSError, match="can't index"):
        make_index(database, tmp_path / "work", tmp_path / "none" / "index")


def test_a_folder_may_have_any_name(index_path, tmp_path):
    odd = tmp_path / "a b?c#d%20" / "search.sqlite"
    odd.parent.mkdir()
    odd.write_bytes(index_path.read_bytes())
    assert names(SearchIndex(odd).find(Search("5G", 9))) == ["five"]


def test_many_threads_may_search(index):
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(index.find(Search("经开区", 9)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert all(answer == answers[0] for answer in answers)
