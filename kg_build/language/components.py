"""The components that come first in every pipeline, ours or a foreign one, so that the rules see the same.

``zonekg_boundaries`` cuts tokens at the edges of names that somebody has already found in the text, and makes one token of each
that is one word (a person's name); it reads them from ``doc.user_data["zonekg_names"]`` and ``["zonekg_words"]``, sequences of
(start, end) pairs in code points of ``Doc.text`` (`annotate` passes them).
``zonekg_sentences`` sets the sentence ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import filter_spans

from kg_build.language.sentences import set_sentence_starts

NAMES = "zonekg_names"
WORDS = "zonekg_words"
BOUNDARIES = "zonekg_boundaries"
SENTENCES = "zonekg_sentences"


def split_at(doc: Doc, positions: Iterable[int]) -> Doc:
    """Cut tokens so that every position that lies inside the text is a token's edge; white space is never cut."""
    inside: dict[int, list[int]] = {}
    length = len(doc.text)
    wanted = sorted({p for p in positions if 0 < p < length})
    i = 0
    for position in wanted:
        while i + 1 < len(doc) and doc[i + 1].idx <= position:
            i += 1
        token = doc[i]
        if token.idx < position < token.idx + len(token.text) and not token.is_space:
            inside.setdefault(i, []).append(position - token.idx)
    if inside:
        with doc.retokenize() as retokenizer:
            for i, edges in inside.items():
                text = doc[i].text
                bounds = [0, *edges, len(text)]
                words = [text[a:b] for a, b in pairwise(bounds)]
                retokenizer.split(doc[i], words, heads=[(doc[i], 0)] * len(words))
    return doc


def join(doc: Doc, ranges: Iterable[tuple[int, int]]) -> Doc:
    """Make one token of each range whose edges are edges of tokens and that has no white space in it."""
    spans = (doc.char_span(start, end) for start, end in ranges)
    with doc.retokenize() as retokenizer:
        for span in filter_spans([span for span in spans if span is not None]):
            if len(span) > 1 and not any(character.isspace() for character in span.text):
                retokenizer.merge(span)
    return doc


@Language.component(BOUNDARIES)
def cut_at_names(doc: Doc) -> Doc:
    """Cut tokens at the edges of the names in ``doc.user_data["zonekg_names"]``, and join those of ``["zonekg_words"]``."""
    words = doc.user_data.get(WORDS, ())
    split_at(doc, (edge for span in (*doc.user_data.get(NAMES, ()), *words) for edge in span))
    return join(doc, words)


@Language.component(SENTENCES, assigns=["token.is_sent_start"])
def end_sentences(doc: Doc) -> Doc:
    """Set sentence ends by Chinese punctuation and line breaks."""
    return set_sentence_starts(doc)
