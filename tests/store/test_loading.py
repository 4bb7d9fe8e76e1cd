from __future__ import annotations

import pytest

from kg_build.errors import InputError
from kg_build.exchange import FORMATS, export
from kg_build.store import load_files, open_for_build, open_for_reading
from kg_build.store.loading import told

PREFIX = "https://w3id.org/zonekg/graph/loaded/"


def load(folder, *files):
    with open_for_build(folder) as build:
        return load_files(build, files, graph_prefix=PREFIX)


def quads(folder):
    with open_for_reading(folder) as reader:
        return list(reader.database)


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_triples_go_to_the_graph_of_their_file(folder, tmp_path):
    (done,) = load(folder, write(tmp_path / "城市 表.ttl", "<http://e/s> <http://e/p> 1 ."))
    assert (done.graph, done.quads) == (PREFIX + "城市%20表.ttl", 1)
    assert {q.graph_name.value for q in quads(folder)} == {done.graph}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonld", '{"urn:p":' * 10_000),
        ("a.rdf", "<a>" * 10_000),
        ("a.ttl", "<urn:s> <urn:p> " + "<<( <urn:s> <urn:p> " * 100_000),
        ("a.nq", "<urn:s> <urn:p> " + "<<( <urn:s> <urn:p> " * 100_000),
    ],
)
def test_what_is_nested_too_deeply_is_refused_before_it_is_parsed(folder, tmp_path, name, text):
    with pytest.raises(InputError, match=r"a\.\w+: nested more than 128 deep$"):
        load(folder, write(tmp_path / name, text))


def test_entities_that_stand_for_gigabytes_are_refused_before_they_are_parsed(folder, tmp_path):
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 40))
    text = f'<!DOCTYPE r [<!ENTITY l0 "lol">{entities}]><r>&l39;</r>'
    with pytest.raises(InputError, match=r"a\.rdf: its entities stand for far more than it holds$"):
        load(folder, write(tmp_path / "a.rdf", text))


def test_a_term_too_long_for_the_parser_is_one_line(folder, tmp_path):
    with pytest.raises(InputError, match=r"a\.ttl: a term in it is longer than can be read \(16 MiB\)$"):
        load(folder, write(tmp_path / "a.ttl", "<urn:s> <urn:p> '" + "x" * (17 << 20) + "' ."))


def test_memory_that_is_short_indeed_is_no_mistake_of_the_file(tmp_path):
    with pytest.raises(MemoryError), told(tmp_path / "a.ttl"):
        raise MemoryError


def test_quads_keep_their_graphs(folder, tmp_path):
    load(folder, write(tmp_path / "a.trig", "<http://e/g> { <http://e/s> <http://e/p> 1 } <http://e/s> <http://e/p> 2 ."))
    assert {q.graph_name.value for q in quads(folder)} == {"http://e/g", PREFIX + "a.trig"}


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_that_is_written_can_be_loaded(folder, tmp_path, small, name):
    first, file = tmp_path / "first.store", tmp_path / f"dump.{FORMATS[name].suffix}"
    with open_for_build(first) as build:
        build.extend(small)
    with open_for_reading(first) as reader, file.open("wb") as stream:
        export(reader, stream, name)
    load(folder, file)
    assert {q.triple for q in quads(folder)} == {q.triple for q in small}


def test_two_files_of_one_name_get_two_graphs(folder, tmp_path):
    one = write(tmp_path / "x" / "a.ttl", "<http://e/s> <http://e/p> 1 .")
    two = write(tmp_path / "y" / "a.ttl", "<http://e/s> <http://e/p> 2 .")
    assert [done.graph for done in load(folder, one, two)] == [PREFIX + "x/a.ttl", PREFIX + "y/a.ttl"]


def test_a_file_loaded_again_replaces_itself(folder, tmp_path):
    file = write(tmp_path / "a.ttl", "<http://e/s> <http://e/p> 1 .")
    load(folder, file)
    load(folder, write(file, "<http://e/s> <http://e/p> 2 ."))
    assert [q.object.value for q in quads(folder)] == ["2"]


def test_blank_nodes_of_two_files_stay_apart_and_steady(folder, tmp_path):
    files = [write(tmp_path / name, "_:x <http://e/p> [ <http://e/p> 1 ] .") for name in ("a.ttl", "b.ttl")]
    load(folder, *files)
    first = set(map(str, quads(folder)))
    assert len({q.subject.value for q in quads(folder)}) == 4
    load(folder, *files)
    assert set(map(str, quads(folder))) == first


@pytest.mark.parametrize(
    ("name", "text", "where"),
    [
        ("a.ttl", "<http://e/s> <http://e/p> 1 .\n<http://e/s> <<p 2 .", "line 2, column 14: "),
        ("a.nt", "<http://e/s> <http://e/p> .\n", "line 1, column 27: "),
        ("a.jsonld", '{"@id":\n "a",,}', "line 2, column 6: "),
        ("a.rdf", "<a>\n<b></a>", "not valid RDF: "),
    ],
)
def test_a_mistake_is_one_line_with_its_place(folder, tmp_path, name, text, where):
    file = write(tmp_path / name, text)
    with pytest.raises(InputError) as caught:
        load(folder, file)
    assert str(caught.value).startswith(f"{file}: {where}")
    assert "\n" not in str(caught.value)


def test_a_mistake_in_the_last_file_loads_nothing(folder, tmp_path):
    good = write(tmp_path / "a.ttl", "<http://e/s> <http://e/p> 1 .")
    bad = write(tmp_path / "b.ttl", "<http://e/s> <http://e/p> 1 . oops")
    with open_for_build(folder) as build:
        with pytest.raises(InputError):
            load_files(build, [good, bad], graph_prefix=PREFIX)
        assert len(build.database) == 0


@pytest.mark.parametrize(
    ("name", "reason"),
    [("none.ttl", "can't be read"), ("a.pdf", "not RDF by its suffix"), ("folder.ttl", "a folder, not a file")],
)
def test_what_cannot_be_read_is_one_line(folder, tmp_path, name, reason):
    (tmp_path / "folder.ttl").mkdir()
    with pytest.raises(InputError, match=reason):
        load(folder, tmp_path / name)


def test_bytes_that_are_not_text_are_one_line(folder, tmp_path):
    (tmp_path / "a.ttl").write_bytes(b'<http://e/s> <http://e/p> "\xff\xfe" .')
    with pytest.raises(InputError, match="line 1, column 28: Invalid UTF-8"):
        load(folder, tmp_path / "a.ttl")


def test_relative_iris_never_show_paths_of_this_machine(folder, tmp_path):
    load(folder, write(tmp_path / "a.ttl", "<s> <#p> <> ."))
    assert str(tmp_path) not in str(quads(folder))
