"""How much the same words elsewhere in an article should tell of a name: the encoder's names by the weight that they have.

    python benchmarks/elsewhere.py [WEIGHT …] [--part develop] [--pages seeds/corpus]

Prints a Markdown table of P, R and micro F of the names that the encoder of the pipeline that ships finds, no rules.
"""

from __future__ import annotations

from dataclasses import replace

from windows import given, row

from kg_build.language.encoder.encode import ELSEWHERE, alike

WEIGHTS = (0.0, 0.2, 0.35, 0.5, 0.7, 1.0)


def main() -> None:
    """Print the table."""
    weights, component, pages = given(__doc__, "weight", WEIGHTS)
    read = [component.encode(page.article.text, elsewhere=0) for page in pages]
    print("| weight of the same words elsewhere | P | R | micro F |\n| ---: | ---: | ---: | ---: |")
    for weight in weights:
        heard = [replace(encoded, spans=tuple(alike(encoded.text, encoded.spans, weight))) for encoded in read]
        row(weight, ELSEWHERE, component, pages, heard)


if __name__ == "__main__":
    main()
