"""Words: against a corpus of cut sentences, and against the edges of marked names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, pairwise
from pathlib import Path

from spacy.language import Language

from kg_build.errors import InputError
from kg_build.evaluation.language.pages import Range, Read, words_of
from kg_build.evaluation.language.peers import Peer
from kg_build.evaluation.language.table import Cell, Table, left_out
from kg_build.evaluation.scores import Score
from kg_build.language.segmentation import Lexicon, widen
from kg_build.language.tokenizer import Tokenizer
from kg_build.language.training import corpora

PARTS = ("dev", "test")
F_TITLE = "Words, against the words of GSDSimp"
F_NOTES = (
    "from plain text on; a word is right when both of its edges are",
    "put right: the corpus's words after the rules that the tokenizer follows (figures, dates, terms); as printed: without",
)
EDGE_NOTES = ("marked spans, general words too, of which a beginning or an end lies inside a token",)


def segmentation(cut: Callable[[str], Sequence[str]], sentences: Iterable[Sequence[str]]) -> Score:
    """How well ``cut`` finds the words of sentences, given their text."""
    total = Score()
    for words in sentences:
        truth, guess = _ranges(words), _ranges(cut("".join(words)))
        total += Score(len(truth & guess), len(guess), len(truth))
    return total


def _ranges(words: Sequence[str]) -> set[Range]:
    return set(pairwise(accumulate(map(len, words), initial=0)))


def sentences_of(folder: Path) -> dict[str, list[corpora.Sentence]]:
    """The sentences of GSDSimp's dev and test parts.

    Raises:
        InputError: A file isn't there or is wrong.
    """
    found = {}
    for part in PARTS:
        path = folder / corpora.UNER.format(part=part)
        if not path.is_file():
            raise InputError(path, "not there (docs/model-card.md says where it comes from)")
        found[part] = list(corpora.read_iob2(path))
    return found


def against_corpus(nlp: Language, folder: Path | None, peers: Sequence[Peer]) -> Table:
    """F of words on the corpus; peers are measured on the words as printed, which their own rules know nothing of."""
    if folder is None:
        return left_out(F_TITLE, ["say where the corpora are: --corpora DIR or ZONEKG_CORPORA"])
    lexicon = Lexicon.load()
    tokenizer: object = nlp.tokenizer
    rows: list[tuple[Cell, ...]] = []
    for part, sentences in sentences_of(folder).items():
        printed = [sentence.words for sentence in sentences]
        right = [sentence.adjusted(lexicon).words for sentence in sentences]

        def cut(text: str) -> list[str]:
            return [token.text for token in nlp.make_doc(text)]

        rows.append(_row(part, "tokenizer", "put right", segmentation(cut, right)))
        rows.append(_row(part, "tokenizer", "as printed", segmentation(cut, printed)))
        if isinstance(tokenizer, Tokenizer) and tokenizer.segmenter_model is not None:
            segmenter = tokenizer.segmenter_model
            score = segmentation(lambda text, model=segmenter: list(model.cut(widen(text))), printed)  # type: ignore[misc]
            rows.append(_row(part, "its segmenter alone", "as printed", score))
        for peer in peers:
            texts = ["".join(words) for words in printed]
            cuts = dict(zip(texts, peer.cut(texts), strict=True))
            rows.append(_row(part, peer.name, "as printed", segmentation(cuts.__getitem__, printed)))
    return Table(F_TITLE, ("part", "reader", "words", "P", "R", "F"), tuple(rows), F_NOTES)


def _row(part: str, reader: str, words: str, score: Score) -> tuple[Cell, ...]:
    return part, reader, words, score.precision, score.recall, score.f


def against_edges(reads: Sequence[Read], peers: Sequence[Peer]) -> Table:
    """The share of marked spans whose edges no token keeps."""
    readers = {"ours": [words_of(read.doc) for read in reads]}
    for peer in peers:
        readers[peer.name] = [found.words for found in peer.read([read.page.article.text for read in reads])]
    rows: list[tuple[Cell, ...]] = []
    for name, texts in readers.items():
        spans = cut = 0
        for read, words in zip(reads, texts, strict=True):
            ranges = {mark[:2] for mark in read.page.marks}
            spans, cut = spans + len(ranges), cut + len(cut_through(words, ranges))
        rows.append((name, spans, cut, cut / spans if spans else None))
    return Table("Marked spans with an edge inside a token", ("reader", "spans", "cut through", "share"), tuple(rows), EDGE_NOTES)


def cut_through(words: Iterable[Range], spans: Iterable[Range]) -> set[Range]:
    """The spans of which a beginning or an end lies inside a word."""
    inside = {position for start, end in words for position in range(start + 1, end)}
    return {span for span in spans if not inside.isdisjoint(span)}
