"""The pages that are made from the project are those that the project makes now, and leave nothing out."""

from __future__ import annotations

from dataclasses import fields
from types import ModuleType

import click
import pytest

from endpoint.app import create_app
from kg_build.cli import COMMANDS
from kg_build.settings import Settings

PAGES = ["ontology.md", "cookbook.md", "reference.md", "api.md"]


@pytest.mark.parametrize("name", PAGES)
def test_page_is_fresh(name: str, generate: ModuleType) -> None:
    assert set(generate.PAGES) == set(PAGES)
    now = (generate.DOCS / name).read_text(encoding="utf-8")
    assert now == generate.PAGES[name](), "run: python docs/generate.py"


def test_check_names_stale_pages(
    generate: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generate, "PAGES", {"reference.md": lambda: "other"})
    assert generate.main(["--check"]) == 1
    assert capsys.readouterr().out == "stale: reference.md\n"


def test_every_command_has_help(generate: ModuleType) -> None:
    page = generate.reference()
    for name, line in COMMANDS.items():
        assert line.endswith(".")
        assert f"### zonekg {name}\n" in page
        command = generate.import_module(f"kg_build.cli.{name}").command
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"zonekg {name}: {parameter.name} has no help"
                assert parameter.opts[-1] in page


def test_every_setting_is_told(generate: ModuleType) -> None:
    rows = {row[0]: row for row in generate.setting_rows()}
    assert set(rows) == {f"`{one.name}`" for one in fields(Settings)}
    assert all(row[4].endswith(".") for row in rows.values())
    assert rows["`port`"][1:4] == ["`ZONEKG_PORT`", "`8000`", "0 to 65535"]
    assert rows["`query_timeout`"][3] == "from 0.001"


def test_every_exit_code_is_told(generate: ModuleType) -> None:
    import kg_build.errors as module

    classes = {v for v in vars(module).values() if isinstance(v, type) and issubclass(v, module.ZonekgError)}
    assert set(generate.error_classes()) == classes
    assert all(generate.first_sentence(one).endswith(".") for one in classes)


def test_every_route_is_told(generate: ModuleType) -> None:
    rows = list(generate.route_rows())
    assert len(rows) == len(list(create_app(Settings()).url_map.iter_rules()))
    assert all(what.endswith(".") for _, _, what in rows), "a view without a docstring"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("SELECT ?a ?b WHERE { }", ["a", "b"]),
        ("SELECT DISTINCT ?a (?x - ?y AS ?b) WHERE { }", ["a", "b"]),
        ("SELECT ?a (COUNT(DISTINCT ?x) AS ?n) (SUM(?y) / 100 AS ?z) WHERE { }", ["a", "n", "z"]),
    ],
)
def test_variables(query: str, names: list[str], generate: ModuleType) -> None:
    assert generate.variables(query) == names
