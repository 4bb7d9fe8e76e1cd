"""Lines to paragraphs: repeated lines out, broken lines joined across line ends, pictures and columns, headings told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg_build.reading.layout.flow import running_on
from kg_build.reading.layout.lines import Block, Kind, PageShape, ends_sentence, measure, unbalanced
from kg_build.reading.layout.patterns import load_patterns

MIN_REPEAT = 15
"""Shortest line (without white space) that is dropped when it comes again."""
MAX_JOINED = 4
"""So many lines may together repeat one."""
MAX_HEADING = 30
MAX_TITLE = 45
Twins = tuple[tuple[int, ...], tuple[int, ...]]
"""Places (in the list of text lines) of lines that say the same as the lines at other places."""
_TRANSPARENT = frozenset({Kind.CAPTION, Kind.PAGE_NUMBER, Kind.MASTHEAD, Kind.NAVIGATION, Kind.DATE, Kind.EDITOR, Kind.DUPLICATE})


def drop_repeats(blocks: Sequence[Block]) -> list[Block]:
    """Mark TEXT lines that say what other lines say (alone or several together) as DUPLICATE.

    Of two runs of the same lines the first stays, unless its last line breaks off in its sentence before a heading or the
    page's end while the other run's goes on: then the other one is the story's own and the first the stray.
    """
    texts = [index for index, block in enumerate(blocks) if block.kind is Kind.TEXT]
    seen: dict[str, int] = {}
    twins: list[Twins] = []
    long = {place for place, index in enumerate(texts) if _may_repeat(blocks[index].dense)}
    singles: dict[str, int] = {}
    for place in sorted(long):
        singles.setdefault(blocks[texts[place]].dense, place)
    for place in range(len(texts)):
        dense = blocks[texts[place]].dense
        if place in long:
            if dense in seen:
                twins.append(((seen[dense],), (place,)))
            else:
                seen[dense] = place
        together = dense
        for size in range(2, MAX_JOINED + 1):
            if place + size > len(texts):
                break
            together += blocks[texts[place + size - 1]].dense
            if (one := singles.get(together)) is not None:
                pair = ((one,), tuple(range(place, place + size)))
                twins.append(pair if one < place else (pair[1], pair[0]))
                break
    doomed: set[int] = set()
    for run in _runs(sorted(twins)):
        one, other = run[-1][0][-1], run[-1][1][-1]
        keep_other = not _goes_on(blocks, texts, one) and _goes_on(blocks, texts, other)
        doomed.update(place for pair in run for place in pair[0 if keep_other else 1])
    dropped = {texts[place] for place in doomed}
    return [replace(block, kind=Kind.DUPLICATE) if index in dropped else block for index, block in enumerate(blocks)]


def _may_repeat(dense: str) -> bool:
    """Whether a line is long enough to be told as a copy; the two edges of a box are none."""
    return len(dense) >= MIN_REPEAT and any(char.isalnum() for char in dense)


def _runs(twins: Sequence[Twins]) -> list[list[Twins]]:
    """Twins that follow each other on both sides, together: a block that was printed twice."""
    runs: list[list[Twins]] = []
    waiting: dict[tuple[int, int], list[Twins]] = {}
    for first, second in twins:
        run = waiting.pop((first[0], second[0]), None)
        if run is None:
            run = []
            runs.append(run)
        run.append((first, second))
        waiting[first[-1] + 1, second[-1] + 1] = run
    return runs


def _goes_on(blocks: Sequence[Block], texts: Sequence[int], place: int) -> bool:
    """Whether a line that breaks off is followed by one that may continue it; a whole sentence needs none."""
    if not blocks[texts[place]].is_open:
        return True
    if place + 1 >= len(texts):
        return False
    return not _looks_like_heading(blocks[texts[place + 1]].dense)


def _looks_like_heading(dense: str, limit: int = MAX_HEADING) -> bool:
    """Whether a line by itself could be a heading: short, no final mark, at most one comma, nothing left open."""
    patterns = load_patterns()
    if len(dense) < 2 or dense[0] in patterns.openers or dense[-1] in patterns.not_final or dense[-1] in "，、,":
        return False
    commas = sum(dense.count(mark) for mark in "，,")
    if len(dense) > limit - 6 * commas or commas > 1 or any(mark in dense for mark in "。；;"):
        return False
    ends = ends_sentence(dense) and not dense.endswith(("？", "?", "！", "!"))
    return not ends and not unbalanced(dense)


def join_lines(blocks: Sequence[Block], shape: PageShape) -> list[Block]:
    """Make TEXT lines into HEADING, SUBTITLE and BODY blocks; what isn't TEXT stays, after the paragraph it stood in."""
    joined: list[Block] = []
    held: list[Block] = []
    current: list[Block] = []

    def close() -> None:
        if current:
            ranges = tuple(span for line in current for span in line.ranges)
            joined.append(replace(current[0], kind=Kind.BODY, ranges=ranges, dense="".join(line.dense for line in current)))
        joined.extend(held)
        held.clear()
        current.clear()

    following = _next_texts(blocks)
    flowing = running_on(blocks)
    for index, block in enumerate(blocks):
        if block.kind in _TRANSPARENT:
            held.append(block)
            continue
        if block.kind is not Kind.TEXT:
            close()
            joined.append(block)
            continue
        if current and (index - 1 in flowing or _continues(current[-1], block, following[index], shape)):
            current.append(block)
            continue
        close()
        if index in flowing or block.dateline:
            current.append(block)
        elif _is_subtitle(block):
            joined.append(replace(block, kind=Kind.SUBTITLE))
        elif _is_heading(block, following[index], shape):
            joined.append(replace(block, kind=Kind.HEADING))
        else:
            current.append(block)
    close()
    return joined


