"""How much text the encoder should see at a time: its names by the size of its windows.

    python benchmarks/windows.py [SIZE …] [--part develop] [--pages seeds/corpus]

Prints a Markdown table of P, R and micro F of the names that the encoder of the pipeline that ships finds, no rules. A window
holds whole sentences, so a sentence longer than SIZE characters is still seen whole.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from kg_build.evaluation.language.names import ALL, count
from kg_build.evaluation.language.pages import Page, read_pages, seen
from kg_build.language import load_pipeline
from kg_build.language.encoder.characters import WINDOW
from kg_build.language.encoder.components import EncoderComponent
from kg_build.language.encoder.encode import Encoded
from kg_build.model import EntityType

Number = TypeVar("Number", int, float)
SIZES = (40, 60, 80, 100, 120, 160, 200, 300)


def main() -> None:
    """Print the table."""
    sizes, component, pages = given(__doc__, "size", SIZES)
    print("| characters in a window | P | R | micro F |\n| ---: | ---: | ---: | ---: |")
    for size in sizes:
        row(size, WINDOW, component, pages, [component.encode(page.article.text, size) for page in pages])


def given(about: str | None, value: str, usual: Sequence[Number]) -> tuple[list[Number], EncoderComponent, list[Page]]:
    """The values of the command line or the usual ones, the encoder that ships, and the pages of the part."""
    parser = argparse.ArgumentParser(description=(about or "").splitlines()[0])
    parser.add_argument("values", nargs="*", type=type(usual[0]), metavar=value.upper(), default=usual)
    parser.add_argument("--part", default="develop")
    parser.add_argument("--pages", type=Path, default=Path("seeds/corpus"))
    said = parser.parse_args()
    component = load_pipeline().get_pipe("encoder")
    if not isinstance(component, EncoderComponent):
        raise SystemExit("the pipeline has no encoder")
    return list(said.values), component, read_pages(said.pages, said.part)


def row(value: float, ships: float, component: EncoderComponent, pages: Sequence[Page], read: Sequence[Encoded]) -> None:
    """Print a row: a value with P, R and F of the names that the encoder sees with it."""
    found = [(page.names, seen(component.names(encoded))) for page, encoded in zip(pages, read, strict=True)]
    score = count(found, EntityType)[ALL]
    shown = f"{value:g} (as it ships)" if value == ships else f"{value:g}"
    print(f"| {shown} | {score.precision:.3f} | {score.recall:.3f} | {score.f:.3f} |", flush=True)


if __name__ == "__main__":
    main()
