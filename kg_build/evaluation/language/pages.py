"""The annotated pages of a part, and each as the pipeline reads it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from kg_build.errors import InputError
from kg_build.extraction import extract_with_doc
from kg_build.extraction.mentions import name_spans
from kg_build.language import encode
from kg_build.language.encoder import GENERIC
from kg_build.language.training.annotated import annotated_files, part_of, read_annotated
from kg_build.language.training.samples import page_samples
from kg_build.model import Article, EntityType, Mention, MentionForm, SourceDocument
from kg_build.reading import read_articles

Range = tuple[int, int]
Mark = tuple[int, int, str]
"""Start, end and type, in code points of ``Article.text``."""
TYPES = frozenset(kind.value for kind in EntityType)


@dataclass(frozen=True, slots=True)
class Page:
    """An article of an annotated page with the spans that a careful reader marked."""

    source: str
    """Stem of the page's file."""
    article: Article
    marks: frozenset[Mark]
    """All that is marked, general words too."""
    general: frozenset[Range]
    """Ranges that are general words (该区), no names."""

    @property
    def names(self) -> frozenset[Mark]:
        """What is marked, without the general words."""
        return frozenset(mark for mark in self.marks if mark[:2] not in self.general)


@dataclass(frozen=True, slots=True)
class Read:
    """What the project's own reader makes of a page."""

    page: Page
    doc: Doc
    """The words and trees from which relations are read; names found before have fixed the cut."""
    encoder: frozenset[Mark] | None
    """Names that the encoder alone sees; None where the pipeline has none."""
    mentions: frozenset[Mark]
    """Names after everything; general and implicit mentions left out."""
    rules: frozenset[Mark]
    """Names that the rules see at character level, without any pipeline."""


def read_pages(folder: Path, part: str) -> list[Page]:
    """The articles of one part's pages.

    Raises:
        InputError: A page is wrong, or there is none of that part.
    """
    pages = []
    for sample, (stem, article) in zip(page_samples(folder, part), _articles(folder, part), strict=True):
        if (sample.source, sample.text) != (stem, article.text):
            raise InputError(folder, f"{stem} was not read the same twice")
        marks = sample.names or ()
        general = frozenset((start, end) for start, end, label in marks if label == GENERIC)
        pages.append(Page(stem, article, frozenset(mark for mark in marks if mark[2] in TYPES), general))
    if not pages:
        raise InputError(folder, f"no annotated page of the part {part}")
    return pages


def _articles(folder: Path, part: str) -> Iterator[tuple[str, Article]]:
    for path in annotated_files(folder):
        page = read_annotated(path)
        if part_of(page.head["zone"]) == part:
            document = SourceDocument(f"{path.stem}.txt", page.text, "text/plain")
            yield from ((path.stem, article) for article in read_articles(document).articles)


def read_with(nlp: Language, page: Page) -> Read:
    """Read a page as a build does, and by each of the steps alone."""
    encoded = encode(nlp, page.article)
    extraction, doc = extract_with_doc(nlp, page.article)
    return Read(
        page=page,
        doc=doc,
        encoder=None if encoded is None else seen(encoded[1]),
        mentions=_named(extraction.mentions),
        rules=_named(name_spans(page.article)),
    )


def seen(found: Collection[tuple[int, int, str, float]]) -> frozenset[Mark]:
    """What the encoder's names (start, end, label, score) say of types: no general words, figures or dates."""
    general = {(start, end) for start, end, label, _ in found if label == GENERIC}
    return frozenset((a, b, label) for a, b, label, _ in found if label in TYPES and (a, b) not in general)


def _named(mentions: tuple[Mention, ...]) -> frozenset[Mark]:
    return frozenset((m.span.start, m.span.end, m.type.value) for m in mentions if m.form is MentionForm.NAME)


def words_of(doc: Doc) -> list[Range]:
    """Ranges of the tokens that are not white space."""
    return [(token.idx, token.idx + len(token.text)) for token in doc if not token.is_space]
