"""Which share of what is said with a confidence is right, and the curves that make confidences such shares.

    python -m kg_build.evaluation.calibration PAGES GOLD [--write] [--diagram FILE.svg]

Reads annotated pages that neither rules nor networks were made from, judges every statement, and fits for each group
(`kg_build.resolution.confidence`) a rising curve from the confidence as it comes to the share that is right: isotonic regression
by pooling adjacent violators (Ayer et al. 1955; Zadrozny and Elkan 2002). Prints how far confidences are from shares before and
after (expected calibration error, Guo et al., arXiv:1706.04599), "after" with curves fitted on four fifths of the articles and
tried on the rest.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import click
import numpy as np
import pyoxigraph as ox

from kg_build.errors import ZonekgError
from kg_build.evaluation.claims import claims_of
from kg_build.evaluation.diagram import Bar, diagram
from kg_build.evaluation.gold import Gold, load_gold
from kg_build.evaluation.judgements import FIGURES, Verdict
from kg_build.evaluation.scores import evaluate
from kg_build.extraction import extract, year_of_page
from kg_build.graph.claims import claim_quads
from kg_build.graph.mapping import article_quads
from kg_build.language import load_pipeline
from kg_build.model import Extraction
from kg_build.reading import find_sources, read_articles, read_documents
from kg_build.resolution import confidence, resolve
from kg_build.resolution.confidence import Curve
from kg_build.settings import Settings

FOLDS = 5
LEAST = 25
"""Statements of a step of a curve; fewer are pooled with their neighbours."""
PRIOR = 2.0
"""Statements right at the group's own rate that each step is taken to have besides: few don't make certain."""
BANDS = 10
HEAD = """# Of what a rule or a network says with the confidence on the left, the share on the right is right, on pages that
# neither was made from: the develop part of seeds/corpus.
# Written by `python -m kg_build.evaluation.calibration PAGES GOLD --write`.
"""


class Judged(NamedTuple):
    """A statement with the confidence that it came with."""

    article: str
    group: str
    confidence: float
    right: bool


def read(pages: Path, pipeline: str = "") -> Iterator[Extraction]:
    """What the pages say.

    Raises:
        ZonekgError: A page can't be read, or there is no such pipeline.
    """
    nlp = load_pipeline(pipeline)
    for found in find_sources([pages]):
        for document in read_documents(found, Settings().max_file_size):
            year = year_of_page(document.text)
            yield from (extract(nlp, article, page_year=year) for article in read_articles(document).articles)


def judge(extractions: Sequence[Extraction], golds: Sequence[Gold], curves: Mapping[str, Curve]) -> list[Judged]:
    """Every statement that is right or wrong by the annotation, with the confidence that ``curves`` give it."""
    base = Settings().base_iri
    database = ox.Store()
    with patch.object(confidence, "curves", lambda: curves):
        for article in resolve(extractions, base):
            database.extend([*article_quads(article, base), *claim_quads(article, base, f"{base}activity/calibration")])
    claims = {gold.article: claims_of(database, gold.article) for gold in golds}
    found: dict[tuple[str, object, str], Judged] = {}
    for judgement in evaluate(database, golds).judgements:
        if judgement.is_part or judgement.verdict not in (Verdict.RIGHT, Verdict.WRONG):
            continue
        kind = _kind(judgement.row)
        for statement in judgement.said:
            for claim in claims[judgement.article].get(statement, ()):
                row = Judged(
                    judgement.article, confidence.group(kind, claim.rule), claim.confidence, judgement.verdict is Verdict.RIGHT
                )
                key = (judgement.article, statement, row.group)
                found[key] = max(row, found.get(key, row), key=lambda judged: judged.confidence)
    return sorted(found.values())


def _kind(row: str) -> str:
    if row == FIGURES:
        return confidence.FIGURE
    return confidence.THING if row.startswith("entity ") else confidence.STATEMENT


def fit(judged: Iterable[Judged]) -> dict[str, Curve]:
    """A rising curve for each group that has `LEAST` statements and some of either verdict."""
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        groups[one.group].append(one)
    return {
        name: curve(sorted((one.confidence, one.right) for one in rows))
        for name, rows in sorted(groups.items())
        if len(rows) >= LEAST and len({one.right for one in rows}) == 2
    }


def curve(rows: Sequence[tuple[float, bool]]) -> Curve:
    """The rising steps of ``rows``, sorted by confidence: mean confidence and smoothed share of the right ones of each step."""
    rate = sum(right for _, right in rows) / len(rows)
    blocks: list[list[float]] = []  # count, sum of confidences, right ones
    for given, tied in groupby(rows, key=lambda row: row[0]):
        right = [one for _, one in tied]
        blocks.append([len(right), given * len(right), float(sum(right))])
        while len(blocks) > 1 and (blocks[-2][0] < LEAST or _share(blocks[-2], rate) >= _share(blocks[-1], rate)):
            count, total, good = blocks.pop()
            blocks[-1] = [blocks[-1][0] + count, blocks[-1][1] + total, blocks[-1][2] + good]
    if len(blocks) > 1 and blocks[-1][0] < LEAST:
        count, total, good = blocks.pop()
        blocks[-1] = [blocks[-1][0] + count, blocks[-1][1] + total, blocks[-1][2] + good]
    found = [(round(total / count, 3), round(_share([count, total, good], rate), 3)) for count, total, good in blocks]
    shares = np.maximum.accumulate([share for _, share in found])
    points = dict(zip((given for given, _ in found), map(float, shares), strict=True))
    return tuple(points), tuple(points.values())


def _share(block: Sequence[float], rate: float) -> float:
    return (block[2] + PRIOR * rate) / (block[0] + PRIOR)


def applied(judged: Iterable[Judged], curves: Mapping[str, Curve]) -> list[Judged]:
    """The same with the confidences that the curves give."""
    return [
        one._replace(confidence=confidence.at(curves[one.group], one.confidence)) if one.group in curves else one
        for one in judged
    ]


def crossed(judged: Sequence[Judged]) -> list[Judged]:
    """The same with confidences by curves that were fitted without the statement's own fifth of the articles."""
    articles = sorted({one.article for one in judged})
    fold = {article: number % FOLDS for number, article in enumerate(articles)}
    found = []
    for number in range(FOLDS):
        curves = fit(one for one in judged if fold[one.article] != number)
        found += applied((one for one in judged if fold[one.article] == number), curves)
    return sorted(found)


