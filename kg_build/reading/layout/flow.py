"""Lines that run on into the line right below: told from the stretch they stand in, where a page has no one width.

A page may hold columns of several widths, boxes and figures, so that no width is common to its lines; a sentence that was
broken by hand still shows in a few lines that follow each other without an empty line, reach about as far, and stop only
where the sentence does.
"""

from __future__ import annotations

from collections.abc import Sequence

from kg_build.reading.layout.lines import Block, Kind, ends_sentence
from kg_build.reading.layout.patterns import load_patterns

MIN_REACH = 0.72
"""How far, measured by the longest line of its stretch, a broken line reaches at least."""
MIN_FIRST = 0.85
"""The same for the first line below an empty one, which may be a headline."""
MIN_WIDTH = 8.0
INDENT = 2
_DRAWN = frozenset(map(chr, range(0x2500, 0x2580)))
"""Lines, corners and crosses of boxes and tables."""
_STOPS = "。！？!?；;”’」』）)…"


def running_on(blocks: Sequence[Block]) -> frozenset[int]:
    """Places of the TEXT lines whose sentence goes on in the next line."""
    found: set[int] = set()
    waiting = load_patterns().not_final | frozenset("，、,")
    start = 0
    while start < len(blocks):
        end = start + 1
        if blocks[start].kind is Kind.TEXT:
            while end < len(blocks) and _follows(blocks[end - 1], blocks[end]):
                if blocks[end - 1].dense[-1] in waiting:
                    found.add(end - 1)
                end += 1
            if end - start > 1:
                found.update(_inside(blocks, start, end))
        start = end
    return frozenset(found)


def _follows(last: Block, block: Block) -> bool:
    """Whether a line may be the next one of a paragraph by its place and its first character."""
    if block.kind is not Kind.TEXT or block.gap > 0 or block.dateline or ends_sentence(last.dense):
        return False
    patterns = load_patterns()
    first = block.dense[0]
    if _DRAWN.intersection(last.dense[0] + last.dense[-1] + first + block.dense[-1]):
        return False
    if first in "【[〔［｜|" or first in patterns.bullets or patterns.end_mark.match(first) or block.dense.startswith("——"):
        return False
    return block.indent < last.indent + INDENT


def _inside(blocks: Sequence[Block], start: int, end: int) -> set[int]:
    """The lines of a stretch that break off, if it ends as running text does."""
    stretch = blocks[start:end]
    if stretch[-1].dense[-1] not in _STOPS or not any("。" in block.dense or "；" in block.dense for block in stretch):
        return set()
    reach = max(block.extent for block in stretch)
    first = start
    # What stands on top and is short is a headline, and so is all above it.
    for place in range(start, end - 1):
        opens = place == start and (place == 0 or blocks[place].gap > 0 or blocks[place - 1].kind is not Kind.TEXT)
        plain = opens and not blocks[place].dateline and not any(mark in blocks[place].dense for mark in "，,。；")
        if blocks[place].extent < reach * (MIN_FIRST if plain else MIN_REACH) or blocks[place].extent < MIN_WIDTH:
            first = place + 1
    return set(range(first, end - 1))
