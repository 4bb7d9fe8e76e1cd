"""Trees put right by hand: tags, heads and relations of words that are given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from kg_build.errors import InputError
from kg_build.evaluation.language.table import Table, left_out
from kg_build.language.components import BOUNDARIES, NAMES, SENTENCES
from kg_build.language.training.trees import Row, Tree, read_trees

TITLE = "Trees put right by hand, words given"
PUNCTUATION = "PU"
CUTTERS = (SENTENCES, BOUNDARIES)
"""Components that settle where words and sentences end, which is given here."""
NOTES = ("marks of punctuation left out of all three; UAS: right heads, LAS: right heads with the right relation",)

Parse = Callable[[Sequence[Sequence[str]]], Sequence[Sequence[Row]]]
"""Gives tags and trees for sentences of words."""


def hand_made(folder: Path, part: str) -> list[Tree]:
    """The trees of a part below a folder; none where it has no files."""
    return [tree for path in sorted(folder.rglob(f"{part}-*.conllu")) for tree in read_trees(path)]


def parse_words(nlp: Language, sentences: Iterable[Sequence[str]]) -> list[list[Row]]:
    """Tags and trees of a pipeline for words that are given, each sentence alone.

    Raises:
        InputError: A component has changed the words.
    """
    found = []
    for words in sentences:
        doc = Doc(nlp.vocab, words=list(words), spaces=[False] * len(words))
        # Nobody may cut at names that the pipeline sees itself.
        doc.user_data[NAMES] = ()
        for token in doc:
            token.is_sent_start = token.i == 0
        for name, component in nlp.pipeline:
            if name not in CUTTERS:
                doc = component(doc)
        if [token.text for token in doc] != list(words):
            raise InputError(doc.text, "the pipeline changed the words that it was given")
        found.append([(token.text, token.tag_, token.head.i, token.dep_) for token in doc])
    return found


def shares(trees: Sequence[Tree], parses: Sequence[Sequence[Row]]) -> tuple[int, float, float, float]:
    """Words without punctuation, and of them the shares with the right tag (tags), head (UAS), head and relation (LAS).

    Raises:
        InputError: A parse has other words than the tree.
    """
    count = tags = heads = relations = 0
    for tree, rows in zip(trees, parses, strict=True):
        if [row[0] for row in rows] != list(tree.words):
            raise InputError(tree.page, f"the parser gave other words than it got: {tree.text[:30]}")
        for (_, tag, head, relation), said in zip(tree.rows, rows, strict=True):
            if tag == PUNCTUATION:
                continue
            count += 1
            tags += said[1] == tag
            heads += said[2] == head
            relations += said[2:] == (head, relation)
    total = count or 1
    return count, tags / total, heads / total, relations / total


def against_trees(trees: Sequence[Tree], parsers: dict[str, Parse]) -> Table:
    """A row for each parser."""
    if not trees:
        return left_out(TITLE, ["this part has none"])
    words = [tree.words for tree in trees]
    rows = tuple((name, len(trees), *shares(trees, parse(words))) for name, parse in parsers.items())
    return Table(TITLE, ("reader", "sentences", "words", "tags", "UAS", "LAS"), rows, NOTES)
