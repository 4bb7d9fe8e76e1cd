"""What the network learns from: stretches of text with their names, their words and the trees over the words.

All positions are code points of ``Sample.text``. A sample of the annotated pages is an article as the reading stage gives it,
so that the network sees what it will see in a build; one of the other corpora is a few neighbouring sentences.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from spacy.language import Language

from kg_build.errors import InputError
from kg_build.language.components import split_at
from kg_build.language.encoder import GENERIC, INDICATOR, ONE_WORD
from kg_build.language.encoder.characters import WINDOW, windows
from kg_build.language.encoder.pairs import FIGURE, TYPES, Thing
from kg_build.language.sentences import sentence_starts
from kg_build.language.training.annotated import AnnotatedArticle, annotated_files, part_of, read_annotated
from kg_build.language.training.corpora import Sentence
from kg_build.language.training.indicators import indicators
from kg_build.language.training.trees import Row, Tree
from kg_build.model import SourceDocument
from kg_build.quantities import find_quantities
from kg_build.reading import read_articles
from kg_build.yamlfiles import load_yaml

FIGURES = Path(__file__).with_name("figures.yaml")
GROUP = 4
"""Sentences of the general corpora that make up a sample."""

Mark = tuple[int, int, str]
Fact = tuple[str, str, str]
"""A thing, a property and another thing by their ids, or a figure by `figure_id`."""
Label = Callable[[Sequence[Sequence[str]]], Sequence[Sequence[Row]]]
"""Gives tags and trees for sentences of words."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its place in the tree of its sentence."""

    start: int
    end: int
    tag: str
    head: int
    """Index in ``Sample.words``; a root has its own."""
    relation: str
    by_hand: bool = False
    """Whether a person has put its tree right."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A text with what is known about it."""

    source: str
    text: str
    names: tuple[Mark, ...] | None
    """(start, end, label); None where nobody has marked them."""
    words: tuple[Word, ...] = ()
    ids: tuple[str, ...] = ()
    """Of each name the thing that it names; empty for a figure."""
    facts: tuple[Fact, ...] = ()
    """What the page says of its things."""

    def windows(self, size: int = WINDOW) -> Iterator[Sample]:
        """The sample cut into what the network is given at a time.

        Names that a cut would go through are left out, and all words of a window if the head of one lies outside.
        """
        for start, end in windows(self.text, size):
            kept_names = [i for i, (a, b, _) in enumerate(self.names or ()) if start <= a and b <= end]
            names = self.names
            if names is not None:
                names = tuple((names[i][0] - start, names[i][1] - start, names[i][2]) for i in kept_names)
            ids = tuple(self.ids[i] for i in kept_names) if self.ids else ()
            inside = [i for i, word in enumerate(self.words) if start <= word.start and word.end <= end]
            first = inside[0] if inside else 0
            kept = {i for i in inside if self.words[i].head in range(first, first + len(inside))}
            words = tuple(
                replace(word, start=word.start - start, end=word.end - start, head=word.head - first)
                for word in (self.words[i] for i in inside)
            )
            whole = words if len(kept) == len(inside) else ()
            yield Sample(self.source, self.text[start:end], names, whole, ids, self.facts)


