"""Which share of what is said with a confidence is right, and the table that makes confidences such shares.

    python -m kg_build.evaluation.calibration PAGES GOLD [--write] [--diagram FILE.svg]

Reads annotated pages that neither rules nor networks were made from, judges every statement, and fits the table of
`kg_build.resolution.confidence`: for things a rising curve from the confidence as it comes to the share that is right (isotonic
regression by pooling adjacent violators, Ayer et al. 1955; Zadrozny and Elkan 2002), for statements and figures weights for
their signs (logistic regression with a ridge, Hoerl and Kennard 1970, by Newton's method). Prints how far confidences are from
shares before and after (expected calibration error, Guo et al., arXiv:1706.04599), how well they rank (the area under the ROC
curve: how often something right is surer than something wrong), and what is right from a confidence on; "after" with a table
fitted on four fifths of the articles and tried on the rest.
"""

from __future__ import annotations

import argparse
import sys
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from unittest.mock import patch

import click
import numpy as np
import pyoxigraph as ox

from kg_build.errors import ZonekgError
from kg_build.evaluation.diagram import Bar, diagram
from kg_build.evaluation.gold import Gold, load_gold
from kg_build.evaluation.judgements import Verdict
from kg_build.evaluation.said import Statement, figure_of, mention_of
from kg_build.evaluation.scores import evaluate
from kg_build.extraction import extract, year_of_page
from kg_build.graph.claims import BYLINE
from kg_build.graph.mapping import article_quads
from kg_build.language import load_pipeline
from kg_build.model import Extraction, ResolvedArticle, Signs, from_log_odds, log_odds
from kg_build.reading import find_sources, read_articles, read_documents
from kg_build.resolution import confidence, resolve
from kg_build.resolution.confidence import FIGURE, STATEMENT, THING, Curve, Table, Weight, Weights, with_ends
from kg_build.resolution.settling import RULE
from kg_build.settings import Settings

FOLDS = 5
LEAST = 25
"""Statements of a step of a curve; fewer are pooled with their neighbours. Of a kind with fewer nothing is fitted."""
PRIOR = 2.0
"""Statements right at the group's own rate that each step is taken to have besides: few don't make certain."""
RIDGE = 3.0
"""How much weights (of signs in units of their spread) are held back towards 0, in statements."""
STEPS = 50
"""Of Newton's method, at most."""
BANDS = 10
SURE = (0.8, 0.9)
"""Confidences from which what is said is counted apart."""
AUTHOR = "author"
"""The kind of what a byline says, whose confidence is no rule's or network's."""
HEAD = """# How confidences become shares that are right, on pages that neither rules nor networks were made from: the develop
# part of seeds/corpus. Written by `python -m kg_build.evaluation.calibration PAGES GOLD --write`.
#
# curves, for things: of what is said with the confidence on the left, the share on the right is right.
# weights, for statements and figures: a share that is right where every sign is as usual; each sign adds its weight, times how
# far its log-odds lie above the usual one's, to the log-odds of that. `rule`: how sure the rule is (0.5 where only the scorer of
# pairs says it); `odds`: the scorer's for the pair; `ends`: that both ends are things; `owner`, `other`: the scorer's for the
# figure's owner and for the likeliest other; `words`: for the words that say what it measures.
"""


class Judged(NamedTuple):
    """A statement with the confidence that it came with."""

    article: str
    group: str
    confidence: float
    right: bool
    signs: Signs = ()
    ends: tuple[tuple[str, float], ...] = ()
    """Of a statement: the group and the confidence, as it comes, of each end."""

    @property
    def kind(self) -> str:
        """Thing, statement or figure."""
        return self.group.split(".")[0]


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


def judge(extractions: Sequence[Extraction], golds: Sequence[Gold]) -> list[Judged]:
    """Every statement that is right or wrong by the annotation, with confidence and signs as they come."""
    base = Settings().base_iri
    database = ox.Store()
    said: dict[tuple[str, Statement], Judged] = {}
    with patch.object(confidence, "shares", Table):
        for article in resolve(extractions, base, every=True):
            database.extend(article_quads(article, base))
            for statement, row in _said(article):
                key = (row.article, statement)
                said[key] = max(row, said.get(key, row), key=lambda judged: judged.confidence)
    found = []
    for judgement in evaluate(database, golds).judgements:
        if judgement.is_part or judgement.verdict not in (Verdict.RIGHT, Verdict.WRONG):
            continue
        rows = [said[key] for one in judgement.said if (key := (judgement.article, one)) in said]
        found += [row._replace(right=judgement.verdict is Verdict.RIGHT) for row in rows]
    return sorted(found)


