import json
from pathlib import Path
from typing import Any

import pytest

from kg_build.errors import InputError
from kg_build.evaluation.language import __main__ as command
from kg_build.evaluation.language.__main__ import main
from kg_build.evaluation.language.table import Table

TITLES = [
    "Words, against the words of GSDSimp",
    "Marked spans with an edge inside a token",
    "Trees put right by hand, words given",
    "Arcs that carry relations, from plain text on",
    "Names by type",
    "Names in classes that other readers have",
    "What it costs",
]


@pytest.fixture(autouse=True)
def _no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZONEKG_CORPORA", raising=False)
    monkeypatch.setattr(command, "cost", lambda *_: Table("What it costs", ("measure", "figure"), (("tokens", 1),)))


def test_all_tables_as_json(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = tmp_path / "new" / "table.json"
    assert main(["--pages", str(corpus), "--beside", "rules", "--json", "--write", str(written)]) == 0
    printed = capsys.readouterr().out
    assert written.read_text(encoding="utf-8") == printed
    table = json.loads(printed)
    assert [block["title"] for block in table["tables"]] == TITLES
    assert table["part"] == "look-only"
    rows: dict[str, Any] = {block["title"]: block["rows"] for block in table["tables"]}
    assert rows[TITLES[2]][0]["words"] == 5
    assert {row["names"]: row["marked"] for row in rows[TITLES[4]]}["Zone"] == 1
    assert "rules F" in rows[TITLES[5]][0]


def test_a_part_without_trees_says_so(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--pages", str(corpus), "--part", "develop"]) == 0
    printed = capsys.readouterr().out
    assert [line.removeprefix("## ") for line in printed.splitlines() if line.startswith("## ")] == TITLES
    assert printed.count("left out: this part has none") == 2


def test_a_reader_that_is_missing_does_not_stop_the_others(
    corpus: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "unavailable", lambda peer: f"{peer.name}: not here")
    assert main(["--pages", str(corpus), "--beside", "lac,corenlp"]) == 0
    printed = capsys.readouterr().out
    assert "- left out: corenlp: not here\n- left out: lac: not here" in printed
    assert "corenlp F" not in printed


def test_faults_are_one_line_and_an_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--pages", str(tmp_path)]) == InputError.exit_code
    assert "no annotated page" in capsys.readouterr().err


def test_an_unknown_reader_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--beside", "lac,jiagu"])
    assert "not jiagu" in capsys.readouterr().err
