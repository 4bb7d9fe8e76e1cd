"""Names over words instead of characters, for ``ablations.py``: each word of the segmenter's is one letter of a private alphabet.

So windows, swapping, training and choosing are the same as with characters. A word begins with the vector that the given weights
have for it, or with the mean of its characters' ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from spacy.language import Language

from kg_build.evaluation.language.names import ALL, count
from kg_build.evaluation.language.pages import TYPES, Page, words_of
from kg_build.language.encoder import ENCODER, GENERIC, INDICATOR
from kg_build.language.encoder.characters import Characters, windows
from kg_build.language.encoder.components import nesting
from kg_build.language.encoder.encode import Encoder, Scored
from kg_build.language.encoder.names import choose
from kg_build.language.training.fit import Trained
from kg_build.language.training.network import characters_of
from kg_build.language.training.samples import Sample
from kg_build.language.training.weights import Weights
from kg_build.model import EntityType

FIRST = 0xF0000
"""The first of Unicode's private letters that stand for words."""
SIZES = (70, 95, 120, 140)
"""Sizes of windows in words that are as long as the recipe's in characters, so that an epoch has as many steps."""


class Alphabet:
    """A letter for each word; single characters stay what they are."""

    def __init__(self, nlp: Language) -> None:
        self.nlp = nlp
        self.letters: dict[str, str] = {}

    def spell(self, text: str) -> tuple[str, list[int]]:
        """The text in letters, and where in it each begins, with the text's end behind them."""
        words = words_of(self.nlp.make_doc(text))
        loose = set(range(len(text))).difference(*(range(a, b) for a, b in words))
        edges = [*sorted({a for a, _ in words} | loose), len(text)]
        return "".join(self._letter(text[a:b]) for a, b in pairwise(edges)), edges

    def _letter(self, word: str) -> str:
        return word if len(word) == 1 else self.letters.setdefault(word, chr(FIRST + len(self.letters)))

    def sample(self, sample: Sample) -> Sample:
        """A sample in letters, with the names that begin and end where words do, and without trees."""
        text, edges = self.spell(sample.text)
        place = {edge: i for i, edge in enumerate(edges)}
        kept = [i for i, (a, b, _) in enumerate(sample.names or ()) if a in place and b in place]
        names = tuple((place[a], place[b], label) for a, b, label in ((sample.names or ())[i] for i in kept))
        return Sample(sample.source, text, names, (), tuple(sample.ids[i] for i in kept), sample.facts)

    def weights(self, given: Weights) -> tuple[Weights, tuple[Characters, list[int]]]:
        """Weights with a vector for each letter, and what `fit` is to know of them."""
        characters, rows = characters_of(given)
        table = given.arrays["emb.word"]
        row = {piece: number for number, piece in enumerate(given.pieces)}
        parts = [[row[word]] if word in row else [rows[n] for n in characters.numbers(word)] for word in self.letters]
        longer = np.concatenate([table, np.stack([table[part].mean(0) for part in parts])])
        known = Characters([*characters.known, *self.letters.values()])
        places = [*rows, *range(len(table), len(longer))]
        return replace(given, arrays={**given.arrays, "emb.word": longer}), (known, places)


def measure_words(trained: Trained, network: Path, alphabet: Alphabet, pages: Sequence[Page]) -> dict[str, float]:
    """Micro P, R and F of names that a network over words sees on pages whose words the alphabet has."""
    encoder = Encoder(network / ENCODER, trained.characters, trained.labels)
    pairs = []
    for page in pages:
        text, edges = alphabet.spell(page.article.text)
        found = choose((span for span in _encoded(encoder, text) if span.label != INDICATOR), nesting())
        general = {(name.start, name.end) for name in found if name.label == GENERIC}
        kept = (name for name in found if name.label in TYPES and (name.start, name.end) not in general)
        pairs.append((page.names, {(edges[name.start], edges[name.end], name.label) for name in kept}))
    score = count(pairs, EntityType)[ALL]
    return {"P": score.precision, "R": score.recall, "F": score.f}


def _encoded(encoder: Encoder, text: str) -> Iterator[Scored]:
    for start, end in windows(text, SIZES[2]):
        for span in encoder.encode(text[start:end]).spans:
            yield span._replace(start=start + span.start, end=start + span.end)