def _said(article: ResolvedArticle) -> Iterator[tuple[Statement, Judged]]:
    """What an article says, in the terms of an evaluation."""
    stem = PurePosixPath(article.article.source_file).stem
    things = {use.entity.iri: (confidence.group(THING, use.rule), use.confidence) for use in article.entities}
    for use in article.entities:
        if use.spans:
            yield mention_of(use.entity.iri), Judged(stem, *things[use.entity.iri], right=False)
    for author in article.authors:
        yield ("article", "author", author, ""), Judged(stem, AUTHOR, BYLINE, right=False)
    for s in article.statements:
        value = float(s.object) if s.predicate == "totalInvestment" else str(s.object)
        ends = tuple(things[end] for end in (s.subject, str(s.object)) if end in things)
        row = Judged(stem, confidence.group(STATEMENT, s.rule), s.confidence, False, s.signs or ((RULE, s.confidence),), ends)
        yield (s.subject, s.predicate, value, s.title or ""), row
    for o in article.observations:
        figure = o.figure
        group = confidence.group(FIGURE, figure.rule)
        yield figure_of(o.iri), Judged(stem, group, figure.confidence, False, figure.signs or ((RULE, figure.confidence),))


def fit(judged: Iterable[Judged]) -> Table:
    """A curve for each group of things, weights for statements and figures; only where there are `LEAST`, of either verdict."""
    rows = list(judged)
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in rows:
        if one.kind == THING:
            groups[one.group].append(one)
    curves = {
        name: curve(sorted((one.confidence, one.right) for one in found))
        for name, found in sorted(groups.items())
        if _is_enough(found)
    }
    kinds = {kind: [one for one in rows if one.kind == kind] for kind in (STATEMENT, FIGURE)}
    return Table(
        curves,
        {
            kind: weigh([(dict(signs(one, curves)), one.right) for one in found])
            for kind, found in kinds.items()
            if _is_enough(found)
        },
    )


def _is_enough(rows: Sequence[Judged]) -> bool:
    return len(rows) >= LEAST and len({one.right for one in rows}) == 2


def signs(one: Judged, curves: Mapping[str, Curve]) -> Signs:
    """What tells how sure a statement or figure is; for a statement also its ends, by the curves of things."""
    if one.kind != STATEMENT:
        return one.signs
    return with_ends(one.signs, [confidence.at(curves[g], given) if g in curves else given for g, given in one.ends])


def weigh(rows: Sequence[tuple[Mapping[str, float], bool]]) -> Weights:
    """The weights of signs that make what is right likeliest; what is usual is the mean of a sign's log-odds."""
    names = list(dict.fromkeys(name for known, _ in rows for name in known))
    known = np.array([[log_odds(one[name]) if name in one else np.nan for name in names] for one, _ in rows])
    means, spreads = np.nanmean(known, axis=0), np.nanstd(known, axis=0) + 1e-9
    given = np.column_stack([np.ones(len(rows)), np.nan_to_num((known - means) / spreads)])
    right = np.array([float(verdict) for _, verdict in rows])
    ridge = np.diag([0.0, *[RIDGE] * len(names)])
    found = np.zeros(len(names) + 1)
    for _ in range(STEPS):
        odds = 1 / (1 + np.exp(-given @ found))
        slope = given.T @ (right - odds) - ridge @ found
        step = np.linalg.solve(given.T @ (given * (odds * (1 - odds))[:, None]) + ridge, slope)
        found += step
        if np.abs(step).max() < 1e-9:
            break
    by_sign = {
        name: Weight(round(float(weight / spread), 3), from_log_odds(float(mean)))
        for name, weight, spread, mean in zip(names, found[1:], spreads, means, strict=True)
    }
    return Weights(from_log_odds(float(found[0])), by_sign)


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


def applied(judged: Iterable[Judged], table: Table) -> list[Judged]:
    """The same with the confidences that the table gives."""

    def surely(one: Judged) -> float:
        if one.kind in table.weights:
            return confidence.added(table.weights[one.kind], dict(signs(one, table.curves)))
        return confidence.at(table.curves[one.group], one.confidence) if one.group in table.curves else one.confidence

    return [one._replace(confidence=surely(one)) for one in judged]


