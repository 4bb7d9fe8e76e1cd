"""The outputs shown in the pages are what the commands print now."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

PAGES = ["how-to-add-a-rule.md", "stages.md", "tutorial.md"]


def test_command_goes_on_behind_the_prompt(outputs: ModuleType) -> None:
    command, shown = outputs.command_of("$ cat <<END\n> one\n>\n> two\n> END\none\n> no command\n")
    assert command == "cat <<END\none\n\ntwo\nEND"
    assert shown == "$ cat <<END\n> one\n>\n> two\n> END"


def test_failing_command_is_an_error(outputs: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="exit 3"):
        outputs.run("exit 3", tmp_path)
    with pytest.raises(RuntimeError, match="nowhere"):
        outputs.run("zonekg build nowhere | cat", tmp_path)


def test_these_pages_have_outputs(outputs: ModuleType) -> None:
    assert [path.name for path in outputs.pages()] == PAGES


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_outputs_are_fresh(name: str, outputs: ModuleType, seeds_store: Path, tmp_path: Path) -> None:
    outputs.prepare(tmp_path, seeds_store)
    text = (outputs.DOCS / name).read_text(encoding="utf-8")
    for match in outputs.BLOCK.finditer(text):
        command, shown = outputs.command_of(match[1])
        now = outputs.run(command, tmp_path).strip("\n")
        assert match[1] == f"{shown}\n{now}\n", "run: python docs/outputs.py"
