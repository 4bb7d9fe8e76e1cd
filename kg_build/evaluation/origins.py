"""Where relations go wrong: of each property what is missed and what is wrong, by what that follows from.

    python -m kg_build.evaluation.origins STORE GOLD

Prints a Markdown table. *Entity*: one of its ends wasn't found, or isn't in the annotation. *Silent*: both are there, nothing
is said (or there is nothing to be said). *Object*: another object, or another title of a post, is right. *Property*: another
property is right between the two.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click

from kg_build.errors import ZonekgError
from kg_build.evaluation.gold import load_gold
from kg_build.evaluation.judgements import PROPERTIES, Cause, Judgement, Verdict
from kg_build.evaluation.scores import evaluate
from kg_build.store import open_for_reading

ORIGINS = ("entity", "silent", "object", "property")
_OF = {Cause.END: "entity", Cause.TITLE: "object", Cause.OTHER_END: "object", Cause.OTHER_PROPERTY: "property"}


def table(judgements: Iterable[Judgement]) -> str:
    """Markdown: a row a property of which anything is said or in gold, and one for all."""
    counts: dict[str, Counter[str]] = {}
    for one in judgements:
        name = one.row.removeprefix("relation ")
        if name == one.row:
            continue
        count = counts.setdefault(name, Counter())
        if one.verdict in (Verdict.RIGHT, Verdict.MISSING):
            count["in gold"] += 1
        if one.is_error:
            count[f"{one.verdict} {'silent' if one.cause is None else _OF.get(one.cause, 'silent')}"] += 1
        else:
            count[one.verdict] += 1
    columns = ["in gold", Verdict.RIGHT, *(f"{verdict} {o}" for verdict in (Verdict.MISSING, Verdict.WRONG) for o in ORIGINS)]
    heads = ["in gold", "right", *(f"missed: {o}" if o == ORIGINS[0] else o for o in ORIGINS)]
    heads += [f"wrong: {o}" if o == ORIGINS[0] else o for o in ORIGINS]
    lines = [f"| | {' | '.join(heads)} |", "| --- |" + " ---: |" * len(heads)]
    lines += [_row(name, counts[name], columns) for name in PROPERTIES if name in counts]
    return "\n".join([*lines, _row("**all**", sum(counts.values(), Counter()), columns)])


def _row(name: str, count: Counter[str], columns: Iterable[str]) -> str:
    return f"| {name} | {' | '.join(str(count[column]) for column in columns)} |"


def main(arguments: list[str] | None = None) -> int:
    """Print the table; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path)
    parser.add_argument("gold", type=Path)
    given = parser.parse_args(arguments)
    try:
        golds = [gold for path in sorted(given.gold.rglob("*.json")) if (gold := load_gold(path)) is not None]
        with open_for_reading(given.store) as reader:
            click.echo(table(evaluate(reader.database, golds).judgements))
    except ZonekgError as problem:
        click.echo(problem, err=True)
        return problem.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
