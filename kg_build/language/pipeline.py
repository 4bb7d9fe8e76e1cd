"""Loading a pipeline and annotating an article with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from kg_build.errors import PipelineError

# The tokenizer and the encoder's components are imported for their factories, which a pipeline's configuration names.
from kg_build.language import components, tokenizer  # noqa: F401
from kg_build.language.encoder.components import ENCODED, EncoderComponent, PairsComponent
from kg_build.language.encoder.encode import Encoded, Scored
from kg_build.language.encoder.pairs import Likely, Thing
from kg_build.language.ruler import add_ruler
from kg_build.language.sentences import sentence_starts
from kg_build.model import Article

SHIPPED = "model"
ENCODER, PAIRS = "encoder", "pairs"
NEEDED = {"tagger": "token.tag", "parser": "token.dep"}
"""What a pipeline must have, and what that sets."""
LONGEST_PIECE = 20_000
"""Characters that go through the pipeline at a time; the models' memory grows with it."""


def load_pipeline(name: str = "") -> Language:
    """Load a Chinese spaCy pipeline and put the project's own components around it.

    Args:
        name: Empty for the pipeline that ships, else the name or path of any installed spaCy Chinese pipeline.

    Raises:
        PipelineError: There is none of that name, it isn't Chinese, or it has no tagger or no parser.
    """
    if not name:
        with as_file(files("kg_build.language").joinpath(SHIPPED)) as folder:
            nlp = _load(folder, "the pipeline that ships")
    else:
        nlp = _load(name, name)
    if nlp.lang != "zh":
        raise PipelineError(f"{name or SHIPPED}: a pipeline for {nlp.lang!r}, not for Chinese")
    assigned = {name for pipe in nlp.pipe_names for name in nlp.get_pipe_meta(pipe).assigns}
    missing = [pipe for pipe, attribute in NEEDED.items() if attribute not in assigned and pipe not in nlp.pipe_names]
    if missing:
        raise PipelineError(f"{name or SHIPPED}: the pipeline has no {' and no '.join(missing)}, which the rules need")
    for component in (components.SENTENCES, components.BOUNDARIES):
        nlp.add_pipe(component, first=True)
    add_ruler(nlp)
    return nlp


def _load(where: str | Path, label: str) -> Language:
    try:
        return spacy.load(where)
    except (OSError, ValueError, ImportError) as error:
        reason = " ".join(str(error).split())
        raise PipelineError(f"{label}: can't be loaded as a spaCy pipeline: {reason[:200]}") from error


def encode(nlp: Language, article: Article) -> tuple[Encoded, tuple[Scored, ...]] | None:
    """What the pipeline's encoder makes of an article and the names that it sees; None for a pipeline that has no encoder."""
    if ENCODER not in nlp.pipe_names:
        return None
    component: object = nlp.get_pipe(ENCODER)
    if not isinstance(component, EncoderComponent):
        return None
    encoded = component.encode(article.text)
    return encoded, component.names(encoded)


def score_pairs(nlp: Language, encoded: Encoded, things: Sequence[Thing]) -> list[Likely]:
    """Which mentions of a text stand in which relation, with their odds; empty for a pipeline that has no such scorer.

    Args:
        nlp: What `load_pipeline` gave.
        encoded: What `encode` gave for the text.
        things: Mentions in text order.

    Raises:
        PipelineError: The network fails.
    """
    component: object = nlp.get_pipe(PAIRS) if PAIRS in nlp.pipe_names else None
    return component.score(encoded, things) if isinstance(component, PairsComponent) else []


def annotate(
    nlp: Language,
    article: Article,
    names: Sequence[tuple[int, int]] = (),
    *,
    words: Sequence[tuple[int, int]] = (),
    encoded: Encoded | None = None,
) -> Doc:
    """Run a pipeline over one article.

    Args:
        nlp: What `load_pipeline` gave.
        article: The story; it is processed alone, so what else is read can't change the result.
        names: Ranges of ``article.text`` whose ends must be token edges: names that were found before.
        words: Ranges that are one token each: names of persons.
        encoded: What `encode` gave for the same article, so that the network runs once.

    Returns:
        A `Doc` whose text is exactly ``article.text``; line breaks are white-space tokens, sentences never cross one.

    Raises:
        PipelineError: The pipeline's tokenizer loses characters, or the pipeline can't process the text.
    """
    pieces = []
    given = {components.NAMES: names, components.WORDS: words}
    for start, end in _pieces(article.text):
        text = article.text[start:end]
        doc = nlp.make_doc(text)
        if doc.text != text:
            raise PipelineError(f"{pipeline_id(nlp)}: its tokenizer changes the text of {article.source_file}")
        for key, ranges in given.items():
            doc.user_data[key] = tuple(
                (max(low, start) - start, min(high, end) - start) for low, high in ranges if low < end and start < high
            )
        if encoded is not None:
            doc.user_data[ENCODED] = encoded.part(start, end)
        pieces.append(nlp(doc))
    if len(pieces) == 1:
        return pieces[0]
    for piece in pieces:
        # What is ours is put together below; a parser that isn't ours has left the encoder's work there.
        for key in (*given, ENCODED):
            piece.user_data.pop(key, None)
    whole = Doc.from_docs(pieces, ensure_whitespace=False)
    whole.user_data.update({key: tuple(ranges) for key, ranges in given.items()})
    return whole


def _pieces(text: str) -> list[tuple[int, int]]:
    """Cut a long text behind line breaks (a longer line: behind sentences) into ranges of `LONGEST_PIECE` or less."""
    if len(text) <= LONGEST_PIECE:
        return [(0, len(text))]
    ends = sorted({*(match.end() for match in re.finditer(r"\n+", text)), len(text)})
    finer: list[int] = []
    for low, high in zip([0, *ends], ends, strict=False):
        if high - low > LONGEST_PIECE:
            finer.extend(low + start for start in sentence_starts(text[low:high]) if start)
        finer.append(high)
    pieces: list[tuple[int, int]] = []
    start = last = 0
    for end in finer:
        while end - start > LONGEST_PIECE:
            cut = last if last > start else start + LONGEST_PIECE
            pieces.append((start, cut))
            start = cut
        last = end
    pieces.append((start, len(text)))
    return pieces


def pipeline_id(nlp: Language) -> str:
    """Name and version of a pipeline, for provenance: ``zh_zonekg_news 0.1.0``."""
    meta = nlp.meta
    return f"{meta['lang']}_{meta['name']} {meta['version']}"
