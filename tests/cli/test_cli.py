"""The command line, as a user meets it."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from kg_build.cli import COMMANDS, main
from kg_build.exchange.description import dataset, void_graph
from kg_build.settings import Settings
from kg_build.store import open_for_build
from ontology.terms import VOID

PAGE = """三门峡经济开发区

抓项目 促发展

本报记者 王某某

截至2024年8月底，三门峡经济开发区固定资产投资完成7.5亿元，增长9.1%。三门峡华辰制药有限公司异地技改项目已开工建设。
"""


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=stdin)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("cli")
    (folder / "page.txt").write_text(PAGE, encoding="utf-8")
    assert run("build", str(folder / "page.txt"), "--store", str(folder / "store")).exit_code == 0
    return str(folder / "store")


GROUPS = {"token": ("add", "list", "revoke")}


@pytest.mark.parametrize("command", [(name, part) for name in COMMANDS for part in GROUPS.get(name, ("",))])
def test_every_command_has_help_with_what_it_does(command: tuple[str, ...]) -> None:
    got = run(*filter(None, command), "--help")
    assert got.exit_code == 0
    assert "Usage: " in got.output
    assert "--store" in got.output


def test_the_help_lists_every_command() -> None:
    output = run("--help").output
    assert all(name in output for name in COMMANDS)


def test_help_is_instant_because_nothing_heavy_is_imported() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from kg_build.cli import main;"
        "CliRunner().invoke(main, ['build', '--help']);"
        "print([m for m in ('spacy', 'rdflib', 'pyoxigraph', 'flask', 'trafilatura') if m in sys.modules])"
    )
    got = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert got.stdout.strip() == "[]"


def test_version() -> None:
    from importlib.metadata import version

    assert run("--version").output.strip().endswith(version("zonekg"))


def test_build_tells_what_it_did(store: str) -> None:
    assert Path(store).is_dir()


def test_build_reads_standard_input(tmp_path: Path) -> None:
    got = run("build", "-", "--store", str(tmp_path / "store"), stdin=PAGE)
    assert got.exit_code == 0, got.output
    assert "1 articles" in got.output


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("build", "nowhere.txt"), 3, "nowhere.txt"),
        (("export",), 5, "store"),
        (("query", "nowhere.rq"), 3, "nowhere.rq"),
        (("evaluate", "nowhere.json"), 3, "nowhere.json"),
        (("load", "nowhere.ttl"), 3, "nowhere.ttl"),
        (("remove", "a.txt"), 3, "a.txt"),
        (("stats",), 5, "store"),
        (("refresh",), 5, "store"),
    ],
)
def test_what_goes_wrong_is_one_line_and_an_exit_code(tmp_path: Path, arguments: tuple[str, ...], code: int, words: str) -> None:
    command = [sys.executable, "-m", "kg_build", *arguments, "--store", str(tmp_path / "store")]
    got = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert got.returncode == code
    assert len(got.stderr.strip().splitlines()) == 1
    assert words in got.stderr
    assert "Traceback" not in got.stderr


def test_what_a_file_says_does_nothing_to_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_bytes(b"\x1b]0;mine\x07 \x00")
    got = run("load", str(file), "--store", str(tmp_path / "store"))
    assert got.exit_code == 3
    assert got.output.strip().isprintable()
    assert "\\x1b" in got.output


def test_a_foreign_pipeline_that_is_not_installed_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    command = [sys.executable, "-m", "kg_build", "build", "page.txt", "--pipeline", "zh_no_such_pipeline"]
    got = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert got.returncode == 4
    assert len(got.stderr.strip().splitlines()) == 1


def test_stats_as_json(store: str) -> None:
    table = json.loads(run("stats", "--json", "--store", store).output)
    assert table["entities"]["Zone"] == 1
    assert json.loads(run("stats", "--files", "--json", "--store", store).output) == {"files": {"page.txt": 1}}


@pytest.mark.parametrize("name", ["turtle", "trig", "nquads", "ntriples", "jsonld", "rdfxml"])
def test_every_format_is_exported(store: str, tmp_path: Path, name: str) -> None:
    target = tmp_path / "out"
    assert run("export", "--format", name, "-o", str(target), "--store", store).exit_code == 0
    assert "三门峡经济开发区" in target.read_text(encoding="utf-8")


def test_the_files_ending_tells_the_format(store: str, tmp_path: Path) -> None:
    assert run("export", "-o", str(tmp_path / "a.nt"), "--store", store).exit_code == 0
    assert (tmp_path / "a.nt").read_text(encoding="utf-8").startswith("<")


def test_a_packed_file_and_a_packed_stream(store: str, tmp_path: Path) -> None:
    assert run("export", "-o", str(tmp_path / "a.nq.gz"), "--store", store).exit_code == 0
    by_ending = (tmp_path / "a.nq.gz").read_bytes()
    assert gzip.decompress(by_ending).startswith(b"<")
    assert run("export", "--format", "nquads", "--gzip", "--store", store).stdout_bytes == by_ending


def test_a_dash_is_standard_output(store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("export", "--format", "ntriples", "-o", "-", "--store", store).stdout_bytes.startswith(b"<")
    assert list(tmp_path.iterdir()) == []


def test_a_part_is_exported(store: str) -> None:
    whole, part = (
        run("export", "--format", "nquads", "--store", store, *options).output for options in ([], ["--class", "Zone"])
    )
    assert 0 < part.count("\n") < whole.count("\n")
    assert "/graph/claims> .\n" in whole
    assert "/graph/claims> .\n" not in run("export", "--format", "nquads", "--no-claims", "--store", store).output


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--zone", "无此区"], 1, "the store has no zone called 无此区"),
        (["--zone", "http://no iri"], 1, "not an IRI: http://no iri"),
        (["--class", "Zoo"], 1, "no class is called 'Zoo'"),
        (["--since", "gestern"], 2, "gestern"),
        (["--format", "csv"], 2, "csv goes into a folder"),
        (["--format", "csv", "--table", "x"], 1, "no table is called 'x'"),
        (["--bom"], 2, "--bom is for csv, not turtle"),
        (["-o", "zones.docx"], 2, "no format has the ending .docx; name one with --format"),
        (["--table", "zones"], 2, "--table is for csv and parquet, not turtle"),
        (["--for-protege", "--format", "csv"], 2, "--for-protege writes"),
    ],
)
def test_what_does_not_go_together_is_one_clear_line(store: str, options: list[str], code: int, words: str) -> None:
    got = run("export", "--store", store, *options)
    assert got.exit_code == code
    assert words in got.output.splitlines()[-1]


def test_tables_are_exported_into_a_folder_or_one_to_standard_output(store: str, tmp_path: Path) -> None:
    assert run("export", "--format", "csv", "-o", str(tmp_path / "tables"), "--store", store).exit_code == 0
    figures = (tmp_path / "tables" / "figures.csv").read_bytes()
    assert "固定资产投资".encode() in figures
    got = run("export", "--format", "csv", "--table", "figures", "--bom", "--store", store)
    assert got.stdout_bytes == b"\xef\xbb\xbf" + figures


@pytest.mark.parametrize(("name", "begins"), [("a.xlsx", b"PK"), ("a.graphml", b"<?xml"), ("a.owl", b"<?xml")])
def test_other_files_are_exported_by_their_ending(store: str, tmp_path: Path, name: str, begins: bytes) -> None:
    options = ["--for-protege"] if name.endswith(".owl") else []
    assert run("export", "-o", str(tmp_path / name), "--store", store, *options).exit_code == 0
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_a_query_by_standard_input(store: str) -> None:
    query = "SELECT ?n { ?z a zone:Zone ; skos:prefLabel ?n }"
    assert run("query", "-", "--store", store, stdin=query).output.split() == ["n", "三门峡经济开发区"]
    assert json.loads(run("query", "-", "--format", "json", "--store", store, stdin=query).output)["results"]["bindings"]


def test_a_query_may_search_and_measure(store: str) -> None:
    query = """PREFIX text: <http://jena.apache.org/text#>
    SELECT ?n { ?z text:query "三门峡 开发区" ; a zone:Zone ; skos:prefLabel ?n }"""
    assert run("query", "-", "--store", store, stdin=query).output.split() == ["n", "三门峡经济开发区"]
    query = """PREFIX geof: <http://www.opengis.net/def/function/geosparql/>
    SELECT (geof:isEmpty("POINT EMPTY"^^geo:wktLiteral) AS ?e) { }"""
    assert run("query", "-", "--store", store, stdin=query).output.split() == ["e", "true"]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ('ASK { ?z <http://jena.apache.org/text#query> "(" }', "a search ends where a word is expected"),
        ("ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE is switched off"),
    ],
)
def test_a_query_that_cant_be_done_is_one_line(store: str, query: str, reason: str) -> None:
    result = run("query", "-", "--store", store, stdin=query)
    assert result.exit_code == 7
    assert reason in result.output
    assert result.output.count("\n") == 1


def test_construct_gives_turtle(store: str) -> None:
    output = run("query", "-", "--store", store, stdin="CONSTRUCT { ?z a zone:Zone } { ?z a zone:Zone }").output
    assert "zone:Zone" in output


def test_explain_shows_how_a_file_was_read(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    output = run("explain", str(tmp_path / "page.txt"), "--tokens").output
    assert "[三门峡经济开发区] Zone" in output
    assert "固定资产投资 = 750000000 元 +9.1%" in output
    assert "/nsubj→" in output


def test_explain_shows_where_a_statement_comes_from(store: str) -> None:
    output = run("explain", "https://w3id.org/zonekg/id/zone/三门峡经济开发区", "--store", store).output
    assert "固定资产投资完成7.5亿元" in output
    assert "named in “" in output
    assert "confidence" in output


def test_validate_finds_the_build_good(store: str) -> None:
    assert run("validate", "--store", store).exit_code == 0


def test_load_puts_a_file_in_a_graph_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "own.ttl").write_text("<http://e/a> <http://e/p> <http://e/b> .")
    assert run("load", str(tmp_path / "own.ttl"), "--store", str(tmp_path / "s")).exit_code == 0
    output = run("query", "-", "--store", str(tmp_path / "s"), stdin="SELECT ?g { GRAPH ?g { ?s ?p <http://e/b> } }").output
    assert "graph/loaded/own.ttl" in output


def test_settings_come_from_file_environment_and_command_line(tmp_path: Path) -> None:
    (tmp_path / "zonekg.toml").write_text('store = "from-file"\nport = 1234\n')
    assert Settings.load(tmp_path, {}).port == 1234
    assert Settings.load(tmp_path, {"ZONEKG_PORT": "4321"}).port == 4321
    assert Settings.load(tmp_path, {"ZONEKG_PORT": "4321"}, port=5678).port == 5678
    assert Settings.load(tmp_path, {"ZONEKG_CORPORA": "somewhere"}).store == Path("from-file")


@pytest.mark.parametrize("text", ["stoer = 'x'", "port = 99999", "port = 'many'", "base_iri = 'no'", "not toml"])
def test_a_bad_setting_is_one_clear_line(tmp_path: Path, text: str) -> None:
    from kg_build.errors import SettingsError

    (tmp_path / "zonekg.toml").write_text(text)
    with pytest.raises(SettingsError, match=r"zonekg\.toml"):
        Settings.load(tmp_path, {})


def test_a_query_that_is_no_utf8_is_one_line(store: str, tmp_path: Path) -> None:
    file = tmp_path / "q.rq"
    file.write_bytes(b"ASK { \xff }")
    result = run("query", str(file), "--store", store)
    assert (result.exit_code, result.stderr) == (3, f"zonekg: {file}: not UTF-8 text\n")


def test_a_query_file_may_begin_with_a_byte_order_mark(store: str, tmp_path: Path) -> None:
    file = tmp_path / "q.rq"
    file.write_bytes(b"\xef\xbb\xbfASK { ?z a zone:Zone }")
    assert run("query", str(file), "--store", store).output == "true\n"


def test_refresh_counts_what_was_added_since(tmp_path: Path, store: str) -> None:
    copy = tmp_path / "store"
    shutil.copytree(store, copy)
    base = Settings().base_iri
    count = f"SELECT ?n {{ GRAPH <{void_graph(base).value}> {{ <{dataset(base).value}> <{VOID.triples}> ?n }} }}"
    before = run("query", "-", "--store", str(copy), "--format", "csv", stdin=count).stdout.split()
    with open_for_build(copy) as build:
        build.extend([ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal("o"), ox.NamedNode("urn:g"))])
    assert run("refresh", "--store", str(copy)).exit_code == 0
    after = run("query", "-", "--store", str(copy), "--format", "csv", stdin=count).stdout.split()
    assert int(after[-1]) == int(before[-1]) + 1
