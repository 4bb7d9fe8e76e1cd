"""A user's table and a user's vocabulary."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg_build.errors import InputError
from kg_build.linking.deciding import decide
from kg_build.linking.gazetteers.skos import Skos
from kg_build.linking.gazetteers.table import Table, inside
from kg_build.linking.model import Status, Thing
from kg_build.linking.rules import rules

FIRMS = """统一社会信用代码,企业名称,简称,所在地,行业,type
91350100M000100Y43,三门峡华辰制药有限公司,华辰制药,河南省三门峡市,生物医药,Enterprise
91350100M000100Y44,三门峡华辰校准有限公司,,河南省三门峡市,,Enterprise
,洛阳华辰制药有限公司,华辰制药,河南省洛阳市,生物医药,Enterprise
,洛阳华辰制药有限公司,,,,
"""
THING = Thing("urn:x", "Enterprise", ("华辰制药",), inside=("三门峡市",), industries=("生物医药",))


@pytest.fixture
def table(tmp_path: Path) -> Table:
    path = tmp_path / "firms.csv"
    path.write_bytes(FIRMS.encode("gb18030"))
    return Table(path, "https://example.org/firm/")


def decision(table: Table | Skos, thing: Thing):
    return decide(thing, table.candidates([thing])[0], table.source, rules())


def test_the_place_tells_two_firms_of_one_short_name_apart(table: Table) -> None:
    found = decision(table, THING)
    assert found.status is Status.LINKED
    assert found.ranked[0].candidate.iri == "https://example.org/firm/91350100M000100Y43"
    assert not found.certain


def test_a_registered_name_with_a_checked_code_is_certain(table: Table) -> None:
    assert decision(table, Thing("urn:x", "Enterprise", ("三门峡华辰制药有限公司",))).certain


def test_a_wrong_code_is_told_and_identifies_nothing(table: Table) -> None:
    assert [(r.line, r.text) for r in table.remarks] == [
        (3, "三门峡华辰校准有限公司: 91350100M000100Y44: the check character should be 3"),
        (5, "the same id as in line 4; left out"),
    ]
    found = decision(table, Thing("urn:x", "Enterprise", ("三门峡华辰校准有限公司",)))
    assert found.status is Status.LINKED
    assert not found.certain
    assert not found.ranked[0].candidate.identity


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no column of names"),
        ("a,b\n1,2\n", "no column of names"),
        ("name,id\n", "no line has a name"),
        ('name,id\n"甲厂,1\n乙厂,2\n', "line 3: unexpected end of data"),
        (None, "can't be read"),
    ],
)
def test_a_table_that_is_none_is_refused(tmp_path: Path, text: str | None, words: str) -> None:
    path = tmp_path / "t.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        Table(path)


def test_a_line_without_a_name_is_told(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("name,id\n甲厂,1\n,2\n,\n", encoding="utf-8")
    assert [(r.line, r.text) for r in Table(path).remarks] == [(3, "no name; left out")]


@pytest.mark.parametrize(
    ("place", "codes"),
    [
        ("河南省三门峡市", ("411200", "410000")),
        ("江苏省徐州市鼓楼区", ("320302", "320300", "320000")),
        ("鼓楼区", ()),
        ("", ()),
        ("某某路1号", ()),
    ],
)
def test_words_for_a_place(place: str, codes: tuple[str, ...]) -> None:
    assert inside(place) == codes


def test_a_vocabulary(tmp_path: Path) -> None:
    path = tmp_path / "v.ttl"
    path.write_text(
        """@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix e: <https://example.org/> .
        e:a a skos:Concept ; skos:prefLabel "生物医药"@zh, "biopharma"@en ; skos:altLabel "医药" ; skos:notation "C27" .
        e:b a skos:Concept ; skos:prefLabel "新能源汽车"@zh .""",
        encoding="utf-8",
    )
    found = decision(Skos(path), Thing("urn:x", "Industry", ("生物医药产业",)))
    assert found.status is Status.LINKED
    assert found.ranked[0].candidate.iri == "https://example.org/a"
    assert found.ranked[0].candidate.names[0] == "生物医药"
    assert decision(Skos(path), Thing("urn:x", "Industry", ("轴承",))).status is Status.NONE


@pytest.mark.parametrize(("name", "text"), [("v.ttl", "no turtle"), ("v.txt", ""), ("v.nt", "<urn:a> <urn:b> <urn:c> .\n")])
def test_a_file_that_names_nothing_is_refused(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        Skos(path)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("v.ttl", "<urn:s> <urn:p> " + "<<( <urn:s> <urn:p> " * 100_000, "nested more than 128 deep"),
        ("v.rdf", "<a>" * 100_000, "nested more than 128 deep"),
        ("v.jsonld", "[" * 100_000, "nested more than 128 deep"),
        ("v.owl", '<!DOCTYPE r [<!ENTITY a "{}">]><r>{}</r>'.format("x" * 10_000, "&a;" * 10_000), "its entities stand for"),
        ("v.ttl", "<urn:s> <urn:p> <urn:o> .\n<urn:s> <urn:p> .", "line 2, column 17: "),
        ("v.txt", "", "not RDF by its suffix"),
    ],
)
def test_a_vocabulary_that_no_parser_should_see_is_one_line(tmp_path: Path, name: str, text: str, words: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=rf"{name}: {words}"):
        Skos(path)


def test_a_cell_without_end_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('name,id\n"' + "长" * 200_000 + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 2: field larger"):
        Table(path)
