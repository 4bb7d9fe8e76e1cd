"""``zonekg link``, as a user meets it."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from kg_build.cli import main
from kg_build.store import open_for_build

DATA = """
@prefix zone: <https://w3id.org/zonekg/ontology#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://w3id.org/zonekg/id/article/b.txt> { <https://w3id.org/zonekg/id/place/鼓楼区> a zone:Place ;
  skos:prefLabel "鼓楼区"@zh ; zone:mentionedIn <https://w3id.org/zonekg/id/article/b.txt> . }
"""
CASES = Path(__file__).parents[1] / "linking" / "cases" / "places-and-zones.csv"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    with open_for_build("zonekg.store") as build:
        build.extend(ox.parse(DATA, format=ox.RdfFormat.TRIG))
    return tmp_path


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, ["link", *arguments], input=stdin)


def test_review_shows_the_candidates_and_why(folder: Path) -> None:
    got = run("--review")
    assert got.exit_code == 0, got.output
    assert "江苏省/徐州市/鼓楼区 320302" in got.output
    assert "name full 4" in got.output
    assert "1 for review" in got.output
    assert not (folder / "zonekg.store.sssom.tsv").exists()


def test_judging_asks_keeps_the_answer_and_links(folder: Path) -> None:
    got = run("--judge", "--who", "me", "-g", "divisions", stdin="x\n2\n")
    assert got.exit_code == 0, got.output
    assert "divisions: 1 linked, 0 for review" in got.output
    line = (folder / "zonekg.judgements.tsv").read_text(encoding="utf-8").splitlines()[1]
    assert line.split("\t")[2:5] == ["positive", "me", "2023-11-14"]
    assert "ManualMappingCuration" in (folder / "zonekg.store.sssom.tsv").read_text(encoding="utf-8")
    again = run("--judge", "-g", "divisions", stdin="")
    assert "as it was" in again.output


@pytest.mark.parametrize(("answers", "kept"), [("q\n", 0), ("s\n", 0), ("n\n", 4), ("u\n", 4)])
def test_other_answers(folder: Path, answers: str, kept: int) -> None:
    assert run("--judge", "--who", "me", "-g", "divisions", stdin=answers).exit_code == 0
    path = folder / "zonekg.judgements.tsv"
    assert (len(path.read_text(encoding="utf-8").splitlines()) - 1 if path.exists() else 0) == kept


def test_cases_are_measured_without_a_store() -> None:
    got = run("--cases", str(CASES))
    assert got.exit_code == 0, got.output
    assert "all: precision " in got.output


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--reconcile", "http://127.0.0.1:1/"), 8, "127.0.0.1"),
        (("--judgements", "bad.tsv"), 3, "bad.tsv"),
        (("--table", "bad.tsv"), 3, "no column of names"),
        (("--store", "nowhere"), 5, "nowhere"),
    ],
)
def test_what_goes_wrong_is_one_line(folder: Path, arguments: tuple[str, ...], code: int, words: str) -> None:
    (folder / "bad.tsv").write_text("nothing\n", encoding="utf-8")
    (folder / "zonekg.toml").write_text("link_timeout = 1\n", encoding="utf-8")
    got = run(*arguments)
    assert got.exit_code == code, got.output
    (line,) = got.output.strip().splitlines()
    assert line.startswith("zonekg: ")
    assert words in line


def test_the_settings_name_tables_once_and_options_add_to_them(folder: Path) -> None:
    for name in ("one", "two"):
        (folder / f"{name}.csv").write_text("名称,类型,所在地\n鼓楼区,Place,江苏省徐州市\n", encoding="utf-8")
    (folder / "zonekg.toml").write_text('link_tables = ["one.csv"]\nlink_prefix = "https://example.org/"\n', encoding="utf-8")
    got = run("-g", "divisions")
    assert got.exit_code == 0, got.output
    assert "one: " in got.output
    assert "two: " not in got.output
    both = run("-g", "divisions", "--table", "two.csv", "--table", "one.csv")
    assert [line.partition(":")[0] for line in both.output.splitlines()[:3]] == ["divisions", "one", "two"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('link_tables = ["none.csv"]', "link_tables: no file: none.csv"),
        ('link_endpoints = ["https://example.org/sparql"]', "not a URL and the file of a query"),
        ("link_tables = [1]", "not a list of texts"),
    ],
)
def test_settings_that_name_nothing_are_told_in_one_line(folder: Path, line: str, words: str) -> None:
    (folder / "zonekg.toml").write_text(line, encoding="utf-8")
    got = run()
    assert got.exit_code != 0
    assert words in got.output
    assert "Traceback" not in got.output
