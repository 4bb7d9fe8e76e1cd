"""How much the same words elsewhere in an article should tell of a name: the encoder's names by the weight that they have.

    python benchmarks/elsewhere.py [WEIGHT …] [--part develop] [--pages seeds/corpus]

Prints a Markdown table of P, R and micro F of the names that the encoder of the pipeline that ships finds, no rules.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from kg_build.evaluation.language.names import ALL, count
from kg_build.evaluation.language.pages import read_pages, seen
from kg_build.language import load_pipeline
from kg_build.language.encoder.components import EncoderComponent
from kg_build.language.encoder.encode import ELSEWHERE, alike
from kg_build.model import EntityType

WEIGHTS = (0.0, 0.2, 0.35, 0.5, 0.7, 1.0)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("weights", nargs="*", type=float, metavar="WEIGHT", default=WEIGHTS)
    parser.add_argument("--part", default="develop")
    parser.add_argument("--pages", type=Path, default=Path("seeds/corpus"))
    given = parser.parse_args()
    component = load_pipeline().get_pipe("encoder")
    if not isinstance(component, EncoderComponent):
        raise SystemExit("the pipeline has no encoder")
    pages = read_pages(given.pages, given.part)
    read = [component.encode(page.article.text, elsewhere=0) for page in pages]
    print("| weight of the same words elsewhere | P | R | micro F |\n| ---: | ---: | ---: | ---: |")
    for weight in given.weights:
        heard = [replace(encoded, spans=tuple(alike(encoded.text, encoded.spans, weight))) for encoded in read]
        found = [(page.names, seen(component.names(encoded))) for page, encoded in zip(pages, heard, strict=True)]
        score = count(found, EntityType)[ALL]
        shown = f"{weight:g} (as it ships)" if weight == ELSEWHERE else f"{weight:g}"
        print(f"| {shown} | {score.precision:.3f} | {score.recall:.3f} | {score.f:.3f} |", flush=True)


if __name__ == "__main__":
    main()
