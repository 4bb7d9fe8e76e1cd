"""``python -m kg_build.evaluation.language``: measure the language stage."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from spacy.language import Language

from kg_build.errors import ZonekgError
from kg_build.evaluation.language.arcs import against_arcs
from kg_build.evaluation.language.cost import cost
from kg_build.evaluation.language.names import by_class, by_type
from kg_build.evaluation.language.pages import read_pages, read_with
from kg_build.evaluation.language.peers import CoreNLP, Lac, Peer, unavailable
from kg_build.evaluation.language.table import Table, left_out
from kg_build.evaluation.language.tokens import against_corpus, against_edges
from kg_build.evaluation.language.trees import Parse, against_trees, hand_made, parse_words
from kg_build.language import load_pipeline
from kg_build.language.training import corenlp
from kg_build.language.training.parses import read_parses
from kg_build.language.training.trees import Row

PARTS = ("look-only", "develop")
BESIDE = ("corenlp", "lac", "rules")
BUILD = Path("build/language")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured."""

    pages: Path
    corpora: Path | None = None
    part: str = PARTS[0]
    model: str = ""
    beside: frozenset[str] = frozenset()
    build: Path = BUILD
    """Where CoreNLP's results are kept, so that it runs once."""


def measure(plan: Plan, say: Callable[[str], None] = lambda _: None) -> Iterator[Table]:
    """The tables, each as soon as it is done.

    Raises:
        ZonekgError: Pages, corpora or model can't be read. A reader beside ours that can't be had is left out, with the reason.
    """
    say("loading")
    nlp = load_pipeline(plan.model)
    peers, reasons = _peers(plan)
    if reasons:
        yield left_out("Readers beside ours", reasons)
    pages = read_pages(plan.pages, plan.part)
    say("words")
    yield against_corpus(nlp, plan.corpora, peers)
    say(f"{len(pages)} articles")
    reads = [read_with(nlp, page) for page in pages]
    yield against_edges(reads, peers)
    say("trees")
    others: dict[str, Parse] = {}
    if any(peer.name == CoreNLP.name for peer in peers):
        others[CoreNLP.name] = _corenlp(plan.build)
    yield against_trees(hand_made(plan.pages, plan.part), {"ours": _own(nlp), **others})
    yield against_arcs(plan.pages, reads, others)
    say("names")
    rules = "rules" in plan.beside
    yield by_type(reads, rules=rules)
    yield by_class(reads, peers, rules=rules)
    say("cost")
    yield cost(nlp, plan.model, pages)


def _peers(plan: Plan) -> tuple[list[Peer], list[str]]:
    asked: list[Peer] = [peer for peer in (CoreNLP(plan.build), Lac()) if peer.name in plan.beside]
    reasons = {peer.name: unavailable(peer) for peer in asked}
    return [peer for peer in asked if reasons[peer.name] is None], [reason for reason in reasons.values() if reason]


def _own(nlp: Language) -> Parse:
    return lambda sentences: parse_words(nlp, sentences)


def _corenlp(build: Path) -> Parse:
    def parse(sentences: Sequence[Sequence[str]]) -> Sequence[Sequence[Row]]:
        return read_parses(corenlp.label(sentences, build))

    return parse


def main(arguments: list[str] | None = None) -> int:
    """Print the tables; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m kg_build.evaluation.language", description=main.__doc__)
    parser.add_argument("--pages", type=Path, default=Path("seeds/corpus"), help="annotated pages and trees")
    parser.add_argument(
        "--corpora", type=Path, default=os.environ.get("ZONEKG_CORPORA"), help="folder with uner_zh_gsdsimp (as for training)"
    )
    parser.add_argument("--part", choices=PARTS, default=PARTS[0], help="part of the pages (default: %(default)s)")
    parser.add_argument("--model", default="", help="name or folder of a pipeline (default: the one that ships)")
    parser.add_argument("--beside", default="", help=f"readers beside ours, with commas: {','.join(BESIDE)}")
    parser.add_argument("--build", type=Path, default=BUILD, help="where CoreNLP's results are kept (default: %(default)s)")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write what --json prints to a file, beside what is printed")
    parser.add_argument("--json", action="store_true", help="print one JSON object, figures unrounded")
    given = parser.parse_args(arguments)
    beside = frozenset(name for name in given.beside.split(",") if name)
    if beside - set(BESIDE):
        parser.error(f"--beside takes {', '.join(BESIDE)}, not {', '.join(sorted(beside - set(BESIDE)))}")
    plan = Plan(given.pages, given.corpora, given.part, given.model, beside, given.build)
    try:
        tables = []
        for table in measure(plan, lambda words: click.echo(f"… {words}", err=True)):
            tables.append(table)
            if not given.json:
                click.echo(table.markdown())
    except ZonekgError as error:
        click.echo(error, err=True)
        return error.exit_code
    found = {"part": plan.part, "model": plan.model, "tables": [table.plain() for table in tables]}
    plain = json.dumps(found, ensure_ascii=False, indent=1)
    if given.json:
        click.echo(plain)
    if given.write is not None:
        given.write.parent.mkdir(parents=True, exist_ok=True)
        given.write.write_text(f"{plain}\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
