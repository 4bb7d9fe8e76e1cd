"""How long a build takes beside the bare language pipeline on the same text, in one run.

    python benchmarks/build.py seeds/articles [--repeat 3]

Prints, as a Markdown table, the median seconds of: loading the pipeline, the pipeline alone over the articles' texts, and the
whole build into a fresh store (reading, extraction, resolution, shapes check, writing), and the build's ratio to the pipeline.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from kg_build.build import build
from kg_build.language import annotate, load_pipeline
from kg_build.model import Article
from kg_build.reading import find_sources, read_articles, read_documents
from kg_build.settings import Settings

T = TypeVar("T")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    arguments = parser.parse_args()
    articles: list[Article] = [
        article
        for found in find_sources([arguments.folder])
        for document in read_documents(found, 50_000_000)
        for article in read_articles(document).articles
    ]
    characters = sum(len(a.text) for a in articles)
    load, nlp = timed(load_pipeline)
    alone, whole = [], []
    for _ in range(arguments.repeat):
        alone.append(timed(lambda: [annotate(nlp, a) for a in articles])[0])
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(store=Path(folder) / "store")
            whole.append(timed(lambda s=settings: build([arguments.folder], s, fresh=True))[0])
    middle_alone, middle_whole = statistics.median(alone), statistics.median(whole)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(articles)} articles, {characters} characters, median of {arguments.repeat}\n")
    print("| what | seconds | characters a second |\n| --- | ---: | ---: |")
    print(f"| loading the pipeline | {load:.2f} | |")
    print(f"| the pipeline alone | {middle_alone:.2f} | {characters / middle_alone:.0f} |")
    print(f"| the whole build, loading included | {middle_whole:.2f} | {characters / middle_whole:.0f} |")
    print(f"| the whole build ÷ the pipeline alone | {(middle_whole - load) / middle_alone:.2f} | |")
    print(f"\nLargest resident memory: {memory:.0f} MiB")


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds that a call takes, and what it returns."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


if __name__ == "__main__":
    main()
