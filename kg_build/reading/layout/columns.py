"""Columns that ran out of order, put right where the text itself shows their order.

Three signs count: counted points (一是 二是 before 三是 四是), a block that breaks off inside a sentence while another begins
inside one, and a closed story after which text goes on under no headline of its own.
"""

from __future__ import annotations

from dataclasses import replace

from kg_build.reading.layout.lines import Kind
from kg_build.reading.layout.patterns import load_patterns
from kg_build.reading.layout.stories import Story


def order_columns(stories: list[Story], pairs: frozenset[str]) -> tuple[list[Story], list[str]]:
    """Give every stray column back to its story and sort counted paragraphs; also one line on each thing moved."""
    notes: list[str] = []
    kept: list[Story] = []
    for story in stories:
        if story.orphan and story.paragraphs:
            owner = _owner(story, kept, pairs)
            if owner is not None:
                _prepend(owner, story)
                notes.append(f"a column was moved up: {story.paragraphs[0].dense[:20]}…")
                continue
            notes.append(f"text goes on after a story's end without a headline: {story.paragraphs[0].dense[:20]}…")
        kept.append(story)
    notes += ["counted paragraphs were put in order" for story in kept if _sort_counted(story)]
    return kept, notes


def ordinal_of(dense: str) -> tuple[int, int] | None:
    """Series and number (0-based) of a paragraph that begins with 一是, 其次 or the like."""
    patterns = load_patterns()
    match = patterns.ordinal.match(dense)
    if match is None:
        return None
    for number, series in enumerate(patterns.ordinals):
        if match.group() in series:
            return number, series.index(match.group())
    return None


def _ordinals(story: Story) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for block in story.body:
        if place := ordinal_of(block.dense):
            found.setdefault(place[0], []).append(place[1])
    return found


def _owner(stray: Story, stories: list[Story], pairs: frozenset[str]) -> Story | None:
    """The story whose beginning a stray column is, the nearest before it."""
    mine = _ordinals(stray)
    for story in reversed(stories):
        theirs = _ordinals(story)
        for series, numbers in mine.items():
            if series in theirs and numbers[0] == 0 and theirs[series][0] == numbers[-1] + 1:
                return story
    if not stray.paragraphs[-1].is_open or stray.body[-1].kind is not Kind.BODY:
        return None
    last = stray.paragraphs[-1].dense
    for story in reversed(stories):
        if story.paragraphs and not story.opened and _begins_inside(last, story.paragraphs[0].dense, pairs):
            return story
    return None


def _begins_inside(last: str, first: str, pairs: frozenset[str]) -> bool:
    """Whether a paragraph's first words can only be a sentence's middle, after ``last``."""
    patterns = load_patterns()
    if first[0] in patterns.openers:
        return True
    return last[-1] + first[0] in pairs and last[-2:] + first[0] != first[:3]


def _prepend(owner: Story, stray: Story) -> None:
    """Put a stray column before an owner's text, joining the sentence that runs from one into the other."""
    body = list(owner.body)
    front = list(stray.body)
    first = next((index for index, block in enumerate(body) if block.kind is Kind.BODY), None)
    if first == 0 and front and front[-1].kind is Kind.BODY and front[-1].is_open and ordinal_of(body[0].dense) is None:
        head, tail = front.pop(), body.pop(0)
        body.insert(0, replace(head, ranges=head.ranges + tail.ranges, dense=head.dense + tail.dense, closes=tail.closes))
    owner.body = front + body
    owner.captions += stray.captions
    owner.head += stray.head


def _sort_counted(story: Story) -> bool:
    """Sort neighbouring paragraphs that each begin with another number of one series; tells whether anything moved."""
    moved = False
    start = 0
    body = story.body
    while start < len(body):
        place = ordinal_of(body[start].dense) if body[start].kind is Kind.BODY else None
        end = start + 1
        if place is None:
            start = end
            continue
        numbers = [place[1]]
        while end < len(body) and body[end].kind is Kind.BODY:
            following = ordinal_of(body[end].dense)
            if following is None or following[0] != place[0] or following[1] in numbers:
                break
            numbers.append(following[1])
            end += 1
        if numbers != sorted(numbers) and not any(block.is_open for block in body[start:end]):
            body[start:end] = [block for _, block in sorted(zip(numbers, body[start:end], strict=True), key=lambda pair: pair[0])]
            moved = True
        start = end
    return moved
