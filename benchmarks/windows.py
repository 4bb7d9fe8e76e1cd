"""How much text the encoder should see at a time: its names by the size of its windows.

    python benchmarks/windows.py [SIZE …] [--part develop] [--pages seeds/corpus]

Prints a Markdown table of P, R and micro F of the names that the encoder of the pipeline that ships finds, no rules. A window
holds whole sentences, so a sentence longer than SIZE characters is still seen whole.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from kg_build.evaluation.language.names import ALL, count
from kg_build.evaluation.language.pages import read_pages, seen
from kg_build.language import load_pipeline
from kg_build.language.encoder.characters import WINDOW
from kg_build.language.encoder.components import EncoderComponent
from kg_build.model import EntityType

SIZES = (40, 60, 80, 100, 120, 160, 200, 300)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sizes", nargs="*", type=int, metavar="SIZE", default=SIZES)
    parser.add_argument("--part", default="develop")
    parser.add_argument("--pages", type=Path, default=Path("seeds/corpus"))
    given = parser.parse_args()
    component = load_pipeline().get_pipe("encoder")
    if not isinstance(component, EncoderComponent):
        raise SystemExit("the pipeline has no encoder")
    pages = read_pages(given.pages, given.part)
    print("| characters in a window | P | R | micro F |\n| ---: | ---: | ---: | ---: |")
    for size in given.sizes:
        found = [(page.names, seen(component.names(component.encode(page.article.text, size)))) for page in pages]
        score = count(found, EntityType)[ALL]
        shown = f"{size} (as it ships)" if size == WINDOW else f"{size}"
        print(f"| {shown} | {score.precision:.3f} | {score.recall:.3f} | {score.f:.3f} |", flush=True)


if __name__ == "__main__":
    main()
