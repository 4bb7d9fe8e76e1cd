"""How good the scorer of pairs is where every name is known: the annotated names and figures in, relations out.

    python benchmarks/pairs.py [--scorer FOLDER] [--part develop] [--pages seeds/corpus]

Prints a Markdown table: of each property how often it is said, P, R and F at even odds, the best F that any odds give, and
average precision. A relation of two things has the odds of their likeliest mentions. No rules, and none of the errors of the
names, so this shows which part of a build's errors is the scorer's. ``--scorer`` is a folder that the training step ``pairs``
wrote; without it, the scorer that ships is taken.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from kg_build.language import load_pipeline
from kg_build.language.encoder import INDICATOR
from kg_build.language.encoder.components import EncoderComponent, PairsComponent
from kg_build.language.training.samples import Sample, page_samples, things
from kg_build.model import SYMMETRIC

OF_FIGURES = frozenset({"level", "growth", "share", "rank", "indicator"})
Scores = dict[tuple[int, str, str, str], float]
"""Number of the article, thing, property, thing → log-odds."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scorer", type=Path)
    parser.add_argument("--part", default="develop")
    parser.add_argument("--pages", type=Path, default=Path("seeds/corpus"))
    given = parser.parse_args()
    nlp = load_pipeline()
    encoder, scorer = nlp.get_pipe("encoder"), nlp.get_pipe("pairs")
    if given.scorer is not None:
        scorer = PairsComponent().from_disk(given.scorer)
    if not isinstance(encoder, EncoderComponent) or not isinstance(scorer, PairsComponent):
        raise SystemExit("the pipeline has no encoder or no scorer of pairs")
    said: Scores = {}
    gold: set[tuple[int, str, str, str]] = set()
    for number, sample in enumerate(page_samples(given.pages, given.part)):
        if sample.facts:
            said.update({(number, *key): odds for key, odds in scores(sample, encoder, scorer).items()})
            gold.update((number, *fact) for fact in facts(sample))
    properties = sorted({key[2] for key in gold})
    print("| property | said | P | R | F | best F | average precision |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    groups = [([name], name) for name in properties]
    groups.append(([name for name in properties if name not in OF_FIGURES], "**relations and states**"))
    groups.append(([name for name in properties if name in OF_FIGURES], f"**figures and {INDICATOR.lower()}s**"))
    for names, shown in groups:
        print(f"| {shown} | " + " | ".join(row(said, gold, names)) + " |")


def scores(sample: Sample, encoder: EncoderComponent, scorer: PairsComponent) -> dict[tuple[str, str, str], float]:
    """The log-odds of each relation of two things that the scorer remembers."""
    known = things(sample)
    found: dict[tuple[str, str, str], float] = {}
    for first, second, name, odds in scorer.score(encoder.encode(sample.text), [thing for thing, _ in known]):
        one, other = known[first][1], known[second][1]
        if first == second or one != other:
            key = fact(one, name, other)
            found[key] = max(odds, found.get(key, odds))
    return found


def facts(sample: Sample) -> Iterator[tuple[str, str, str]]:
    """What the annotation says of things that have mentions."""
    named = {identity for _, identity in things(sample)}
    return (fact(*said) for said in sample.facts if {said[0], said[2]} <= named)


def fact(one: str, name: str, other: str) -> tuple[str, str, str]:
    """The same for both directions of what holds in both."""
    first, second = sorted((one, other)) if name in SYMMETRIC else (one, other)
    return first, name, second


def row(said: Scores, gold: set[tuple[int, str, str, str]], names: Sequence[str]) -> Iterator[str]:
    """The figures of a group of properties."""
    wanted = sum(key[2] in names for key in gold)
    ordered = sorted((-odds, key) for key, odds in said.items() if key[2] in names)
    right = np.array([key in gold for _, key in ordered], dtype=float)
    even = sum(odds <= 0 for odds, _ in ordered)
    found, rank = right.cumsum(), np.arange(1, len(right) + 1)
    yield str(wanted)
    yield f"{found[even - 1] / even if even else 0:.3f}"
    yield f"{found[even - 1] / wanted if even else 0:.3f}"
    yield f"{2 * found[even - 1] / (even + wanted) if even else 0:.3f}"
    yield f"{(2 * found / (rank + wanted)).max(initial=0):.3f}"
    yield f"{(right * found / rank).sum() / wanted:.3f}"


if __name__ == "__main__":
    main()
