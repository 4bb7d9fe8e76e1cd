"""The opening words of a report: the paper, the place and date, and between brackets who wrote it."""

from __future__ import annotations

import re
from dataclasses import replace

from kg_build.model import Role, Span
from kg_build.reading.layout.lines import Block, Credit, Kind, squeeze
from kg_build.reading.layout.names import parse_byline
from kg_build.reading.layout.patterns import HAN, SPACE, Patterns

_MOST = 200
"""Characters of a paragraph that are looked at."""
_LEAST = 12
_BRACKET = re.compile(r"[(（](?P<credit>[^()（）]{2,60})[)）]")
_PLACED = re.compile(
    rf"[【\[]?[{HAN}\d](?:[{HAN}\d]|{SPACE}){{0,24}}?[讯电][】\]]?{SPACE}*[(（](?P<credit>[^()（）]{{2,60}})[)）]"
)
"""溪口3月10日讯(记者 王某), 又讯(记者 王某): no paper is named, so only a role between the brackets makes it one."""
_WITHIN = re.compile(rf"[(（](?P<head>[^()（）]{{2,16}}?[讯电]){SPACE}*(?P<credit>[^()（）]{{2,60}})[)）]")
"""(本报讯 记者 王某): all of it between brackets."""
_REPORTS = re.compile(rf"{SPACE}*(?P<who>(?:[{HAN}]{{0,4}}记者|通讯员).{{2,30}}?)报道[:：]?")


def mark_datelines(blocks: list[Block], source: str, patterns: Patterns) -> list[Block]:
    """Mark paragraphs that open a report and read the paper's name and the people between their brackets."""
    return [
        _marked(block, source, patterns) if block.kind is Kind.TEXT and len(block.dense) >= _LEAST else block for block in blocks
    ]


def _marked(block: Block, source: str, patterns: Patterns) -> Block:
    span = block.ranges[0]
    raw = source[span.start : min(span.end, span.start + _MOST)]
    match = patterns.dateline.match(raw)
    if match is None:
        unsigned = _without_paper(raw, span)
        return replace(block, credits=unsigned) if unsigned else block
    people: tuple[Credit, ...] = ()
    if match["credit_before"]:
        people += parse_byline(match["credit_before"], span.start + match.start("credit_before"))
    if match["credit"]:
        # Behind 本报讯 there is nothing but names between the brackets.
        people += parse_byline(match["credit"], span.start + match.start("credit"), bare=Role.AUTHOR, loose=True)
    if said := _REPORTS.match(raw[match.end() :]):
        people += parse_byline(said["who"], span.start + match.end() + said.start("who"))
    after = raw[match.end() : match.end() + 1]
    own = match["paper"].startswith("本")
    if not own and after and not re.match(rf"{SPACE}|[(（—:：]|记", after) and not match["credit"]:
        return block
    return replace(block, dateline=True, credits=people, publisher=None if own else squeeze(match["paper"]))


def _without_paper(raw: str, span: Span) -> tuple[Credit, ...]:
    """The people between brackets at the head of a paragraph that names no paper."""
    for pattern in (_PLACED, _WITHIN, _BRACKET):
        lead = pattern.match(raw)
        people = parse_byline(lead["credit"], span.start + lead.start("credit")) if lead else ()
        if people:
            return people
    return ()
