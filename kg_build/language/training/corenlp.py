"""Stanford CoreNLP's tags and dependencies for sentences whose words are given. Build time only; needs Java and Maven."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from kg_build.errors import InputError

POM = Path(__file__).with_name("pom.xml")
PROPERTIES = """\
annotators = tokenize, ssplit, pos, depparse
tokenize.language = Whitespace
ssplit.eolonly = true
pos.model = edu/stanford/nlp/models/pos-tagger/chinese-distsim.tagger
depparse.model = edu/stanford/nlp/models/parser/nndep/UD_Chinese.gz
depparse.language = chinese
outputFormat = conllu
encoding = UTF-8
inputEncoding = UTF-8
outputEncoding = UTF-8
threads = 1
"""


def label(sentences: Sequence[Sequence[str]], cache: Path, *, memory: str = "3g") -> Path:
    """Tag and parse sentences.

    Args:
        sentences: Words of each sentence; a word has no white space.
        cache: Folder for results; a run over the same sentences with the same settings is not done twice.
        memory: Java's heap.

    Returns:
        A CoNLL-U file: form in column 2, Treebank tag in column 5, head and relation in columns 7 and 8.

    Raises:
        InputError: Java or Maven is missing, or fails.
    """
    text = "".join(" ".join(words) + "\n" for words in sentences)
    key = hashlib.sha256((PROPERTIES + text + POM.read_text(encoding="utf-8")).encode()).hexdigest()[:16]
    result = cache / f"corenlp-{key}.conllu"
    if result.is_file():
        return result
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            raise InputError(program, "not installed; labelling the training sentences needs Java 17 and Maven")
    cache.mkdir(parents=True, exist_ok=True)
    paths = cache / "classpath.txt"
    _run(["mvn", "-q", "-B", "-f", str(POM), "dependency:build-classpath", f"-Dmdep.outputFile={paths.resolve()}"])
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        source, properties = Path(folder) / "sentences.txt", Path(folder) / "corenlp.properties"
        source.write_text(text, encoding="utf-8")
        properties.write_text(PROPERTIES, encoding="utf-8")
        classpath = paths.read_text(encoding="utf-8").strip()
        command = ["java", f"-Xmx{memory}", "-cp", classpath, "edu.stanford.nlp.pipeline.StanfordCoreNLP"]
        _run([*command, "-props", str(properties), "-file", str(source), "-outputDirectory", folder])
        source.with_name("sentences.txt.conllu").replace(result)
    return result


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        last = " ".join((done.stderr or done.stdout).split())[-300:]
        raise InputError(command[0], f"failed with {done.returncode}: {last}")
