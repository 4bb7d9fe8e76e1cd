import shutil
from pathlib import Path

import pytest

from kg_build.errors import InputError
from kg_build.language.training import corenlp
from kg_build.language.training.parses import read_parses

JAR = Path.home() / ".m2/repository/edu/stanford/nlp/stanford-corenlp/4.5.10/stanford-corenlp-4.5.10-models-chinese.jar"


@pytest.mark.java
def test_corenlp_tags_and_parses_given_words(tmp_path: Path) -> None:
    if shutil.which("java") is None or shutil.which("mvn") is None:
        pytest.skip("Java or Maven is not installed")
    if not JAR.is_file():
        pytest.skip("CoreNLP's Chinese models (1.5 GB) are not in the local Maven repository")
    path = corenlp.label([["他", "喜欢", "苹果", "。"]], tmp_path)
    assert [(word, tag, relation) for word, tag, _, relation in read_parses(path)[0]] == [
        ("他", "PN", "nsubj"),
        ("喜欢", "VV", "ROOT"),
        ("苹果", "NN", "dobj"),
        ("。", "PU", "punct"),
    ]
    assert corenlp.label([["他", "喜欢", "苹果", "。"]], tmp_path) == path


def test_without_java_it_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(InputError, match=r"^java: not installed; .* needs Java 17 and Maven$"):
        corenlp.label([["好"]], tmp_path)


def test_a_program_that_fails_is_reported_in_one_line() -> None:
    with pytest.raises(InputError, match=r"^sh: failed with 3: bad luck$"):
        corenlp._run(["sh", "-c", "echo bad; echo luck; exit 3"])
