"""The steps from corpora to the model that ships. Each writes to a folder named by its inputs' checksum, so it resumes."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training.initialize import init_nlp
from spacy.training.loop import train as train_spacy
from spacy.util import load_config

from kg_build.language import tokenizer
from kg_build.language.components import split_at
from kg_build.language.segmentation import Lexicon
from kg_build.language.training import corenlp, corpora, examples, segmenter
from kg_build.language.training.templates import Filled, Templates, put_back, words_to_parse

HERE = Path(__file__).parent
NAME, VERSION = "zonekg_news", "0.2.0"
PACKAGES = ("spacy", "thinc", "spacy-pkuseg", "numpy", "opencc")
LICENCE = "CC BY-SA 4.0"
CONFIG, NOTICE = "pipeline.cfg", "NOTICE.md"
DESCRIPTION = "Segmentation, tags, dependencies and names for Chinese news about development zones."
SEED = 7
INPUT_SUFFIXES = {".cfg", ".txt", ".yaml", ".xml", ".csv"}
TOKENIZER = {"nlp": {"tokenizer": {"@tokenizers": "zonekg.tokenizer.v1"}}}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does; the defaults make the model that ships."""

    corpora: Path
    out: Path
    build: Path
    segmenter_iterations: int = 20
    template_sentences: int = 16
    max_steps: int = 0
    """Most training steps of the tagger, the parser and the recogniser; 0: as their configurations say."""
    templates: Path = HERE
    label: Callable[[Sequence[Sequence[str]], Path], Path] = corenlp.label


def run(plan: Plan, say: Callable[[str], None] = print) -> None:
    """Train everything and write the model to ``plan.out``."""
    sources = corpora.files_of(plan.corpora)
    data = corpora.read_corpora(plan.corpora)
    templates = Templates.load(plan.templates)
    say("segmenter")
    cuts = _step(
        plan,
        "segmenter",
        [sources["train"], sources["dev"], HERE / "segmenter.py"],
        lambda out: segmenter.train_segmenter(
            [s.words for s in data.train], [s.words for s in data.dev], out, iterations=plan.segmenter_iterations, seed=SEED
        ),
        plan.segmenter_iterations,
    )
    nlp = blank(cuts)
    say("labels")
    files = prepare(plan, data, templates, nlp)
    say("pipeline")
    inputs = [files["train"], files["dev"], HERE / CONFIG, cuts / segmenter.FEATURES]
    trained = _step(plan, "pipeline", inputs, lambda out: _train(plan, files, cuts, out), plan.max_steps)
    say("model")
    assemble(trained, cuts, plan.out)
    record(plan, sources, plan.out)


def blank(cuts: Path) -> Language:
    """An empty pipeline with our tokenizer and the segmenter in ``cuts``."""
    nlp = spacy.blank("zh", config=TOKENIZER)
    ours: object = nlp.tokenizer
    if isinstance(ours, tokenizer.Tokenizer):
        ours.load_segmenter(cuts)
    return nlp


def prepare(plan: Plan, data: corpora.Corpora, templates: Templates, nlp: Language) -> dict[str, Path]:
    """Label the sentences and write them as spaCy documents: a file for each of train, dev, test and field.

    ``field`` are sentences of the held-out templates, to measure on.
    """
    lexicon = Lexicon.load()
    train, news, dev, test = ([s.adjusted(lexicon) for s in part] for part in (data.train, data.news, data.dev, data.test))
    made = [_cut(nlp, filled) for filled in templates.fill(plan.template_sentences, SEED)]
    field = [_cut(nlp, filled) for filled in templates.fill(max(1, plan.template_sentences // 2), SEED + 1, held_out=True)]
    files: dict[str, Path] = {}
    for part, sentences in {"train": train + news + made, "dev": dev, "test": test, "field": field}.items():
        labelled = examples.read_parses(plan.label([words_to_parse(s) for s in sentences], plan.build))
        rows = [put_back(s, parse, lexicon) for s, parse in zip(sentences, labelled, strict=True)]
        files[part] = plan.build / f"{part}.spacy"
        docs = (examples.labelled_doc(nlp.vocab, *pair) for pair in zip(sentences, rows, strict=True))
        examples.write_docs(docs, files[part])
    return files


def _cut(nlp: Language, filled: Filled) -> corpora.Sentence:
    edges = [edge for start, end, _ in (*filled.names, *filled.stands) for edge in (start, end)]
    doc: Doc = split_at(nlp.make_doc(filled.text), edges)
    return corpora.Sentence(tuple(token.text for token in doc), filled.names, filled.stands)


def _train(plan: Plan, files: dict[str, Path], cuts: Path, out: Path) -> None:
    given: dict[str, Any] = {
        "paths.train": str(files["train"]),
        "paths.dev": str(files["dev"]),
        "paths.segmenter": str(cuts),
    }
    if plan.max_steps:
        given |= {"training.max_steps": plan.max_steps, "training.eval_frequency": plan.max_steps}
    nlp = init_nlp(load_config(HERE / CONFIG, overrides=given, interpolate=False))
    train_spacy(nlp, out, stdout=sys.stdout, stderr=sys.stderr)


def assemble(trained: Path, cuts: Path, out: Path) -> None:
    """Put the trained components into a pipeline without any path of this machine, and write it."""
    nlp = blank(cuts)
    source = spacy.load(trained / "model-best")
    for pipe in source.pipe_names:
        nlp.add_pipe(pipe, source=source)
    nlp.meta.update({"name": NAME, "version": VERSION, "license": LICENCE, "description": DESCRIPTION})
    for path in out.glob("*") if out.is_dir() else ():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    nlp.to_disk(out)
    shutil.copyfile(HERE / NOTICE, out / NOTICE)


def record(plan: Plan, sources: dict[str, Path], out: Path) -> None:
    """Write ``TRAINING.json``: inputs, seeds, versions, outputs, each file with its checksum."""
    table = {
        "command": "python -m kg_build.language.training --corpora DIR --out kg_build/language/model",
        "seed": SEED,
        "segmenter_iterations": plan.segmenter_iterations,
        "template_sentences": plan.template_sentences,
        "labels": "edu.stanford.nlp:stanford-corenlp:4.5.10 (models-chinese: chinese-distsim.tagger, UD_Chinese)",
        "packages": {name: importlib.metadata.version(name) for name in PACKAGES},
        "inputs": {path.relative_to(plan.corpora).as_posix(): _sum(path) for path in sorted(sources.values())}
        | {path.name: _sum(path) for path in _own_inputs()},
        "outputs": {p.relative_to(out).as_posix(): _sum(p) for p in sorted(out.rglob("*")) if p.is_file()},
    }
    text = json.dumps(table, ensure_ascii=False, indent=2, sort_keys=True)
    (out / "TRAINING.json").write_text(text + "\n", encoding="utf-8")


def _own_inputs() -> list[Path]:
    """The project's files that decide what comes out, beside the code."""
    return sorted(path for folder in (HERE, HERE.parent / "data") for path in folder.iterdir() if path.suffix in INPUT_SUFFIXES)


def _step(plan: Plan, name: str, inputs: Sequence[Path], make: Callable[[Path], None], *options: object) -> Path:
    """Do a step unless its result for the same inputs is there; gives the folder of the result."""
    key = hashlib.sha256("".join([*(_sum(path) for path in inputs), *map(str, options)]).encode()).hexdigest()[:16]
    out = plan.build / f"{name}-{key}"
    if not out.is_dir():
        unfinished = plan.build / f"{name}-unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        make(unfinished)
        unfinished.rename(out)
    return out


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
