"""Article → mentions, statements and observations: names at character level, then rules over the parsed text."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from kg_build.extraction.likely import find_likely
from kg_build.extraction.mentions import Seen, find_mentions, name_spans
from kg_build.extraction.observations import find_observations
from kg_build.extraction.relations import find_statements
from kg_build.extraction.story import Stories, implicit_mentions
from kg_build.extraction.trace import NearMiss, Trace
from kg_build.language import INDICATOR, Encoded, Scored, SecondOpinion, annotate, encode
from kg_build.language.encoder import ONE_WORD
from kg_build.model import Article, Extraction
from kg_build.quantities import infer_year

EDGE = -3.0
"""Log-odds from which tokens end at the edges of a range, even where it is taken for no name: a missed name that is cut through
costs more than a word in two."""
NO_NAMES = frozenset(["Amount", "Date", "Percent", INDICATOR])
"""Labels whose insides the tokenizer cuts better."""

__all__ = ["NearMiss", "Trace", "extract", "extract_with_doc", "year_of_page"]


def extract(nlp: Language, article: Article, *, page_year: int | None = None, second: SecondOpinion | None = None) -> Extraction:
    """Read one article with a loaded pipeline.

    ``page_year`` is the year that the page as a whole is about (`year_of_page`), for stories on it that tell none. ``second``
    is an analyser whose names are taken where they cross none of the others.
    """
    return extract_with_doc(nlp, article, page_year=page_year, second=second)[0]


def year_of_page(text: str) -> int | None:
    """The year that a page calls this year, where its words make that certain; white space is passed over."""
    return infer_year("".join(text.split()))


def extract_with_doc(
    nlp: Language,
    article: Article,
    *,
    page_year: int | None = None,
    second: SecondOpinion | None = None,
    trace: Trace | None = None,
) -> tuple[Extraction, Doc]:
    """Read one article; also gives the parsed text, for whoever wants to see how it was read.

    ``trace`` takes the rules that nearly fired.
    """
    encoded = encode(nlp, article)
    others = () if second is None else second.names(article.text)
    seen = None if encoded is None else _seen(*encoded)
    names = name_spans(article, seen, others)
    edges = [(m.span.start, m.span.end) for m in names]
    edges += [] if encoded is None else [(s.start, s.end) for s in encoded[0].spans if s.score > EDGE and s.label not in NO_NAMES]
    people = [(m.span.start, m.span.end) for m in names if m.type in ONE_WORD]
    doc = annotate(nlp, article, edges, words=people, encoded=encoded and encoded[0])
    found = find_mentions(article, doc, names)
    if seen is not None:
        found = seen.judge(found)
    mentions = (*found, *implicit_mentions(article, found))
    stories = Stories(mentions)
    statements = find_statements(article, doc, mentions, stories.at, trace=trace)
    likely, figures = find_likely(nlp, article, encoded and encoded[0], mentions)
    observations = find_observations(article, doc, mentions, stories.at, year=page_year, likely=figures, trace=trace)
    return Extraction(article, mentions, statements, observations, likely, figures.named), doc


def _seen(encoded: Encoded, names: tuple[Scored, ...]) -> Seen:
    return Seen(tuple((name.start, name.end, name.label) for name in names), encoded.scores)
