"""What each part of the reading brings: the same pages read without it, and scored.

    python benchmarks/readings.py PAGES GOLD

Prints a Markdown table of F (precision, recall) for core entities, all entities, relations and figures. One part is taken out at
a time, everything after it works as it does:

- names: the trained recogniser; names come from rules and public lists alone. The scorer of pairs goes with it, as it
  is never right about names that it doesn't know.
- pairs: the scorer of pairs; relations and figures come from rules alone.
- parse: the dependency tree; rules over trees find nothing.
- document: what holds beyond the sentence: general words (该区), the zone whose story it is, short names of firms.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pyoxigraph as ox
from spacy.language import Language
from spacy.tokens import Doc

from kg_build import extraction as stage
from kg_build.evaluation import Gold, evaluate, load_gold
from kg_build.extraction import extract, year_of_page
from kg_build.extraction.likely import LikelyFigures
from kg_build.extraction.mentions import name_spans
from kg_build.graph.mapping import article_quads
from kg_build.language import annotate, load_pipeline
from kg_build.model import Extraction, MentionForm
from kg_build.reading import find_sources, read_articles, read_documents
from kg_build.resolution import article as clusters
from kg_build.resolution import resolve
from kg_build.settings import Settings

ROWS = {"ENTITIES core": "core entities", "ENTITIES all": "all entities", "RELATIONS all": "relations", "observations": "figures"}
Change = Callable[[ExitStack], Callable[[Extraction], Extraction]]


def nothing(_: ExitStack) -> Callable[[Extraction], Extraction]:
    """All of it."""
    return lambda found: found


def without_pairs(stack: ExitStack) -> Callable[[Extraction], Extraction]:
    """No scorer of pairs."""
    stack.enter_context(patch.object(stage, "find_likely", lambda *_: ((), LikelyFigures())))
    return lambda found: found


def without_names(stack: ExitStack) -> Callable[[Extraction], Extraction]:
    """Names by rules alone."""
    stack.enter_context(patch.object(stage, "name_spans", lambda article, _seen, others: name_spans(article, None, others)))
    return without_pairs(stack)


def without_parse(stack: ExitStack) -> Callable[[Extraction], Extraction]:
    """Every word its own root."""

    def bare(*given: object, **more: object) -> Doc:
        doc = annotate(*given, **more)  # type: ignore[arg-type]
        words, spaces = [t.text for t in doc], [bool(t.whitespace_) for t in doc]
        starts: list[bool | int | None] = [bool(t.is_sent_start) for t in doc]
        loose = Doc(doc.vocab, words, spaces, tags=[t.tag_ for t in doc], sent_starts=starts)
        loose.user_data.update(doc.user_data)
        return loose

    stack.enter_context(patch.object(stage, "annotate", bare))
    return nothing(stack)


def without_document(stack: ExitStack) -> Callable[[Extraction], Extraction]:
    """Nothing that hangs on general words or on whose story it is; no short names."""
    stack.enter_context(patch.object(clusters, "short_of", lambda *_: False))

    def narrow(found: Extraction) -> Extraction:
        named = {m.id for m in found.mentions if m.form is MentionForm.NAME}

        def is_named(end: object) -> bool:
            return not isinstance(end, int) or end in named

        statements = tuple(s for s in found.statements if s.subject in named and is_named(s.object))
        likely = tuple(s for s in found.likely if s.subject in named and is_named(s.object))
        figures = tuple(o for o in found.observations if o.of in named)
        return replace(found, statements=statements, likely=likely, observations=figures)

    return narrow


CHANGES: dict[str, Change] = {
    "all of it": nothing,
    "without the trained recogniser": without_names,
    "without the scorer of pairs": without_pairs,
    "without the parse": without_parse,
    "without document understanding": without_document,
}


def read(pages: Path, nlp: Language, change: Change) -> Iterator[Extraction]:
    """The pages' articles, read with one part changed."""
    with ExitStack() as stack:
        narrow = change(stack)
        for found in find_sources([pages]):
            for document in read_documents(found, Settings().max_file_size):
                year = year_of_page(document.text)
                for article in read_articles(document).articles:
                    yield narrow(extract(nlp, article, page_year=year))


def scores(extractions: list[Extraction], golds: list[Gold], change: Change) -> list[str]:
    """A row's cells."""
    base = Settings().base_iri
    database = ox.Store()
    with ExitStack() as stack:
        change(stack)
        for article in resolve(extractions, base):
            database.extend(article_quads(article, base))
    rows = evaluate(database, golds).rows
    return [f"{rows[r].f:.3f} ({rows[r].precision:.3f}, {rows[r].recall:.3f})" for r in ROWS]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path)
    parser.add_argument("gold", type=Path)
    given = parser.parse_args()
    golds = [gold for path in sorted(given.gold.rglob("*.json")) if (gold := load_gold(path)) is not None]
    nlp = load_pipeline()
    print("| | " + " | ".join(ROWS.values()) + " |\n| --- |" + " ---: |" * len(ROWS))
    for words, change in CHANGES.items():
        cells = scores(list(read(given.pages, nlp, change)), golds, change)
        print(f"| {words} | {' | '.join(cells)} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
