"""What a pipeline costs, measured in a process that does nothing else: run as a file, it reads a task on its standard input.

The task is JSON, ``{"model": name or "", "text": …}``; so is the answer, as `measure` gives it.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path

STATUS = Path("/proc/self/status")
FIRST = "好。"
"""Text that makes the pipeline open what it opens late."""


def measure(model: str, text: str) -> dict[str, float | int | None]:
    """Import, load and read.

    Returns:
        ``import_seconds`` (all modules of the language stage), ``load_seconds`` (until the first short text has been read),
        ``read_seconds`` and ``tokens`` of ``text``, ``peak_mb`` of memory (None where the system doesn't tell).
    """
    begun = time.perf_counter()
    language = importlib.import_module("kg_build.language")
    shapes = importlib.import_module("kg_build.model")
    imported = time.perf_counter()
    nlp = language.load_pipeline(model)

    def read(words: str) -> int:
        article = shapes.Article("page.txt", 1, "", words, (), shapes.OffsetMap(()))
        seen = language.encode(nlp, article)
        return len(language.annotate(nlp, article, encoded=seen and seen[0]))

    read(FIRST)
    loaded = time.perf_counter()
    count = read(text)
    return {
        "import_seconds": round(imported - begun, 3),
        "load_seconds": round(loaded - imported, 3),
        "read_seconds": round(time.perf_counter() - loaded, 3),
        "tokens": count,
        "peak_mb": _peak(),
    }


def _peak() -> int | None:
    # getrusage's figure would not do: it keeps the peak of whoever started the process.
    if not STATUS.is_file():
        return None
    table = dict(line.split(":", 1) for line in STATUS.read_text(encoding="utf-8").splitlines() if ":" in line)
    return round(int(table["VmHWM"].split()[0]) / 1024)


if __name__ == "__main__":
    task = json.load(sys.stdin)
    json.dump(measure(task["model"], task["text"]), sys.stdout)
