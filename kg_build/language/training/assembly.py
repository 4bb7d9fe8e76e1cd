"""Putting the trained parts together: the pipeline that ships, and the record of what it was made from."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import spacy
from spacy.language import Language

from kg_build.errors import InputError
from kg_build.language import tokenizer
from kg_build.language.encoder import components
from kg_build.language.training.weights import PACKAGE

if TYPE_CHECKING:  # it needs PyTorch
    from kg_build.language.training.config import Training

HERE = Path(__file__).parent
NAME, VERSION = "zone_news", "1.6.0"
PACKAGES = ("spacy", "spacy-pkuseg", "numpy", "opencc", "torch", "onnx", "onnxruntime", PACKAGE)
LICENCE = "CC BY-SA 4.0"
CONFIG, NOTICE, RECORD = "config.cfg", "NOTICE.md", "TRAINING.json"
DESCRIPTION = "Words, tags, dependencies and names for Chinese news about development zones."
TOKENIZER = {"nlp": {"tokenizer": {"@tokenizers": "zonekg.tokenizer.v1"}}}
CODE = frozenset({".py", ".yaml", ".cfg", ".xml"})
"""Endings of the files beside this one that what is learnt depends on."""


@contextlib.contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Gives a place beside ``path`` for a file or folder, which takes that name once all is written: half of it never has it."""
    half = path.with_name(f"{path.name}.part")
    _remove(half)
    half.parent.mkdir(parents=True, exist_ok=True)
    yield half
    _remove(path)
    half.rename(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def blank(cuts: Path) -> Language:
    """An empty pipeline with our tokenizer and the segmenter in ``cuts``."""
    nlp = spacy.blank("zh", config=TOKENIZER)
    ours: object = nlp.tokenizer
    if isinstance(ours, tokenizer.Tokenizer):
        ours.load_segmenter(cuts)
    return nlp


def assemble(trained: Path, pairs: Path | None, cuts: Path, out: Path) -> None:
    """Write a pipeline of the trained parts, without any path of this machine, to the folder ``out``.

    Args:
        trained: The encoder's and the parser's files.
        pairs: Those of the scorer of pairs; None: a pipeline without one.
        cuts: The segmenter's files.
        out: Where the pipeline goes; nothing may be there yet.
    """
    nlp = blank(cuts)
    components.add(nlp, trained, pairs)
    nlp.meta.update({"name": NAME, "version": VERSION, "license": LICENCE, "description": DESCRIPTION})
    nlp.to_disk(out)
    shutil.copyfile(HERE / NOTICE, out / NOTICE)


def check_replaceable(out: Path) -> None:
    """See to it that a pipeline written to ``out`` takes the place of nothing but a pipeline.

    Raises:
        InputError: ``out`` holds something else.
    """
    if out.is_dir() and any(out.iterdir()) and not (out / CONFIG).is_file():
        raise InputError(out, "neither empty nor a pipeline's folder; all in it would be deleted")


def record(training: Training, sources: Iterable[Path], out: Path) -> None:
    """Write what the pipeline in ``out`` was made from: recipes with their seeds, versions, each file with its checksum."""
    table = {
        "command": "make model",
        "segmenter": asdict(training.segmenter),
        "recipe": asdict(training.recipe),
        "labels": "edu.stanford.nlp:stanford-corenlp:4.5.10 (models-chinese: chinese-distsim.tagger, UD_Chinese)",
        "packages": {name: importlib.metadata.version(name) for name in PACKAGES},
        "inputs": {path.name: _checksum(path) for path in sources},
        "code": {path.name: _checksum(path) for path in sorted(HERE.iterdir()) if path.suffix in CODE},
        "outputs": {str(p.relative_to(out)): _checksum(p) for p in sorted(out.rglob("*")) if p.is_file()},
    }
    (out / RECORD).write_text(json.dumps(table, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
