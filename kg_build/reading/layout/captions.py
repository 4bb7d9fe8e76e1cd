"""Pictures' captions and credits, on one line or several."""

from __future__ import annotations

import re

from kg_build.model import Role, Span
from kg_build.reading.layout.lines import Block, Credit, Kind, ends_sentence, squeeze
from kg_build.reading.layout.names import is_name, parse_byline
from kg_build.reading.layout.patterns import HAN, SPACE, load_patterns

MAX_CAPTION = 220
"""Longest caption, characters without white space: longer lines with a credit at their end are running text."""
MAX_LINES = 4
_LAST_WORDS = re.compile(rf"(?P<credit>(?:[{HAN}A-Za-z0-9/／]+(?:{SPACE}|[、,，/／·])*){{1,6}})$")
_GLUED = re.compile(rf"(?:^|[。！？!?,，、”)）:：])(?P<name>[{HAN}]{{2,3}})$")


def photo_credits(text: str, base: int) -> tuple[tuple[Credit, ...], int] | None:
    """The photographers at the end of a line and where their credit begins in ``text``; None where there are none."""
    patterns = load_patterns()
    tail_at = max(0, len(text) - 80)
    match = patterns.caption_credit.match(text[tail_at:])
    if match is None:
        return None
    before = match["before"].rstrip()
    # Brackets: 工人在巡检。(张三 摄)
    bracket = max(before.rfind("("), before.rfind("（"), before.rfind("["), before.rfind("【"))
    if bracket >= 0 and not re.search(r"[)）\]】]", before[bracket:]):
        inside = before[bracket + 1 :]
        found = parse_byline(inside, base + tail_at + bracket + 1, bare=Role.PHOTOGRAPHER)
        return (_as_photographers(found), tail_at + bracket) if found else None
    # The longest run of words before 摄 that reads as names and roles, from a gap or a mark on.
    starts = [m.end() for m in re.finditer(rf"{SPACE}+|[。！？!?,，、”:：]", before) if len(before) - m.end() <= 40]
    if len(squeeze(before)) <= 40:
        starts.insert(0, 0)
    for start in starts:
        if not before[start:].strip():
            continue
        found = parse_byline(before[start:], base + tail_at + start, bare=Role.PHOTOGRAPHER)
        if found and (start > 0 or tail_at == 0):
            return _as_photographers(found), tail_at + start
    if glued := _GLUED.search(before):
        name, at = glued["name"], glued.start("name")
        if is_name(name) and match["word"] in {"摄", "摄影"}:
            return (Credit(name, Role.PHOTOGRAPHER, Span(base + tail_at + at, base + tail_at + at + len(name))),), tail_at + at
    return None


def _as_photographers(found: tuple[Credit, ...]) -> tuple[Credit, ...]:
    return tuple(Credit(one.name, Role.PHOTOGRAPHER, one.span) for one in found)


def mark_captions(blocks: list[Block], source: str) -> list[Block]:
    """Turn captions among the TEXT blocks into CAPTION blocks; a caption of several lines becomes one block."""
    patterns = load_patterns()
    found: list[Block] = []
    index = 0
    while index < len(blocks):
        block = blocks[index]
        index += 1
        if block.kind is not Kind.TEXT or len(block.dense) > MAX_CAPTION:
            found.append(block)
            continue
        starts = patterns.caption_start.match(block.dense) is not None
        parts = [block]
        credit = _credit_of(block, source)
        if starts and credit is None:
            # The lines below go on with the caption until a credit; without a credit only the first line is one.
            for follower in blocks[index : index + MAX_LINES - 1]:
                if follower.kind is not Kind.TEXT or follower.gap > 0 or patterns.caption_start.match(follower.dense):
                    break
                parts.append(follower)
                if credit := _credit_of(follower, source):
                    break
                if ends_sentence(follower.dense):
                    break
            if credit is None:
                parts = parts[:1] if ends_sentence(block.dense) or len(parts) == 1 else parts
                if not ends_sentence(parts[-1].dense):
                    parts = parts[:1]
            index += len(parts) - 1
            found.append(_caption(parts, credit[0] if credit else ()))
        elif credit is not None and not _wrote_too(block, source):
            people, at = credit
            alone = at == 0 or not squeeze(source[block.start : block.start + at])
            if alone and found and _takes_credit(found[-1], block):
                parts.insert(0, found.pop())
            found.append(_caption(parts, people))
        else:
            found.append(block)
    return found


def _credit_of(block: Block, source: str) -> tuple[tuple[Credit, ...], int] | None:
    span = block.ranges[-1]
    return photo_credits(source[span.start : span.end], span.start)


def _wrote_too(block: Block, source: str) -> bool:
    """Whether a line is a byline of people who wrote the story and took its pictures (记者 张三 摄影报道)."""
    span = block.ranges[0]
    if not block.dense.rstrip(")）]】。").endswith("报道"):
        return False
    return any(one.role is not Role.PHOTOGRAPHER for one in parse_byline(source[span.start : span.end], span.start))


def _takes_credit(above: Block, credit: Block) -> bool:
    """Whether the line above a line that is all credit is that picture's caption: close above, short, no sentence's middle."""
    if above.kind is not Kind.TEXT or credit.gap > 0:
        return False
    return len(above.dense) <= 40 and (above.gap > 0 or not ends_sentence(above.dense)) and not above.credits


def _caption(parts: list[Block], people: tuple[Credit, ...]) -> Block:
    first = parts[0]
    return Block(
        Kind.CAPTION,
        tuple(span for part in parts for span in part.ranges),
        "".join(part.dense for part in parts),
        first.gap,
        first.indent,
        people,
    )
