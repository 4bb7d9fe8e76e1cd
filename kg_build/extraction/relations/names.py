"""Engine `names`: what a name says by the names within it (甲公司医药中间体项目 → 甲公司, 医药中间体)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kg_build.extraction.relations.emit import Context, Firing, statements
from kg_build.extraction.relations.folding import fold
from kg_build.extraction.relations.lists import outermost
from kg_build.extraction.relations.rules import Rule
from kg_build.extraction.trace import NearMiss
from kg_build.model import Mention, MentionForm

_DIVISION_ENDINGS = re.compile(r"(?<=..)(?:特别行政区|自治区|自治州|省|市|县|区|州)$")


def find(context: Context, rules: Sequence[Rule]) -> Iterator[Firing]:
    """What the rules say of each name, at its first place in the text."""
    view = context.view
    spoken = [mention for group in outermost(view.mentions) for mention in group]
    first: dict[tuple[str, str], Mention] = {}
    for mention in spoken:
        if mention.form is MentionForm.NAME:
            first.setdefault((mention.type, mention.name), mention)
    known = _known(view.mentions)
    for rule in rules:
        for (type_, name), outer in first.items():
            if type_ not in rule.match["outer"]:
                continue
            if not _like(rule.match, "outer", fold(name)):
                if context.trace is not None:
                    _note_near(
                        context, rule, outer, known, f"the name {name} is not of the form asked for (outer_like, outer_unlike)"
                    )
                continue
            inner = _inner(rule.match, outer, known, context)
            if context.trace is not None and not inner:
                _note_near(context, rule, outer, known)
            for other in inner:
                token = view.token_at(outer.span.start)
                ends = (other, outer) if rule.match.get("subject") == "inner" else (outer, other)
                yield from statements(rule, [ends[0]], [ends[1]], view.evidence(token, token), (outer.name, other.name))


def _known(mentions: Sequence[Mention]) -> dict[tuple[str, str], Mention]:
    known: dict[tuple[str, str], Mention] = {}
    for mention in sorted(mentions, key=lambda m: m.id):
        if mention.form is MentionForm.NAME and mention.name:
            known.setdefault((mention.type, mention.name), mention)
    return known


def _inner(match: Mapping[str, Any], outer: Mention, known: Mapping[tuple[str, str], Mention], context: Context) -> list[Mention]:
    """The names of the wanted types that stand in the outer one where the rule wants them, longest first, none twice.

    A name that was met elsewhere in the article counts as well as one that was marked within the outer name.
    """
    name = fold(outer.expansion or outer.name)
    blocked = _ranges(match.get("not_within", ()), name, outer, known)
    found = _candidates(match, outer, known, context)
    hits = [hit for hit in found if next(_refusals(match, outer, name, hit, blocked), None) is None]
    hits.sort(key=lambda hit: (-(hit[1] - hit[0]), hit[0], -len(hit[2].name), hit[2].id))
    kept: list[tuple[int, int, Mention]] = []
    for start, end, mention in hits:
        if not any(start < b and a < end for a, b, _ in kept):
            kept.append((start, end, mention))
    if match.get("pick") == "last" and kept:
        kept = [max(kept, key=lambda hit: hit[1])]
    return [mention for _, _, mention in sorted(kept, key=lambda hit: hit[0])]


def _candidates(
    match: Mapping[str, Any], outer: Mention, known: Mapping[tuple[str, str], Mention], context: Context
) -> Iterator[tuple[int, int, Mention]]:
    """Where names of the wanted types stand in the outer one, whether the rule wants them there or not."""
    name = fold(outer.expansion or outer.name)
    for (type_, other), mention in known.items():
        if type_ not in match["inner"] or (type_ == outer.type and other == outer.name):
            continue
        form = _DIVISION_ENDINGS.sub("", other) if match.get("stem") else other
        for place in _places(fold(form), name):
            yield *place, mention
    for mention in context.view.nested.get(outer.id, ()):
        if mention.type in match["inner"]:
            yield mention.span.start - outer.span.start, mention.span.end - outer.span.start, mention


def _refusals(
    match: Mapping[str, Any], outer: Mention, name: str, hit: tuple[int, int, Mention], blocked: Sequence[tuple[int, int]]
) -> Iterator[str]:
    """What speaks against a name within a name, in words."""
    start, end, inner = hit
    if not _like(match, "inner", fold(inner.name)):
        yield f"the name {inner.name} is not of the form asked for (inner_like, inner_unlike)"
    if not _placed(match["at"], start, end, name):
        yield f"{inner.name} doesn't stand in {outer.name} where the rule wants it (at: {match['at']})"
    if "rest_unlike" in match and re.search(match["rest_unlike"], name[:start] + name[end:]):
        yield f"the rest of {outer.name} is like: {match['rest_unlike']} (rest_unlike)"
    if any(a <= start and end <= b for a, b in blocked):
        yield f"{inner.name} is part of a longer name in {outer.name} (not_within)"


def _note_near(context: Context, rule: Rule, outer: Mention, known: Mapping[tuple[str, str], Mention], already: str = "") -> None:
    """Note a name for which one condition fails; ``already`` is one that does."""
    if rule.match["at"] == "same":
        return  # one name within another is not the same name
    name = fold(outer.expansion or outer.name)
    blocked = _ranges(rule.match.get("not_within", ()), name, outer, known)
    for hit in _candidates(rule.match, outer, known, context):
        missing = [*([already] if already else ()), *_refusals(rule.match, outer, name, hit, blocked)]
        if len(missing) == 1 and context.trace is not None:
            ends = (hit[2], outer) if rule.match.get("subject") == "inner" else (outer, hit[2])
            says = f"{ends[0].name} {rule.property} {ends[1].name}"
            context.trace.add(NearMiss(rule.id, outer.span, missing[0], says))


def _ranges(types: Sequence[str], name: str, outer: Mention, known: Mapping[tuple[str, str], Mention]) -> list[tuple[int, int]]:
    """Where longer names of the given types lie in a name: what stands in them belongs to them."""
    return [
        place
        for (type_, other) in known
        if type_ in types and fold(other) != name and not (type_ == outer.type and other == outer.name)
        for place in _places(fold(other), name)
    ]


def _places(part: str, name: str) -> Iterator[tuple[int, int]]:
    """Where a part stands in a name, none overlapping another."""
    start = name.find(part) if part else -1
    while start >= 0:
        yield start, start + len(part)
        start = name.find(part, start + len(part))


def _placed(at: str, start: int, end: int, name: str) -> bool:
    if at == "same":
        return start == 0 and end == len(name)
    if at == "start":
        return start == 0 and end < len(name)
    if at == "inside":
        return start > 0 and end < len(name)
    return True


def _like(match: Mapping[str, Any], which: str, name: str) -> bool:
    wanted, refused = match.get(f"{which}_like"), match.get(f"{which}_unlike")
    return not ((wanted and not re.search(wanted, name)) or (refused and re.search(refused, name)))
