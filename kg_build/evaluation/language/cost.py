"""Speed, load time, memory and size of a pipeline."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from spacy.language import Language

from kg_build.errors import PipelineError
from kg_build.evaluation.language.pages import Page
from kg_build.evaluation.language.table import Cell, Table

FRESH = Path(__file__).with_name("fresh.py")
NOTES = (
    "a fresh process that does nothing else; reading: encoding, words, names' edges and trees of the part's pages as one text",
    "loading: until a first short text has been read, imports apart; memory: the process's peak while it read",
)


def cost(nlp: Language, model: str, pages: Sequence[Page]) -> Table:
    """Measure the pipeline of that name in a process of its own.

    Raises:
        PipelineError: The process failed.
    """
    task = {"model": model, "text": "\n".join(page.article.text for page in pages)}
    # -P: the modules beside the file must not stand for others of their names.
    done = subprocess.run(  # noqa: S603 - our own interpreter and file
        [sys.executable, "-P", str(FRESH)], input=json.dumps(task), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise PipelineError(f"{model or nlp.path}: the measuring process failed: {' '.join(done.stderr.split())[-200:]}")
    found: dict[str, float] = json.loads(done.stdout)
    rows: list[tuple[Cell, ...]] = [
        ("tokens a second", round(found["tokens"] / found["read_seconds"])),
        ("characters read", len(task["text"])),
        ("tokens", found["tokens"]),
        ("seconds to load", found["load_seconds"]),
        ("seconds to import", found["import_seconds"]),
        ("peak memory, MB", found["peak_mb"]),
        ("size on disk, MB", _size(nlp)),
        ("processors", os.cpu_count()),
    ]
    return Table("What it costs", ("measure", "figure"), tuple(rows), NOTES)


def _size(nlp: Language) -> float | None:
    if nlp.path is None:
        return None
    return round(sum(path.stat().st_size for path in Path(nlp.path).rglob("*") if path.is_file()) / 1e6, 1)