def _next_texts(blocks: Sequence[Block]) -> list[Block | None]:
    """For each block the next TEXT block, with nothing but what sentences run around in between."""
    following: list[Block | None] = [None] * len(blocks)
    upcoming: Block | None = None
    for index in range(len(blocks) - 1, -1, -1):
        following[index] = upcoming
        if blocks[index].kind is Kind.TEXT:
            upcoming = blocks[index]
        elif blocks[index].kind not in _TRANSPARENT:
            upcoming = None
    return following


def _is_subtitle(block: Block) -> bool:
    words = block.dense.strip("—─━-")
    return bool(words) and block.dense.startswith(("——", "—", "──")) and len(block.dense) <= MAX_TITLE and block.is_open


def _continues(last: Block, block: Block, after: Block | None, shape: PageShape) -> bool:
    """Whether a line goes on with the paragraph whose last line is ``last``."""
    patterns = load_patterns()
    if block.dense[0] in patterns.openers:
        return True
    indented = shape.indents and block.indent > 0
    if block.dateline or _is_subtitle(block):
        return False
    if not last.is_open:
        whole = shape.indents and not indented and block.gap == 0 and last.gap <= 1
        return whole and shape.full(last.dense)
    if indented and not unbalanced(last.dense):
        return False
    if patterns.heading_number.match(block.dense) and _looks_like_heading(block.dense) and block.gap > 0:
        return False
    if shape.wrapped is not None and shape.full(last.dense):
        return True
    word = last.dense[-1] + block.dense[0] in shape.pairs
    if _looks_like_heading(block.dense) and (block.gap > 0 or after is None or after.gap > 0) and not word:
        return False
    return not (_looks_like_heading(block.dense) and _heading_below(after, shape))


def _heading_below(after: Block | None, shape: PageShape) -> bool:
    return after is not None and _looks_like_heading(after.dense) and not shape.wrapped


def _is_heading(block: Block, after: Block | None, shape: PageShape) -> bool:
    """Whether a line that begins something new is a heading and no paragraph's first line."""
    if after is not None and _announces(block.dense) and _looks_like_heading(after.dense, MAX_TITLE):
        return True
    if not _looks_like_heading(block.dense, MAX_TITLE if "，" not in block.dense and "," not in block.dense else MAX_HEADING + 6):
        return False
    if after is None:
        return True
    if shape.wrapped is not None and shape.full(block.dense) and after.gap == 0 and not ends_sentence(block.dense):
        # A full line in wrapped text with its continuation right below.
        return _looks_like_heading(after.dense) and not shape.full(after.dense) and block.gap > 0
    return not _breaks_off(block, after, shape)


def _announces(dense: str) -> bool:
    """Whether a line is the kicker above a headline (某某开发区：)."""
    return 3 <= len(dense) <= 20 and dense[-1] in "：:" and _looks_like_heading(dense[:-1])


def _breaks_off(block: Block, after: Block, shape: PageShape) -> bool:
    """Whether a short line is a sentence's beginning that a column's end cut off: two signs are needed."""
    if _looks_like_heading(after.dense):
        return False
    patterns = load_patterns()
    dense = block.dense
    signs = 2 * (after.dense[0] in patterns.openers)
    signs += dense[-1] + after.dense[0] in shape.pairs
    signs += "——" in dense[1:-1] or "，" in dense or "," in dense
    signs += patterns.verbal.search(dense) is not None
    return signs >= 2


def to_paragraphs(blocks: Sequence[Block]) -> list[Block]:
    """The page's blocks with lines joined and every repeated paragraph marked."""
    shape = measure(blocks)
    joined = join_lines(drop_repeats(blocks), shape)
    seen: set[str] = set()
    found: list[Block] = []
    for block in joined:
        if block.kind is Kind.BODY and len(block.dense) >= MIN_REPEAT:
            if block.dense in seen:
                found.append(replace(block, kind=Kind.DUPLICATE))
                continue
            seen.add(block.dense)
        found.append(block)
    return found
