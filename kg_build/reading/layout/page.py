"""All of the layout in order: one source document to its articles and the report on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from kg_build.model import Article, SourceDocument, Span
from kg_build.reading.layout.assemble import assemble
from kg_build.reading.layout.classify import Page, classify
from kg_build.reading.layout.columns import order_columns
from kg_build.reading.layout.dates import date_of_file
from kg_build.reading.layout.lines import Block, Kind, measure, split_lines, squeeze
from kg_build.reading.layout.paragraphs import to_paragraphs
from kg_build.reading.layout.stories import Story, divide
from kg_build.reading.report import FileReport, ReadResult, Taken, TakenAs

_TAKEN = {
    Kind.CAPTION: TakenAs.CAPTION,
    Kind.BYLINE: TakenAs.BYLINE,
    Kind.MASTHEAD: TakenAs.MASTHEAD,
    Kind.DATE: TakenAs.DATE_LINE,
    Kind.NAVIGATION: TakenAs.NAVIGATION,
    Kind.EDITOR: TakenAs.EDITOR,
    Kind.PAGE_NUMBER: TakenAs.PAGE_NUMBER,
    Kind.END_MARK: TakenAs.END_MARK,
    Kind.DUPLICATE: TakenAs.DUPLICATE,
}


def read_page(document: SourceDocument, *, given_date: date | None = None) -> ReadResult:
    """Divide a document into articles. A row of a table is one article, numbered as its row."""
    source = document.text
    known_title = squeeze(document.title) if document.title else None
    page = classify(source, author_line=squeeze(document.author) if document.author else None)
    blocks = _mark_known_title(list(page.blocks), known_title)
    paragraphs = to_paragraphs(blocks)
    stories, rest = divide(paragraphs, single=document.row is not None)
    stories, notes = order_columns(stories, measure(blocks).pairs)
    stories = [story for story in _merge_empty(stories) if story.head or story.body or story.captions]
    published, published_from = _published(document, page, given_date)
    page_publisher = document.publisher or page.publisher or _common_publisher(stories)
    articles: list[Article] = []
    taken: list[Taken] = [_taken(block, span, source) for block in rest for span in block.ranges]
    for index, story in enumerate(stories):
        article, used = assemble(
            story,
            source,
            source_file=document.source_file,
            number=document.row if document.row is not None else index + 1,
            given_title=known_title if len(stories) == 1 or (index == 0 and known_title == _headline(story)) else None,
        )
        own = next((block.publisher for block in story.body if block.publisher), None)
        paper = own or page_publisher
        articles.append(replace(article, published=published, published_from=published_from, publisher=paper, url=document.url))
        taken += [_taken(block, span, source) for block in used if block.kind in _TAKEN for span in block.ranges]
    taken += _unread(source, articles, taken)
    if not articles:
        notes.append("nothing but page furniture: no story")
    report = FileReport(
        source_file=document.source_file,
        row=document.row,
        encoding=document.encoding,
        articles=tuple((article.number, article.title) for article in articles),
        taken=tuple(sorted(taken, key=lambda one: (one.span.start, one.span.end))),
        warnings=tuple(notes),
    )
    return ReadResult(tuple(articles), report)


def _taken(block: Block, span: Span, source: str) -> Taken:
    return Taken(_TAKEN[block.kind], span, source[span.start : span.end])


def _headline(story: Story) -> str:
    return "".join(block.dense for block in story.head if block.kind in {Kind.HEADING, Kind.SUBTITLE})


def _mark_known_title(blocks: list[Block], title: str | None) -> list[Block]:
    """The first line that says a title known from elsewhere is a headline however long; a second one repeats it."""
    if not title:
        return blocks
    found: list[Block] = []
    met = False
    for block in blocks:
        if block.kind in {Kind.TEXT, Kind.NAVIGATION, Kind.MASTHEAD, Kind.BYLINE} and block.dense == title:
            found.append(replace(block, kind=Kind.DUPLICATE if met else Kind.HEADING, credits=()))
            met = True
        else:
            found.append(block)
    return found


def _merge_empty(stories: Sequence[Story]) -> list[Story]:
    """Pictures or headlines without any text go to the story beside them."""
    kept: list[Story] = []
    for story in stories:
        if kept and not story.body:
            kept[-1].body += story.head
            kept[-1].captions += story.captions
        else:
            kept.append(story)
    return kept


def _published(document: SourceDocument, page: Page, given: date | None) -> tuple[date | None, str | None]:
    candidates = [(page.published, "page"), (date_of_file(document.source_file), "file name"), (given, "option")]
    candidates.insert(0 if document.row is not None else 1, (document.published, "page" if document.row is None else "column"))
    return next(((day, origin) for day, origin in candidates if day is not None), (None, None))


def _common_publisher(stories: Iterable[Story]) -> str | None:
    named = {block.publisher for story in stories for block in story.body if block.publisher}
    return named.pop() if len(named) == 1 else None


def _unread(source: str, articles: Iterable[Article], taken: Iterable[Taken]) -> list[Taken]:
    """Lines that ended up nowhere, so that nothing is lost silently; there should be none."""
    covered = sorted(
        [(piece.source, piece.source + piece.length) for article in articles for piece in article.offsets.pieces]
        + [(one.span.start, one.span.end) for one in taken]
    )
    found: list[Taken] = []
    index = 0
    reach = 0
    for line in split_lines(source):
        span = line.ranges[0]
        position = span.start
        while index < len(covered) and covered[index][0] < span.end:
            low, high = covered[index]
            if low > max(position, reach):
                found += _rest(source, max(position, reach), low)
            reach = max(reach, high)
            index += 1
        if reach < span.end:
            found += _rest(source, max(position, reach), span.end)
            reach = max(reach, span.end)
    return found


def _rest(source: str, start: int, end: int) -> list[Taken]:
    words = source[start:end]
    return [Taken(TakenAs.UNREAD, Span(start, end), words)] if squeeze(words) else []
