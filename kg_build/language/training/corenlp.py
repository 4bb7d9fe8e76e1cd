"""Stanford CoreNLP: tags and dependencies of given words, words and names of plain text. Needs Java and Maven."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from kg_build.errors import InputError

POM = Path(__file__).with_name("pom.xml")
PROGRAM = "edu.stanford.nlp.pipeline.StanfordCoreNLP"
CHINESE = "StanfordCoreNLP-chinese.properties"
"""In the archive of its Chinese models."""
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
    with _workshop(cache) as (folder, java):
        source, properties = folder / "sentences.txt", folder / "corenlp.properties"
        source.write_text(text, encoding="utf-8")
        properties.write_text(PROPERTIES, encoding="utf-8")
        _run([*java, f"-Xmx{memory}", PROGRAM, "-props", str(properties), "-file", str(source), "-outputDirectory", str(folder)])
        source.with_name("sentences.txt.conllu").replace(result)
    return result


def read_plain(texts: Sequence[str], cache: Path, annotators: str, *, memory: str = "3g") -> Path:
    """Read plain texts with the settings for Chinese that CoreNLP comes with.

    Args:
        texts: Read each for itself.
        cache: As for `label`.
        annotators: CoreNLP's names of what is wanted, with commas: ``tokenize,ssplit,pos,lemma,ner``.
        memory: Java's heap.

    Returns:
        A file with CoreNLP's JSON, one text a line; its offsets count units of UTF-16.

    Raises:
        InputError: Java or Maven is missing, or fails.
    """
    said = json.dumps([annotators, *texts], ensure_ascii=False) + POM.read_text(encoding="utf-8")
    result = cache / f"corenlp-{hashlib.sha256(said.encode()).hexdigest()[:16]}.jsonl"
    if result.is_file():
        return result
    with _workshop(cache) as (folder, java):
        files = [folder / f"{number}.txt" for number, _ in enumerate(texts)]
        for file, text in zip(files, texts, strict=True):
            file.write_text(text, encoding="utf-8")
        names = folder / "files.list"
        names.write_text("".join(f"{file}\n" for file in files), encoding="utf-8")
        settings = ["-props", CHINESE, "-annotators", annotators, "-encoding", "UTF-8", "-outputFormat", "json"]
        _run([*java, f"-Xmx{memory}", PROGRAM, *settings, "-filelist", str(names), "-outputDirectory", str(folder)])
        tables = (json.loads(file.with_name(f"{file.name}.json").read_text(encoding="utf-8")) for file in files)
        half = folder / "all.jsonl"
        half.write_text("".join(json.dumps(table, ensure_ascii=False) + "\n" for table in tables), encoding="utf-8")
        half.replace(result)
    return result


@contextlib.contextmanager
def _workshop(cache: Path) -> Iterator[tuple[Path, list[str]]]:
    """A folder for one run, and the call of Java with CoreNLP on its class path."""
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            raise InputError(program, "not installed; CoreNLP needs Java 17 and Maven")
    cache.mkdir(parents=True, exist_ok=True)
    paths = cache / "classpath.txt"
    _run(["mvn", "-q", "-B", "-f", str(POM), "dependency:build-classpath", f"-Dmdep.outputFile={paths.resolve()}"])
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        yield Path(folder), ["java", "-cp", paths.read_text(encoding="utf-8").strip()]


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        last = " ".join((done.stderr or done.stdout).split())[-300:]
        raise InputError(command[0], f"failed with {done.returncode}: {last}")