def bars(judged: Iterable[Judged]) -> list[Bar]:
    """By tenths of confidence: how many statements, their mean confidence, the share that is right."""
    bands: dict[int, list[Judged]] = defaultdict(list)
    for one in judged:
        bands[min(int(one.confidence * BANDS + 1e-9), BANDS - 1)].append(one)
    return [
        Bar(len(rows), sum(one.confidence for one in rows) / len(rows), sum(one.right for one in rows) / len(rows))
        for _, rows in sorted(bands.items())
    ]


def error(judged: Sequence[Judged]) -> float:
    """The expected calibration error: how far, on average, confidence and share are apart."""
    return sum(bar.size * abs(bar.confidence - bar.share) for bar in bars(judged)) / max(1, len(judged))


def table(before: Sequence[Judged], after: Sequence[Judged]) -> str:
    """Markdown: by group, and by tenth of confidence."""
    lines = ["| group | statements | right | error before | after |", "| --- | ---: | ---: | ---: | ---: |"]
    for name in (*sorted({one.group for one in before}), "all"):
        one, other = ([row for row in rows if name in ("all", row.group)] for rows in (before, after))
        right = sum(row.right for row in one) / len(one)
        lines.append(f"| {name} | {len(one)} | {right:.3f} | {error(one):.3f} | {error(other):.3f} |")
    lines += ["", "| said with | statements | mean confidence | right |", "| --- | ---: | ---: | ---: |"]
    for bar in bars(after):
        low = min(int(bar.confidence * BANDS + 1e-9), BANDS - 1) / BANDS
        lines.append(f"| {low:.1f}–{low + 1 / BANDS:.1f} | {bar.size} | {bar.confidence:.2f} | {bar.share:.2f} |")
    return "\n".join(lines)


def to_yaml(curves: Mapping[str, Curve]) -> str:
    """The table of `kg_build.resolution.confidence`."""

    def rows(curve: Curve) -> str:
        return "".join(f"  - [{given}, {share}]\n" for given, share in zip(*curve, strict=True))

    return HEAD + "".join(f"{name}:\n{rows(points)}" for name, points in curves.items())


def main(arguments: list[str] | None = None) -> int:
    """Measure, and write where that is asked for; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--write", action="store_true", help="replace the curves that ship")
    parser.add_argument("--diagram", type=Path, metavar="FILE.svg", help="write a reliability diagram")
    given = parser.parse_args(arguments)
    try:
        golds = [gold for path in sorted(given.gold.rglob("*.json")) if (gold := load_gold(path)) is not None]
        judged = judge(list(read(given.pages)), golds, {})
    except ZonekgError as problem:
        click.echo(problem, err=True)
        return problem.exit_code
    after = crossed(judged)
    click.echo(table(judged, after))
    if given.write:
        confidence.TABLE.write_text(to_yaml(fit(judged)), encoding="utf-8")
    if given.diagram is not None:
        given.diagram.write_text(diagram({"as it comes": bars(judged), "calibrated": bars(after)}), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
