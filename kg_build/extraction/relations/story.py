"""Engines `story` and `topic`: what an article says by where it says it.

`story`: things told in a zone's own story lie in that zone unless the words put them elsewhere. `topic`: what is told
after 新材料产业方面 or 发展现代服务业, up to the next such words or the end of the paragraph, belongs to that industry.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from kg_build.extraction.customers import is_customer
from kg_build.extraction.relations.emit import Context, Firing, statements
from kg_build.extraction.relations.folding import fold
from kg_build.extraction.relations.lists import outermost
from kg_build.extraction.relations.rules import Rule
from kg_build.extraction.relations.setting import is_far, is_of_others, zone_named
from kg_build.extraction.relations.surface import Pattern, as_list, compile_patterns, first_role, matches
from kg_build.extraction.relations.whereabouts import Whereabouts
from kg_build.extraction.trace import NearMiss
from kg_build.model import EntityType, Mention, MentionForm, PartKind, Statement

_ZONE_WORDS = re.compile(r"(?:国家级|省级)?(?:综合|保税|高新|经济|经开|综保|产业|技术|开发|先进|工业|化工)")
_STEM = 2
"""Fewest characters of a place's name that count."""
_HEADS = frozenset({PartKind.TITLE, PartKind.SUBTITLE, PartKind.CAPTION})
_MAKERS = frozenset({EntityType.PROJECT, EntityType.ENTERPRISE})

Partners = Mapping[str, tuple[Mention, ...]]
"""Name → those that the article says it cooperates with."""


def partners_in(found: Sequence[Statement], mentions: Sequence[Mention]) -> Partners:
    """Who works with whom by the statements found."""
    partners: dict[str, list[Mention]] = {}
    for statement in found:
        if statement.predicate == "cooperatesWith" and isinstance(statement.object, int):
            left, right = mentions[statement.subject], mentions[statement.object]
            partners.setdefault(left.name, []).append(right)
            partners.setdefault(right.name, []).append(left)
    return {key: tuple(value) for key, value in partners.items()}


def find_defaults(context: Context, rules: Sequence[Rule], found: Sequence[Statement]) -> Iterator[Firing]:
    """The defaults, once for each name and zone, at the name's first fitting place; ``found`` is what the words state."""
    view = context.view
    partners = partners_in(found, view.mentions)
    where = Whereabouts(view.article, view.mentions, found)
    for rule in rules:
        match = rule.match
        told: set[tuple[str, str, Mention | int]] = set()
        near: list[tuple[tuple[str, str, Mention | int], NearMiss]] = []
        groups = [(m,) for m in view.mentions if len(m.span)] if match.get("nested") else outermost(view.mentions)
        for group in groups:
            for mention in group:
                zone: Mention | int = context.implicit(mention.span.start)
                if mention.type is EntityType.INDUSTRY:
                    zone = zone_named(context, view.token_at(mention.span.start)) or zone
                key = (mention.type, mention.name, zone)
                if key in told or not _is_asked(match, mention):
                    continue
                refused = _refusals(context, rule, mention, partners, where)
                why = next(refused, None)
                if why is not None:
                    if context.trace is not None and next(refused, None) is None:
                        near.append((key, _near(rule, mention, why)))
                    continue
                told.add(key)
                token = view.token_at(mention.span.start)
                place = (where.park if match.get("park") else None) or _namesake(view.mentions, mention) or zone
                ends = ([mention], [place]) if match["as"] == "subject" else ([place], [mention])
                yield from statements(rule, ends[0], ends[1], view.evidence(token, token), (mention.name,))
        if context.trace is not None:
            for miss in (miss for key, miss in near if key not in told):
                context.trace.add(miss)


def _near(rule: Rule, mention: Mention, why: str) -> NearMiss:
    zone = "(the story's zone)"
    ends = (mention.name, zone) if rule.match["as"] == "subject" else (zone, mention.name)
    return NearMiss(rule.id, mention.span, why, f"{ends[0]} {rule.property} {ends[1]}", met=0)


def _namesake(mentions: Sequence[Mention], mention: Mention) -> Mention | None:
    """The zone that bears the place with which a name begins (某市甲公司 → 某市经开区), where the article names one."""
    for zone in mentions:
        if zone.type is EntityType.ZONE and zone.form is MentionForm.NAME:
            stem = _ZONE_WORDS.split(zone.name)[0]
            if len(stem) >= _STEM and mention.type is not EntityType.INDUSTRY and mention.name.startswith(stem):
                return zone
    return None


def _is_asked(match: Mapping[str, Any], mention: Mention) -> bool:
    """Whether a mention is of the types, forms and names that a rule tells something of."""
    if mention.type not in match["types"] or mention.form not in match.get("forms", (MentionForm.NAME,)):
        return False
    return not match.get("like") or bool(re.search(match["like"], fold(mention.name)))