def crossed(judged: Sequence[Judged]) -> list[Judged]:
    """The same with confidences by a table that was fitted without the statement's own fifth of the articles."""
    articles = sorted({one.article for one in judged})
    fold = {article: number % FOLDS for number, article in enumerate(articles)}
    found = []
    for number in range(FOLDS):
        without = fit(one for one in judged if fold[one.article] != number)
        found += applied((one for one in judged if fold[one.article] == number), without)
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


def ranked(judged: Sequence[Judged]) -> float:
    """The area under the ROC curve: how often something right has more confidence than something wrong, half where they tie."""
    wrong = sorted(one.confidence for one in judged if not one.right)
    right = [one.confidence for one in judged if one.right]
    if not wrong or not right:
        return float("nan")
    return sum(bisect_left(wrong, c) + bisect_right(wrong, c) for c in right) / (2 * len(wrong) * len(right))


def _from(judged: Sequence[Judged], least: float) -> str:
    """The share that is right of what is said with such a confidence or more, and how much of all that is."""
    kept = [one.right for one in judged if one.confidence >= least]
    return f"{sum(kept) / len(kept):.3f} ({len(kept) / len(judged):.2f})" if kept else "– (0.00)"


def report(before: Sequence[Judged], after: Sequence[Judged]) -> str:
    """Markdown: by group and kind, and by tenth of confidence."""
    columns = [f"{name} {when}" for name in ("error", "rank") for when in ("before", "after")]
    columns += [f"from {least}, {when}" for least in SURE for when in ("before", "after")]
    lines = [f"| group | statements | right | {' | '.join(columns)} |", "| --- |" + " ---: |" * (2 + len(columns))]
    groups = sorted({name for one in before for name in (one.group, one.kind)})
    for name in (*groups, "all"):
        both = [[row for row in rows if name in ("all", row.group, row.kind)] for rows in (before, after)]
        cells = [f"{measure(rows):.3f}" for measure in (error, ranked) for rows in both]
        cells += [_from(rows, least) for least in SURE for rows in both]
        right = sum(row.right for row in both[0]) / len(both[0])
        lines.append(f"| {name} | {len(both[0])} | {right:.3f} | {' | '.join(cells)} |")
    lines += ["", "| said with | statements | mean confidence | right |", "| --- | ---: | ---: | ---: |"]
    for bar in bars(after):
        low = min(int(bar.confidence * BANDS + 1e-9), BANDS - 1) / BANDS
        lines.append(f"| {low:.1f}–{low + 1 / BANDS:.1f} | {bar.size} | {bar.confidence:.2f} | {bar.share:.2f} |")
    return "\n".join(lines)


def to_yaml(table: Table) -> str:
    """The table of `kg_build.resolution.confidence`."""
    lines = ["curves:"]
    for group, (given, right) in table.curves.items():
        lines += [f"  {group}:", *(f"    - [{one}, {other}]" for one, other in zip(given, right, strict=True))]
    lines += ["weights:"]
    for kind, (usual, by_sign) in table.weights.items():
        lines += [f"  {kind}:", f"    usual: {usual}", "    signs:"]
        lines += [f"      {name}: {{weight: {sign.weight}, usual: {sign.usual}}}" for name, sign in by_sign.items()]
    return HEAD + "\n".join([*lines, ""])


def main(arguments: list[str] | None = None) -> int:
    """Measure, and write where that is asked for; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--write", action="store_true", help="replace the table that ships")
    parser.add_argument("--diagram", type=Path, metavar="FILE.svg", help="write a reliability diagram")
    given = parser.parse_args(arguments)
    try:
        golds = [gold for path in sorted(given.gold.rglob("*.json")) if (gold := load_gold(path)) is not None]
        judged = judge(list(read(given.pages)), golds)
    except ZonekgError as problem:
        click.echo(problem, err=True)
        return problem.exit_code
    after = crossed(judged)
    click.echo(report(judged, after))
    if given.write:
        confidence.TABLE.write_text(to_yaml(fit(judged)), encoding="utf-8")
    if given.diagram is not None:
        given.diagram.write_text(diagram({"as it comes": bars(judged), "calibrated": bars(after)}), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