def write_samples(samples: Iterable[Sample], path: Path) -> None:
    """Write one sample a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(asdict(sample), ensure_ascii=False, separators=(",", ":")) + "\n" for sample in samples)
    path.write_text("".join(lines), encoding="utf-8")


def read_samples(path: Path) -> list[Sample]:
    """Read what `write_samples` wrote."""
    found = []
    # Not splitlines: JSON leaves other line separators of a text as they are.
    for line in filter(None, path.read_text(encoding="utf-8").split("\n")):
        row = json.loads(line)
        names = None if row["names"] is None else tuple((a, b, label) for a, b, label in row["names"])
        words = tuple(Word(**word) for word in row["words"])
        facts = tuple((one, name, other) for one, name, other in row["facts"])
        found.append(Sample(row["source"], row["text"], names, words, tuple(row["ids"]), facts))
    return found


def page_samples(folder: Path, part: str) -> list[Sample]:
    """The annotated pages of one part, as the reading stage gives them, without words yet."""
    pages = (read_annotated(path) for path in annotated_files(folder))
    return [sample for page in pages if part_of(page.head["zone"]) == part for sample in _articles(page)]


def _articles(page: AnnotatedArticle) -> Iterator[Sample]:
    document = SourceDocument(f"{page.path.stem}.txt", page.text, "text/plain")
    for article in read_articles(document).articles:
        place = {p.source + k: p.start + k for p in article.offsets.pieces for k in range(p.length)}
        names: dict[Mark, str] = {}
        for mark in page.mentions:
            inside = [place[i] for i in range(mark.start, mark.end) if i in place]
            if not inside:
                continue
            start, end = min(inside), max(inside) + 1
            if _bare(article.text[start:end]) != _bare(page.text[mark.start : mark.end]):
                continue
            names.setdefault((start, end, mark.type), mark.id)
            if mark.is_generic:
                names.setdefault((start, end, GENERIC), "")
        for figure in figures(article.text):
            names.setdefault(figure, "")
        facts = [*page.facts, *figure_facts(page.gold)]
        for start, end, indicator, value in indicators(article.text, page.gold["observations"]):
            identity = names.setdefault((start, end, INDICATOR), f"#{indicator}")
            facts.append((figure_id(value), "indicator", identity))
        yield Sample(page.path.stem, article.text, tuple(names), ids=tuple(names.values()), facts=tuple(dict.fromkeys(facts)))


def things(sample: Sample) -> list[tuple[Thing, str]]:
    """The mentions of a sample's things and figures with their ids, in text order: what the scorer of pairs looks at."""
    marks = list(zip(sample.names or (), sample.ids, strict=False))
    general = {(start, end) for (start, end, label), _ in marks if label == GENERIC}
    found = [
        (Thing(start, end, label, (start, end) in general), identity)
        for (start, end, label), identity in marks
        if label in TYPES and identity
    ]
    found += [
        (Thing(figure.core.start, figure.core.end, FIGURE, general=False), figure_id(figure.value))
        for figure in find_quantities(sample.text)
    ]
    return sorted(found)


def figure_id(value: Decimal | float) -> str:
    """What a figure is called among the ids of a text: figures of one size are one thing."""
    return f"={abs(float(value)):.12g}"


def figure_facts(gold: Mapping[str, Any]) -> Iterator[Fact]:
    """What a page's annotation says of figures: whose, and whether it is a level, a change …; and projects' states."""
    for row in gold["observations"]:
        kind = "share" if "share" in row else "rank" if "rank" in row else "level"
        if "value" in row:
            yield row["of"], kind, figure_id(row["value"])
        if "growth" in row:
            yield row["of"], "growth", figure_id(row["growth"])
    for row in gold["relations"]:
        if row["p"] == "totalInvestment":
            yield row["s"], row["p"], figure_id(row["o"])
        elif row["p"] == "status":
            yield row["s"], row["o"], row["s"]


def _bare(text: str) -> str:
    return "".join(text.split())


@cache
def _figures() -> Mapping[str, re.Pattern[str]]:
    table = load_yaml(FIGURES.read_text(encoding="utf-8"))
    return {label: re.compile(pattern, re.VERBOSE) for label, pattern in table.items()}


def figures(text: str) -> Iterator[Mark]:
    """Amounts of money, percentages and dates, which a pattern tells surely enough to learn from."""
    for label, pattern in _figures().items():
        yield from ((match.start(), match.end(), label) for match in pattern.finditer(text))


