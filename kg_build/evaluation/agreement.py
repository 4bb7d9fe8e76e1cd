"""How far two annotators agree: pages that both annotated, the second scored against the first.

Mentions are compared as ranges with a type. Entities, statements and figures are compared as `evaluate` compares a store
with gold, the second annotation standing for the store. F is the same whichever annotator is first, but for a place farther
up and a field said to lead as well as to be developed, which are no errors of the second.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kg_build.errors import InputError, ZonekgError
from kg_build.evaluation.gold import Gold, gold_of
from kg_build.evaluation.judgements import Evaluation, Judgement, Score, Verdict
from kg_build.evaluation.said import Said
from kg_build.evaluation.scores import compare
from kg_build.language.training.annotated import AnnotatedArticle, annotated_files, read_annotated
from kg_build.model import LINKS, EntityType


def pairs_in(first: Path, second: Path) -> Iterator[tuple[AnnotatedArticle, AnnotatedArticle]]:
    """The pages that both folders have under one file name, in the order of the names.

    Raises `InputError` for a page that is wrong, for two of one name in the first folder, for pages whose text is not the
    same and for folders with no page in common.
    """
    found: dict[str, list[Path]] = {}
    for path in annotated_files(first):
        found.setdefault(path.name, []).append(path)
    common = sorted((p for p in annotated_files(second) if p.name in found), key=lambda p: p.name)
    if not common:
        raise InputError(second, f"no annotated page in common with {first}")
    for path in common:
        same = found[path.name]
        if len(same) > 1:
            raise InputError(same[1], f"a second page of the name, beside {same[0]}")
        one, other = read_annotated(same[0]), read_annotated(path)
        if one.text != other.text:
            raise InputError(path, f"its text without marks is not that of {same[0]}")
        yield one, other


def agreement(pairs: Iterable[tuple[AnnotatedArticle, AnnotatedArticle]]) -> Evaluation:
    """Score each second annotation against the first.

    Beside the rows of `evaluate` there are ``mentions all``, ``mentions named`` (without ranges that either annotator calls
    a general word), ``mentions unlabelled`` (ranges whatever their type) and ``mention`` with each type.
    """
    pages = [(one, other, _gold(one)) for one, other in pairs]
    mentions = Evaluation()
    for one, other, gold in pages:
        _mentions(gold.article, one, other, mentions)
    total = compare((gold, said_by(other)) for _, other, gold in pages)
    total.rows = {**mentions.rows, **total.rows}
    total.judgements[:0] = mentions.judgements
    return total


def _gold(article: AnnotatedArticle) -> Gold:
    table: dict[str, Any] = article.gold
    return gold_of(table)


def said_by(article: AnnotatedArticle) -> Said:
    """What an annotator says of a page, as the store would say it: entities by their ids in the file."""
    gold = _gold(article)
    return Said(
        types={i: frozenset([e.type]) for i, e in gold.entities.items()},
        names={i: frozenset(e.names) for i, e in gold.entities.items()},
        # As in a store, a statement of a link has no value and no title.
        statements=frozenset((r.subject, r.predicate, r.object, "" if r.predicate in LINKS else r.title) for r in gold.relations),
        observations={str(number): figure for number, figure in enumerate(gold.observations)},
    )


def _mentions(stem: str, one: AnnotatedArticle, other: AnnotatedArticle, total: Evaluation) -> None:
    first, second = ({(m.start, m.end, m.type) for m in article.mentions} for article in (one, other))
    general = {(m.start, m.end) for article in (one, other) for m in article.mentions if m.is_generic}
    total.add("mentions all", _score(first, second))
    total.add("mentions named", _score(*({m for m in marks if m[:2] not in general} for marks in (first, second))))
    total.add("mentions unlabelled", _score({m[:2] for m in first}, {m[:2] for m in second}))
    for kind in EntityType:
        total.add(f"mention {kind.value}", _score(*({m for m in marks if m[2] == kind.value} for marks in (first, second))))
    for start, end, label in sorted(first ^ second):
        verdict = Verdict.MISSING if (start, end, label) in first else Verdict.WRONG
        words = "".join(one.text[start:end].split())
        total.judgements.append(Judgement(stem, f"mention {label}", verdict, (words, f"({start}..{end})")))


def _score(first: set[Any], second: set[Any]) -> Score:
    return Score(len(first & second), len(second), len(first))


def main() -> int:
    """Print how well the annotations of SECOND_FOLDER agree with those of the pages of the same name in FIRST_FOLDER."""
    parser = argparse.ArgumentParser(prog="python -m kg_build.evaluation.agreement", description=main.__doc__)
    parser.add_argument("first", type=Path, metavar="FIRST_FOLDER")
    parser.add_argument("second", type=Path, metavar="SECOND_FOLDER")
    parser.add_argument("--errors", action="store_true", help="List what only the first (-) or the second (+) has, too.")
    arguments = parser.parse_args()
    try:
        found = list(pairs_in(arguments.first, arguments.second))
        result = agreement(found)
    except ZonekgError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return error.exit_code
    if arguments.errors:
        print("\n".join(result.errors))  # noqa: T201
    print(f"{len(found)} pages")  # noqa: T201
    for name, row in result.rows.items():
        if row.said or row.gold:
            print(  # noqa: T201
                f"{name:26} P {row.precision:.3f}  R {row.recall:.3f}  F {row.f:.3f}   "
                f"({row.right} in both, {row.said} in the second, {row.gold} in the first)"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
