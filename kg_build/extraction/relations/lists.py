"""Mentions in reading order, lists of them joined: 甲、乙和丙等14个项目 is one chunk with three members."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from kg_build.model import EntityType, Mention, MentionForm, Span

_T = EntityType
_FAMILIES: tuple[frozenset[EntityType], ...] = (
    frozenset({_T.ENTERPRISE, _T.INSTITUTION, _T.PROJECT, _T.PARK}),
    frozenset({_T.ZONE}),
    frozenset({_T.INDUSTRY}),
    frozenset({_T.HONOUR}),
    frozenset({_T.PLACE}),
    frozenset({_T.OFFICIAL, _T.PERSON}),
)
"""Types that one list may mix."""

_QUOTES = {"“": "”", '"': '"', "‘": "’", "「": "」", "《": "》"}
_COMMA_LIKE = re.compile(r"\s*、\s*")
_INDUSTRY_REST = re.compile(r"(?:制造|制造业|产业|业|生产|加工|服务|研发|应用|及配套)?(?:\s*[、和与及]\s*|以及)")
"""What may stand between two industries of a list when the name left the last word out (零部件[制造]、)."""
_AND_LIKE = re.compile(r"\s*[,]?\s*(?:以及|及|和|暨)\s*")
_UNREAD_ITEM = re.compile(r"、[^、,。;:!?()的\n]{2,12}、")
_TAIL = re.compile(
    r"等[^,。;:!?\n和]{0,24}?(?:企业|公司|项目|工程|园区|产业园|高校|院校|科研院所|院所|研发机构|科研机构|机构|平台|集团)"
)
"""等4家企业, 等39个制造业项目: what closes a list of organisations, parks or projects."""
_REMARK = re.compile(r"\((?:以下简称|简称|原|即|又称|下称)[^()\n]{1,24}\)")
_TAIL_FAMILY = _FAMILIES[0]


@dataclass(frozen=True, slots=True)
class Chunk:
    """One mention, or a list of mentions, that the sentence treats as one phrase."""

    span: Span
    """With the quotation marks around it and the closing 等…; wider than its members."""
    members: tuple[Mention, ...]
    """In text order; two mentions of one range (a park that is a project too) stand beside each other."""

    @property
    def types(self) -> frozenset[EntityType]:
        """The types of the members."""
        return frozenset(member.type for member in self.members)


def outermost(mentions: Iterable[Mention]) -> tuple[tuple[Mention, ...], ...]:
    """The mentions that no longer one holds, those of equal range together, in text order.

    Of two that overlap without one holding the other the earlier stays. Implicit mentions have no words and are left out.
    """
    spoken = sorted(
        (m for m in mentions if m.form is not MentionForm.IMPLICIT and len(m.span)),
        key=lambda m: (m.span.start, -m.span.end, m.id),
    )
    groups: list[list[Mention]] = []
    for mention in spoken:
        if groups and mention.span == groups[-1][0].span:
            groups[-1].append(mention)
        elif not groups or mention.span.start >= groups[-1][0].span.end:
            groups.append([mention])
    return tuple(tuple(group) for group in groups)


def nested(mentions: Sequence[Mention]) -> dict[int, tuple[Mention, ...]]:
    """For each mention the shorter ones within it, in text order."""
    spoken = sorted((m for m in mentions if len(m.span)), key=lambda m: (m.span.start, -m.span.end, m.id))
    inside: dict[int, list[Mention]] = {}
    open_: list[Mention] = []
    for mention in spoken:
        open_ = [outer for outer in open_ if outer.span.end > mention.span.start]
        for outer in open_:
            if outer.span.contains(mention.span) and outer.span != mention.span:
                inside.setdefault(outer.id, []).append(mention)
        open_.append(mention)
    return {key: tuple(value) for key, value in inside.items()}


def chunks(text: str, mentions: Iterable[Mention], kept: Collection[str] = ()) -> tuple[Chunk, ...]:
    """The outermost mentions of a (folded) text joined to lists.

    The words that close a list (等14个项目) go into the chunk unless one of ``kept`` is among them.
    """
    found: list[Chunk] = []
    for group in outermost(mentions):
        chunk = _with_remark(text, _quoted(text, Chunk(group[0].span, group)))
        if found and chunk.span.start < found[-1].span.end:
            continue
        if found and _joined(text, found[-1], chunk):
            found[-1] = Chunk(Span(found[-1].span.start, chunk.span.end), found[-1].members + chunk.members)
        else:
            found.append(chunk)
    closed: list[Chunk] = []
    for index, chunk in enumerate(found):
        limit = found[index + 1].span if index + 1 < len(found) else Span(len(text), len(text))
        following = found[index + 1] if index + 1 < len(found) else None
        closed.append(_with_tail(text, _quoted(text, chunk), limit, following, kept))
    return tuple(_without_swallowed(closed))


def _with_remark(text: str, chunk: Chunk) -> Chunk:
    """A remark in brackets behind a name (原…, 以下简称…) belongs to it."""
    match = _REMARK.match(text, chunk.span.end)
    return Chunk(Span(chunk.span.start, match.end()), chunk.members) if match else chunk


def _quoted(text: str, chunk: Chunk) -> Chunk:
    start, end = chunk.span.start, chunk.span.end
    if start > 0 and end < len(text) and _QUOTES.get(text[start - 1]) == text[end]:
        return Chunk(Span(start - 1, end + 1), chunk.members)
    return chunk


def _joined(text: str, left: Chunk, right: Chunk) -> bool:
    between = text[left.span.end : right.span.start]
    if len(between) > 16 or right.span.start < left.span.end:
        return False
    if _COMMA_LIKE.fullmatch(between) or _UNREAD_ITEM.fullmatch(between):
        return any(left.types & family and right.types & family for family in _FAMILIES)
    shared = bool(left.types & right.types)
    if shared and _T.INDUSTRY in left.types and _INDUSTRY_REST.fullmatch(between):
        return True
    return shared and bool(_AND_LIKE.fullmatch(between))


def _with_tail(text: str, chunk: Chunk, limit: Span, following: Chunk | None, kept: Collection[str]) -> Chunk:
    if not chunk.types <= _TAIL_FAMILY:
        return chunk
    match = _TAIL.match(text, chunk.span.end)
    if match is None or any(word in match.group() for word in kept):
        return chunk
    if match.end() > limit.start and (following is None or not following.types <= {_T.INDUSTRY, _T.PLACE}):
        return chunk
    if following is not None and match.end() > limit.start and match.end() < following.span.end:
        return chunk
    return Chunk(Span(chunk.span.start, match.end()), chunk.members)


def _without_swallowed(found: Sequence[Chunk]) -> Iterable[Chunk]:
    end = 0
    for chunk in found:
        if chunk.span.start >= end:
            yield chunk
            end = chunk.span.end