def with_words(samples: Sequence[Sample], nlp: Language, label: Label, trees: Iterable[Tree]) -> list[Sample]:
    """Samples with words and trees: the trees put right by hand where there are any, else those of ``label``.

    Args:
        samples: With names; where these are marked, their edges are edges of words, and a person's name is one word.
        nlp: A pipeline whose tokenizer cuts the words.
        label: Gives tags and trees.
        trees: Sentences put right by hand.

    Raises:
        InputError: ``label`` gave other words than it got.
    """
    by_text = {(tree.page, tree.text): tree for tree in trees}
    sentences: list[tuple[int, list[tuple[int, int]], Tree | None]] = []
    for number, sample in enumerate(samples):
        starts = sentence_starts(sample.text)
        for start, end in pairwise([*starts, len(sample.text)]):
            places = [i for i in range(start, end) if not sample.text[i].isspace()]
            text = "".join(sample.text[i] for i in places)
            tree = by_text.get((sample.source, text))
            marks = [mark for mark in sample.names or () if mark[2] != INDICATOR]
            cut = _ranges(tree.words) if tree is not None else _cut(nlp, text, _moved(marks, places))
            if cut:
                sentences.append((number, [(places[a], places[b - 1] + 1) for a, b in cut], tree))
    unread = [["".join(samples[n].text[a:b].split()) for a, b in cut] for n, cut, tree in sentences if tree is None]
    parsed = iter(_labelled(unread, label))
    words: list[list[Word]] = [[] for _ in samples]
    for number, cut, tree in sentences:
        rows = next(parsed) if tree is None else tree.rows
        first = len(words[number])
        words[number].extend(
            Word(a, b, tag, first + head, relation, tree is not None)
            for (a, b), (_, tag, head, relation) in zip(cut, rows, strict=True)
        )
    return [replace(sample, words=tuple(found)) for sample, found in zip(samples, words, strict=True)]


def _labelled(sentences: Sequence[Sequence[str]], label: Label) -> Sequence[Sequence[Row]]:
    parsed = label(sentences)
    if list(map(len, parsed)) != list(map(len, sentences)):
        raise InputError("the parser", f"gave other words than it got, of {len(sentences)} sentences {len(parsed)}")
    return parsed


def _moved(names: Iterable[Mark], places: Sequence[int]) -> list[Mark]:
    """The names that lie among ``places``, counted by these."""
    inner = {place: i for i, place in enumerate(places)}
    return [(inner[start], inner[end - 1] + 1, label) for start, end, label in names if start in inner and end - 1 in inner]


def _cut(nlp: Language, text: str, names: Iterable[Mark]) -> list[tuple[int, int]]:
    names = list(names)
    doc = split_at(nlp.make_doc(text), (edge for start, end, _ in names for edge in (start, end)))
    ranges = [(token.idx, token.idx + len(token)) for token in doc]
    for start, end, label in names:
        if label in ONE_WORD:
            ranges = sorted({(start, end), *(r for r in ranges if r[1] <= start or end <= r[0])})
    return ranges


def _ranges(words: Iterable[str]) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    for word in words:
        start = ranges[-1][1] if ranges else 0
        ranges.append((start, start + len(word)))
    return ranges


def general_samples(sentences: Sequence[Sentence], label: Label) -> list[Sample]:
    """Sentences of general corpora, a few neighbours together, with their words and trees and without names."""
    parsed = _labelled([sentence.words for sentence in sentences], label)
    found: list[Sample] = []
    for start in range(0, len(sentences), GROUP):
        text = ""
        words: list[Word] = []
        for sentence, rows in zip(sentences[start : start + GROUP], parsed[start : start + GROUP], strict=True):
            first = len(words)
            for (a, b), (_, tag, head, relation) in zip(_ranges(sentence.words), rows, strict=True):
                words.append(Word(len(text) + a, len(text) + b, tag, first + head, relation))
            text += sentence.text + "\n"
        found.append(Sample(f"general-{start // GROUP}", text, None, tuple(words)))
    return found
