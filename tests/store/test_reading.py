from __future__ import annotations

import gc
import tempfile
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg_build.errors import StoreError
from kg_build.exchange import TEXT_PREDICATES
from kg_build.store import open_dataset, open_for_build, open_for_reading
from kg_build.store.reading import COPIES

ZONE = "https://w3id.org/zonekg/ontology#"


@pytest.fixture
def built(folder, small):
    with open_for_build(folder) as build:
        build.extend(small)
        build.add_text("a.txt", "一行\r\n二行\ud800")
    return folder


def test_a_reader_sees_its_version_only(built):
    reader = open_for_reading(built)
    size = len(reader.database)
    with open_for_build(built, fresh=True):
        pass
    assert len(reader.database) == size
    assert reader.is_stale()


def test_refresh_gives_the_new_version(built):
    reader = open_for_reading(built)
    assert reader.refresh() is reader
    with open_for_build(built, fresh=True):
        pass
    newer = reader.refresh()
    assert (len(newer.database), newer.is_stale()) == (0, False)


def test_a_reader_cannot_write(built):
    with pytest.raises(RuntimeError):
        open_for_reading(built).database.update("CLEAR ALL")


def test_texts_come_back_code_point_by_code_point(built):
    assert open_for_reading(built).text("a.txt") == "一行\r\n二行\ud800"