def _refusals(context: Context, rule: Rule, mention: Mention, partners: Partners, where: Whereabouts) -> Iterator[str]:
    """What speaks against a mention that a rule asks for, in words."""
    match = rule.match
    name = fold(mention.name)
    if match.get("unlike") and (found := re.search(match["unlike"], name)):
        yield f"there is {found.group()} in the name (unlike)"
    if match.get("unless_partner") and any(
        other.type is EntityType.ZONE or re.search(match["unless_partner"], fold(other.name))
        for other in partners.get(mention.name, ())
    ):
        yield "it works with a zone or with such a body (unless_partner)"
    view = context.view
    token = view.token_at(mention.span.start)
    if match.get("not_after") and view.follows(token, as_list(match["not_after"])):
        yield f"{view.doc[token - 1].text} stands right before it (not_after)"
    around = view.cues_between(view.clause_start(token), view.clause_end(token))
    before = view.cues_between(view.clause_start(token), token)
    if guards := set(rule.unless) & before:
        yield f"a word of {', '.join(sorted(guards))} stands before it (unless)"
    if guards := set(rule.unless_after) & around:
        yield f"a word of {', '.join(sorted(guards))} stands in the clause (unless_after)"
    if match.get("body") and not _of_the_zone(context, token):
        yield "the text here doesn't tell of the zone (body)"
    if match.get("alone"):
        start, end = _segment_start(context, token), view.clause_end(token)
        others = {m.type for i in range(start, end) if i != token for m in view.units[i].members}
        twins = {m.type for m in view.units[token].members if m.span == mention.span}
        if others & set(match["alone"]) or twins & _MAKERS:
            yield "another name stands beside it (alone)"
    if match.get("own_sentence") and (is_of_others(context, token, where) or is_far(view, mention)):
        yield "the sentence tells of others, or of somewhere else (own_sentence)"
    if match.get("no_customers") and is_customer(view.article.text, mention.span):
        yield "it is only a customer (no_customers)"
    if match.get("home") and where.is_elsewhere(mention):
        yield "its name or its part in the story puts it elsewhere (home)"


def _of_the_zone(context: Context, token: int) -> bool:
    """Whether running text at a token tells of the zone: not the sentence after one about a firm, unless it names the zone."""
    view = context.view
    part = view.article.part_at(view.units[token].span.start)
    if part is not None and part.kind in _HEADS:
        return False
    sentence = view.sentences[view.units[token].sentence]
    if any(m.type is EntityType.ZONE for i in sentence for m in view.units[i].members):
        return True
    first = sentence.start
    if first == 0 or "\n" in view.doc[first - 1].text:
        return True
    before = {m.type for i in view.sentences[view.units[token].sentence - 1] for m in view.units[i].members}
    return not before & _MAKERS or EntityType.ZONE in before


def _segment_start(context: Context, token: int) -> int:
    """The token after the last semicolon, or the first of the sentence."""
    view = context.view
    while token > 0 and view.units[token - 1].sentence == view.units[token].sentence and view.doc[token - 1].text != ";":
        token -= 1
    return token


def find_topics(context: Context, rules: Sequence[Rule]) -> Iterator[Firing]:
    """Things told under an industry's words."""
    view = context.view
    for rule in rules:
        marks = dict(_marks(context, compile_patterns(view.doc.vocab, (rule,))))
        topic: Sequence[Mention] = ()
        sentences_left = 0
        for index, unit in enumerate(view.units):
            if index and unit.sentence != view.units[index - 1].sentence:
                sentences_left -= 1
                if not unit.cues.isdisjoint(rule.match.get("until", ())):
                    topic = ()
            if "\n" in view.doc[index].text or sentences_left < 0:
                topic = ()
            if index in marks:
                topic = marks[index]
                sentences_left = rule.match["sentences"]
            if len(topic) != 1 or not unit.members:
                if topic and context.trace is not None:
                    _note_topic(context, rule, topic[0], index, f"the words before name {len(topic)} industries")
                continue
            yield from _told(context, rule, topic[0], index)


def _told(context: Context, rule: Rule, topic: Mention, index: int) -> Iterator[Firing]:
    view = context.view
    wanted = set(rule.match["after"])
    if wanted and not view.cues_between(view.clause_start(index), index) & wanted:
        if context.trace is not None:
            _note_topic(context, rule, topic, index, f"no word of {', '.join(sorted(wanted))} before it in its clause (after)")
        return
    if view.follows(index, as_list(rule.match.get("not_after", ()))):
        if context.trace is not None:
            _note_topic(context, rule, topic, index, f"{view.doc[index - 1].text} stands right before it (not_after)")
        return
    members = [m for m in view.units[index].members if m.type in rule.match["types"] and m.form is MentionForm.NAME]
    evidence = view.evidence(view.token_at(topic.span.start), index)
    yield from statements(rule, members, [topic], evidence, (topic.name, *(m.name for m in members)))


def _note_topic(context: Context, rule: Rule, topic: Mention, index: int, why: str) -> None:
    """Note a rule that is near at a token, where a name of the right type stands."""
    names = [m.name for m in context.view.units[index].members if m.type in rule.match["types"] and m.form is MentionForm.NAME]
    if names and context.trace is not None:
        says = f"{'、'.join(dict.fromkeys(names))} {rule.property} {topic.name}"
        context.trace.add(NearMiss(rule.id, context.view.units[index].span, why, says))


def _marks(context: Context, patterns: Sequence[Pattern]) -> Iterator[tuple[int, Sequence[Mention]]]:
    """Last token of each topic mark with the industries that it names."""
    view = context.view
    for sentence in view.sentences:
        span = view.doc[sentence.start : sentence.stop]
        for pattern, start, end, alignment in matches(patterns, span):
            token = first_role(context, pattern.elements, alignment, start + sentence.start, "topic")
            if token is not None and not _guarded(context, pattern.rule, start + sentence.start, end + sentence.start):
                yield end + sentence.start - 1, _industries(view.units[token].members)


def _guarded(context: Context, rule: Rule, start: int, end: int) -> bool:
    return bool(context.view.cues_between(start, end) & set(rule.unless))


def _industries(members: Collection[Mention]) -> Sequence[Mention]:
    return tuple(member for member in members if member.type == "Industry")
