"""Arcs that carry relations, marked by hand in sentences of the annotated pages without looking at any parser's output.

``trees/arcs.jsonl``: one sentence a line, ``{"page", "text", "arcs": [{"dependent", "at", "head", "head_at", "label"}]}``; ``at``
and ``head_at`` count code points of ``text``, which has no white space.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg_build.errors import InputError
from kg_build.evaluation.language.pages import Range, Read
from kg_build.evaluation.language.table import Cell, Table, left_out
from kg_build.evaluation.language.trees import Parse
from kg_build.language.training.trees import Row

TITLE = "Arcs that carry relations, from plain text on"
FILE = "trees/arcs.jsonl"
NOUN_MODIFIERS = frozenset({"nmod:assmod", "compound:nn", "appos"})
"""Relations between two nouns of one phrase: one group, since which of them it is depends on how much is one name."""
NOTES = (
    "found: the token that ends the dependent (of several tokens, the topmost one above it) hangs on a token of the head",
    "labelled: by the marked relation too",
    f"{', '.join(sorted(NOUN_MODIFIERS))} count as one relation",
    "all readers get the tokens of our own reading of the page, which names have fixed",
)


@dataclass(frozen=True, slots=True)
class Arc:
    """A marked arc: ranges of the two words in the sentence, and the relation."""

    dependent: Range
    head: Range
    relation: str


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """A sentence of an annotated page with arcs."""

    page: str
    text: str
    arcs: tuple[Arc, ...]


@dataclass(slots=True)
class Found:
    """Counts by marked relation."""

    marked: Counter[str] = field(default_factory=Counter)
    unlabelled: Counter[str] = field(default_factory=Counter)
    labelled: Counter[str] = field(default_factory=Counter)
    in_one_token: int = 0


def read_arcs(path: Path) -> list[MarkedSentence]:
    """Read a file of arcs.

    Raises:
        InputError: A line isn't as it should be, or an arc's words don't stand where it says.
    """
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            text = row["text"]
            arcs = tuple(
                Arc(
                    _place(text, arc["dependent"], arc["at"]),
                    _place(text, arc["head"], arc["head_at"]),
                    str(arc["label"]),
                )
                for arc in row["arcs"]
            )
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(path, f"line {number}: {error}") from error
        found.append(MarkedSentence(row["page"], text, arcs))
    return found


def _place(text: str, word: str, at: int) -> Range:
    if not word or not text.startswith(word, at):
        raise ValueError(f"{word!r} does not stand at {at}")
    return at, at + len(word)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A sentence's tokens: ranges in its text without white space, and rows (word, tag, head, relation) as a tree's."""

    ranges: tuple[Range, ...]
    rows: tuple[Row, ...]


def own_parse(sentence: MarkedSentence, reads: Sequence[Read]) -> Parsed | None:
    """The sentence as it was read within its page; None where the page's articles don't have it.

    A head outside the sentence's tokens is -1.
    """
    for read in reads:
        if read.page.source != sentence.page:
            continue
        places = [i for i, character in enumerate(read.page.article.text) if not character.isspace()]
        first = "".join(read.page.article.text[i] for i in places).find(sentence.text)
        if first < 0:
            continue
        inner = {place: number for number, place in enumerate(places[first : first + len(sentence.text)])}
        spans = [[inner[i] for i in range(t.idx, t.idx + len(t.text)) if i in inner] for t in read.doc]
        tokens = [token for token in read.doc if spans[token.i]]
        number = {token.i: n for n, token in enumerate(tokens)}
        return Parsed(
            tuple((spans[t.i][0], spans[t.i][-1] + 1) for t in tokens),
            tuple(("".join(t.text.split()), t.tag_, number.get(t.head.i, -1), t.dep_) for t in tokens),
        )
    return None


def score(arcs: Sequence[Arc], parsed: Parsed, total: Found) -> None:
    """Count what a parse has of the arcs of its sentence."""
    for arc in arcs:
        below, above = (_tokens(parsed.ranges, span) for span in (arc.dependent, arc.head))
        if not set(below).isdisjoint(above):
            total.in_one_token += 1
            continue
        total.marked[arc.relation] += 1
        at = below[-1]
        for _ in below:
            head = parsed.rows[at][2]
            if head == at or head not in below:
                break
            at = head
        if parsed.rows[at][2] in above:
            total.unlabelled[arc.relation] += 1
            total.labelled[arc.relation] += _group(parsed.rows[at][3]) == _group(arc.relation)


def _tokens(ranges: Sequence[Range], span: Range) -> list[int]:
    return [i for i, (start, end) in enumerate(ranges) if start < span[1] and span[0] < end]


def _group(relation: str) -> str:
    return "noun modifier" if relation in NOUN_MODIFIERS else relation


def against_arcs(folder: Path, reads: Sequence[Read], parsers: dict[str, Parse]) -> Table:
    """The share of the arcs marked on these pages that our own reading and other parsers find."""
    path = folder / FILE
    pages = {read.page.source for read in reads}
    marked = [sentence for sentence in read_arcs(path) if sentence.page in pages] if path.is_file() else []
    ours = [(sentence, parsed) for sentence in marked if (parsed := own_parse(sentence, reads)) is not None]
    if not ours:
        return left_out(TITLE, ["this part has none"])
    readings: dict[str, list[Parsed]] = {"ours": [parsed for _, parsed in ours]}
    for name, parse in parsers.items():
        rows = parse([[row[0] for row in parsed.rows] for _, parsed in ours])
        readings[name] = [Parsed(parsed.ranges, tuple(found)) for (_, parsed), found in zip(ours, rows, strict=True)]
    totals = {name: Found() for name in readings}
    for name, parses in readings.items():
        for (sentence, _), parsed in zip(ours, parses, strict=True):
            score(sentence.arcs, parsed, totals[name])
    notes = [*NOTES, f"{totals['ours'].in_one_token} arcs left out: both words are in one token"]
    if len(ours) < len(marked):
        notes.append(f"{len(marked) - len(ours)} sentences left out: the page as read doesn't have them")
    columns = ["relation", "arcs", *(f"{name} {kind}" for name in totals for kind in ("found", "labelled"))]
    return Table(TITLE, tuple(columns), tuple(_rows(totals)), tuple(notes))


def _rows(totals: dict[str, Found]) -> Iterator[tuple[Cell, ...]]:
    counts = totals["ours"].marked
    for relation in [None, *sorted(counts, key=lambda name: (-counts[name], name))]:
        size = counts.total() if relation is None else counts[relation]
        row: list[Cell] = ["all" if relation is None else relation, size]
        for found in totals.values():
            for counter in (found.unlabelled, found.labelled):
                right = counter.total() if relation is None else counter[relation]
                row.append(right / size if size else None)
        yield tuple(row)
