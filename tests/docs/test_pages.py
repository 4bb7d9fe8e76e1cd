"""What the pages tell of the project is so: commands and options exist, the worked rule works, links lead somewhere."""

from __future__ import annotations

import json
import re
import shutil
from importlib import import_module
from pathlib import Path

import pytest
import spacy

from kg_build.cli import COMMANDS
from kg_build.evaluation import load_gold
from kg_build.extraction.relations import explain, load_rules
from kg_build.extraction.relations.examples import read_marked, said
from kg_build.extraction.relations.rules import RULES_FOLDER

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "README.zh.md", *sorted(DOCS.glob("*.md"))]
IDS = [path.name for path in PAGES]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SHELL = {"sh", "console"}


def shell_lines(text: str) -> list[str]:
    """The lines of shell blocks that call zonekg, one call each."""
    lines = [line for kind, body in FENCE.findall(text) if kind in SHELL for line in body.splitlines()]
    return [call for line in lines for call in re.findall(r"(?:^|[;&|] *|\$ |/)zonekg( [^|;&#\n]*)", line)]


@pytest.mark.parametrize("path", PAGES, ids=IDS)
def test_commands_and_options_exist(path: Path) -> None:
    for call in shell_lines(path.read_text(encoding="utf-8")):
        words = call.split()
        if words[0].startswith("-"):
            assert words[0] in {"--help", "--version"}
            continue
        assert words[0] in COMMANDS, call
        command = import_module(f"kg_build.cli.{words[0]}").command
        if hasattr(command, "commands") and not words[1].startswith("-"):
            assert words[1] in command.commands, call
            command = command.commands[words[1]]
        known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)} | {
            "--help",
            "-h",
        }
        used = {word.partition("=")[0] for word in words[1:] if re.fullmatch(r"--?[a-z][\w-]*(=.*)?", word)}
        assert used <= known, call


def test_some_commands_are_shown() -> None:
    assert len(shell_lines((DOCS / "tutorial.md").read_text(encoding="utf-8"))) >= 8


@pytest.mark.parametrize("path", PAGES, ids=IDS)
def test_make_targets_exist(path: Path) -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    text = path.read_text(encoding="utf-8")
    blocks = [body for kind, body in FENCE.findall(text) if kind in SHELL]
    used = {m for body in blocks for m in re.findall(r"^make ([\w-]+)", body, flags=re.MULTILINE)}
    used |= set(re.findall(r"`make ([a-z][\w-]*)", text))
    assert used <= targets


@pytest.mark.parametrize("path", PAGES, ids=IDS)
def test_named_files_exist(path: Path) -> None:
    for name in re.findall(
        r"`((?:docs|kg_build|ontology|seeds|tests|endpoint)/[\w./-]+\.\w+)`", path.read_text(encoding="utf-8")
    ):
        assert (ROOT / name).exists(), name


@pytest.mark.parametrize("path", PAGES, ids=IDS)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (path.parent / target).exists(), target


def test_worked_rule_says_what_the_page_promises(tmp_path: Path) -> None:
    page = (DOCS / "how-to-add-a-rule.md").read_text(encoding="utf-8")
    match = re.search(r"<!-- rule: (\S+) -->\n```yaml\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    assert match is not None
    folder = tmp_path / "rules"
    shutil.copytree(RULES_FOLDER, folder)
    with (folder / match[1]).open("a", encoding="utf-8") as file:
        file.write(match[2])
    [rule] = [rule for rule in load_rules(folder) if rule.id == "subsidiary-taken-in"]
    assert "subsidiary-taken-in" not in {old.id for old in load_rules()}
    nlp = spacy.blank("zh")
    nlp.add_pipe("sentencizer", config={"punct_chars": ["。"]})
    for example in (*rule.examples, *rule.counter_examples):
        read = read_marked(example.text)
        firings = explain(read.article, nlp(read.article.text), read.mentions, read.implicit, rules=(rule,))
        assert said([firing.statement for firing in firings], read.mentions) == tuple(sorted(example.gives))


def test_gold_example_can_be_read(tmp_path: Path) -> None:
    page = (DOCS / "evaluation.md").read_text(encoding="utf-8")
    match = re.search(r"<!-- gold -->\n```json\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    assert match is not None
    path = tmp_path / "gold.json"
    path.write_text(match[1], encoding="utf-8")
    gold = load_gold(path)
    assert gold is not None
    assert len(gold.entities) == 4
    assert len(gold.relations) == len(json.loads(match[1])["relations"])
    assert [o.is_target for o in gold.observations] == [False, True]


def test_problem_types_are_told() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "endpoint").rglob("*.py"))
    page = (DOCS / "endpoint.md").read_text(encoding="utf-8")
    kinds = set(re.findall(r'kind="([\w-]+)"', sources))
    assert {"query-syntax", "busy", "store"} <= kinds
    assert {kind for kind in kinds if f"`{kind}`" not in page} == set()