def test_the_union_has_each_triple_once(built, small):
    reader = open_for_reading(built)
    (count,) = next(iter(reader.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")))
    assert int(count.value) == len({q.triple for q in small}) < len(small)


def test_without_the_union_the_default_graph_is_the_true_one(built):
    assert not reader_ask(built, union=False)
    assert reader_ask(built, union=True)


def reader_ask(built, *, union):
    return bool(open_for_reading(built).query("ASK { ?s ?p ?o }", union=union))


def test_the_union_keeps_the_graphs(built, small):
    rows = open_for_reading(built).query("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
    assert int(next(iter(rows))[0].value) == len(small)


def test_the_union_follows_each_build(built):
    with open_for_build(built) as build:
        build.remove_graph("https://w3id.org/zonekg/id/article/甲报道")
    reader = open_for_reading(built)
    assert not bool(reader.query('ASK { ?s ?p "云岭市"@zh }'))
    assert bool(reader.query('ASK { ?s ?p "一季度开门红"@zh }'))


def test_blank_nodes_are_the_same_in_the_union(folder):
    with open_for_build(folder) as build:
        build.database.load(b"_:a <http://e/p> 1 .", ox.RdfFormat.TURTLE, to_graph=ox.NamedNode("http://e/g"))
    assert bool(open_for_reading(folder).query("ASK { ?s ?p 1 . GRAPH ?g { ?s ?p 1 } }"))


def test_a_source_without_a_text_has_none(built):
    assert open_for_reading(built).text("b.txt") is None


def test_a_lost_text_is_said(built):
    for path in (built / "texts").glob("*/*"):
        path.unlink()
    with pytest.raises(StoreError, match=r"the text of a\.txt is gone"):
        open_for_reading(built).text("a.txt")


def test_a_damaged_database_is_one_line(built):
    (manifest,) = built.glob("versions/*/union/MANIFEST*")
    manifest.write_bytes(b"\x00" * 10)
    with pytest.raises(StoreError, match="damaged") as caught:
        open_for_reading(built)
    assert "\n" not in str(caught.value)


def test_a_reader_without_quotes_lacks_them_and_the_texts(built):
    reader = open_for_reading(built)
    without = reader.without(TEXT_PREDICATES)
    assert not any(q.predicate in TEXT_PREDICATES for q in without.database)
    assert len(without.database) == len(reader.database) - sum(q.predicate in TEXT_PREDICATES for q in reader.database)
    assert without.text("a.txt") is None
    assert without.version == reader.version


def test_a_reader_without_quotes_leaves_nothing_behind(built, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    without = open_for_reading(built).without(TEXT_PREDICATES)
    assert list(Path(tmp_path).glob("zonekg-*"))
    del without
    gc.collect()
    assert not list(Path(tmp_path).glob("zonekg-*"))


def test_rdflib_sees_the_union_of_the_graphs(built):
    dataset = open_dataset(built)
    rows = {str(row.n) for row in dataset.query(f"SELECT ?n {{ ?z a <{ZONE}Zone> ; skos:prefLabel ?n }}")}
    assert rows == {"云岭经济开发区"}


def test_rdflib_sees_the_graphs(built):
    names = {str(graph.identifier) for graph in open_dataset(built).graphs()}
    assert "https://w3id.org/zonekg/graph/claims" in names


def test_a_dataset_holds_its_version(built):
    dataset = open_dataset(built)
    version = open_for_reading(built).version
    for _ in range(3):
        with open_for_build(built, fresh=True) as build:
            build.extend([ox.Quad(ox.NamedNode("http://example.org/s"), ox.NamedNode("http://example.org/p"), ox.Literal("x"))])
    assert (built / "versions" / version).is_dir()
    assert len(dataset) > 1


SEARCH = 'PREFIX text: <http://jena.apache.org/text#> SELECT ?s { ?s text:query "%s" }'


def found(reader, text, **options):
    return {row["s"].value.rpartition("/id/")[2] for row in reader.query(SEARCH % text, **options)}


def test_names_and_quotes_are_found_by_their_words(built):
    reader = open_for_reading(built)
    assert found(reader, "云岭经济") == {"zone/云岭经济开发区"}
    assert found(reader, "赶订单") == {"claim/乙报道/1"}
    assert found(reader, "赶订单", union=False) == {"claim/乙报道/1"}
    assert found(reader.snapshot.open(), "赶订单") == {"claim/乙报道/1"}


def test_a_search_finds_what_its_version_has(built):
    before = open_for_reading(built)
    with open_for_build(built) as build:
        build.remove_graph("https://w3id.org/zonekg/graph/claims")
    assert found(open_for_reading(built), "赶订单") == set()
    assert found(before, "赶订单") == {"claim/乙报道/1"}


def test_what_may_not_be_shown_is_not_found(built):
    without = open_for_reading(built).without(TEXT_PREDICATES)
    assert found(without, "赶订单") == found(without.snapshot.open(), "赶订单") == set()
    assert found(without, "云岭经济") == {"zone/云岭经济开发区"}


def test_a_version_without_an_index_answers_all_but_searches(built):
    reader = open_for_reading(built)
    reader.snapshot.search.unlink()
    assert bool(reader.query("ASK { ?s ?p ?o }"))
    with pytest.raises(ValueError, match="a build makes one"):
        found(reader, "云岭")


def test_a_mistake_is_told_with_its_place_in_the_text_that_was_written(built):
    reader = open_for_reading(built)
    for query in ("SELECT * { ?s text:query '云岭' ; a zone:Zone . ?s a }", "SELECT * { ?s text:query '云岭' FILTER(?s %) }"):
        with pytest.raises(SyntaxError) as here:
            reader.query(query, prefixes={"text": "http://jena.apache.org/text#", "zone": ZONE})
        with pytest.raises(SyntaxError) as there:
            ox.Store().query(query, prefixes={"text": "http://jena.apache.org/text#", "zone": ZONE})
        assert str(here.value) == str(there.value)


def test_a_copy_without_texts_goes_with_its_reader_and_one_that_was_left_with_the_next(built, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    left = tmp_path / f"{COPIES}left"
    left.mkdir()
    (left / "in-use").touch()
    reader = open_for_reading(built).without([])
    assert not left.exists()
    assert len(list(tmp_path.glob(f"{COPIES}*"))) == 1
    del reader
    gc.collect()
    assert list(tmp_path.glob(f"{COPIES}*")) == []


def test_a_copy_that_can_not_be_made_is_one_line_and_leaves_nothing(built, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def fail(*_):
        raise RuntimeError("Corruption: block checksum mismatch")

    monkeypatch.setattr("kg_build.store.reading.make_union", fail)
    with pytest.raises(StoreError, match=r"can't be copied to .*: Corruption"):
        open_for_reading(built).without([])
    assert list(tmp_path.glob(f"{COPIES}*")) == []
