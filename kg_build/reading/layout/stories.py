"""A page's paragraphs to stories: where one closes, where the next opens, which headline is whose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from kg_build.reading.layout.lines import Block, Kind
from kg_build.reading.layout.patterns import load_patterns

MAX_HEADLINES = 5
"""So many lines may make a headline; a list of figures has more."""


@dataclass(slots=True)
class Story:
    """One story while it is put together."""

    head: list[Block] = field(default_factory=list)
    """Headline, subtitle, byline: what stands before the first paragraph."""
    body: list[Block] = field(default_factory=list)
    captions: list[Block] = field(default_factory=list)
    closed: bool = False
    orphan: bool = False
    """Began without headline or dateline after a closed story: perhaps a column that belongs elsewhere."""

    @property
    def paragraphs(self) -> list[Block]:
        """The running text."""
        return [block for block in self.body if block.kind is Kind.BODY]

    @property
    def titled(self) -> bool:
        """Whether a headline stands before it."""
        return any(block.kind in {Kind.HEADING, Kind.SUBTITLE} for block in self.head)

    @property
    def has_byline(self) -> bool:
        """Whether anybody is named as its author."""
        return any(block.kind is Kind.BYLINE for block in self.head + self.body)

    @property
    def opened(self) -> bool:
        """Whether its first paragraph has a dateline."""
        return bool(self.paragraphs) and self.paragraphs[0].dateline


def divide(blocks: Sequence[Block], *, single: bool = False) -> tuple[list[Story], list[Block]]:
    """Divide a page's blocks into stories; what belongs to none (navigation, mastheads …) comes second.

    With ``single`` the page is known to hold one story and is only sorted.
    """
    stories = [Story()]
    rest: list[Block] = []
    pending: list[Block] = []
    below = _running_below(blocks)
    for index, block in enumerate(blocks):
        story = stories[-1]
        if block.kind in {Kind.HEADING, Kind.SUBTITLE}:
            pending.append(block)
        elif block.kind is Kind.CAPTION:
            story.captions.append(block)
        elif block.kind is Kind.BYLINE:
            _take_byline(story, pending, block, below[index])
        elif block.kind is Kind.BODY:
            if not single and _opens(story, pending, block):
                story = Story(orphan=not pending and not block.dateline)
                stories.append(story)
            if story.body:
                story.body += pending
            else:
                story.head += pending
            pending = []
            story.body.append(block)
        else:
            rest.append(block)
            if block.kind is Kind.END_MARK and story.body:
                story.closed = True
    if pending:
        _place_last(stories, pending)
    return stories, rest


def _running_below(blocks: Sequence[Block]) -> list[Block | None]:
    """For each block the next headline, heading or paragraph below it."""
    found: list[Block | None] = [None] * len(blocks)
    upcoming: Block | None = None
    for index in range(len(blocks) - 1, -1, -1):
        found[index] = upcoming
        if blocks[index].kind in {Kind.HEADING, Kind.SUBTITLE, Kind.BODY}:
            upcoming = blocks[index]
    return found


def _take_byline(story: Story, pending: list[Block], block: Block, below: Block | None) -> None:
    if pending and not block.closes:
        pending.append(block)
    elif not story.body:
        story.head += pending
        pending.clear()
        story.head.append(block)
    else:
        story.body += pending
        pending.clear()
        story.body.append(block)
        # A reporters' line below the lead is no end; at the foot of a column, with a headline or nothing below, it is one.
        at_end = (below is None or below.kind is not Kind.BODY or below.dateline) and len(story.paragraphs) > 2
        story.closed = story.closed or block.closes or at_end


def _opens(story: Story, pending: Sequence[Block], block: Block) -> bool:
    """Whether a paragraph begins a new story."""
    if not story.body:
        return False
    if story.closed or block.dateline:
        return True
    return any(one.kind is Kind.BYLINE for one in pending) and pending[0].kind is not Kind.BYLINE


def _place_last(stories: list[Story], pending: list[Block]) -> None:
    """A headline with no text below it heads a story that has none: columns ran out of order. Else it stays where it is."""
    last = stories[-1]
    if not last.body:
        last.head += pending
        return
    if any(block.kind is Kind.BYLINE for block in pending) or last.closed:
        untitled = [story for story in stories if not story.titled and not story.orphan and not story.opened]
        if untitled:
            untitled[-1].head = pending + untitled[-1].head
            return
    last.body += pending


def head_parts(story: Story) -> tuple[list[Block], list[Block]]:
    """The head's headline lines, and all of the head with section headings told apart.

    Lines up to the byline (or the first numbered heading, or a drawn line) are the headline; a
    heading after it heads the first section.
    """
    patterns = load_patterns()
    lines: list[Block] = []
    kinds: list[Block] = []
    over = False
    for block in story.head:
        if block.kind is Kind.HEADING:
            over = over or (bool(lines) and patterns.heading_number.match(block.dense) is not None)
            over = over or len(lines) >= MAX_HEADLINES or not any(char.isalnum() for char in block.dense)
            if not over:
                lines.append(block)
        elif block.kind is Kind.SUBTITLE:
            if not over:
                lines.append(block)
            else:
                kinds.append(replace(block, kind=Kind.HEADING))
                continue
        elif block.kind is Kind.BYLINE:
            over = bool(lines)
        kinds.append(block)
    return lines, kinds
