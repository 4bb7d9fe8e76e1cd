"""Engines `story` and `topic`: what an article says by where it says it.

`story`: things told in a zone's own story lie in that zone unless the words put them elsewhere. `topic`: what is told
after 新材料产业方面 or 发展现代服务业, up to the next such words or the end of the paragraph, belongs to that industry.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from spacy.matcher import Matcher

from kg_build.extraction.relations.emit import Context, Firing, statements
from kg_build.extraction.relations.folding import fold
from kg_build.extraction.relations.lists import outermost
from kg_build.extraction.relations.rules import Rule
from kg_build.extraction.relations.surface import aligned, as_list, compile_matcher, first_role
from kg_build.extraction.relations.whereabouts import Whereabouts
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
        told: set[tuple[str, str, int]] = set()
        groups = [(m,) for m in view.mentions if len(m.span)] if match.get("nested") else outermost(view.mentions)
        for group in groups:
            for mention in group:
                zone = context.implicit(mention.span.start)
                key = (mention.type, mention.name, zone)
                if key in told or not _fits(context, rule, mention, partners):
                    continue
                if match.get("home") and where.is_elsewhere(mention):
                    continue
                told.add(key)
                token = view.token_at(mention.span.start)
                place = (where.park if match.get("park") else None) or _namesake(view.mentions, mention) or zone
                ends = ([mention], [place]) if match["as"] == "subject" else ([place], [mention])
                yield from statements(rule, ends[0], ends[1], view.evidence(token, token), (mention.name,))


def _namesake(mentions: Sequence[Mention], mention: Mention) -> Mention | None:
    """The zone that bears the place with which a name begins (某市甲公司 → 某市经开区), where the article names one."""
    for zone in mentions:
        if zone.type is EntityType.ZONE and zone.form is MentionForm.NAME:
            stem = _ZONE_WORDS.split(zone.name)[0]
            if len(stem) >= _STEM and mention.type is not EntityType.INDUSTRY and mention.name.startswith(stem):
                return zone
    return None


def _fits(context: Context, rule: Rule, mention: Mention, partners: Partners) -> bool:
    match = rule.match
    if mention.type not in match["types"] or mention.form not in match.get("forms", (MentionForm.NAME,)):
        return False
    name = fold(mention.name)
    if (match.get("like") and not re.search(match["like"], name)) or (match.get("unlike") and re.search(match["unlike"], name)):
        return False
    if match.get("unless_partner") and any(
        other.type is EntityType.ZONE or re.search(match["unless_partner"], fold(other.name))
        for other in partners.get(mention.name, ())
    ):
        return False
    view = context.view
    token = view.token_at(mention.span.start)
    if match.get("not_after") and view.follows(token, as_list(match["not_after"])):
        return False
    around = view.cues_between(view.clause_start(token), view.clause_end(token))
    before = view.cues_between(view.clause_start(token), token)
    if set(rule.unless) & before or set(rule.unless_after) & around:
        return False
    if match.get("body") and not _of_the_zone(context, token):
        return False
    if match.get("alone"):
        start, end = _segment_start(context, token), view.clause_end(token)
        others = {m.type for i in range(start, end) if i != token for m in view.units[i].members}
        twins = {m.type for m in view.units[token].members if m.span == mention.span}
        return not others & set(match["alone"]) and not twins & _MAKERS
    return True


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
        matcher, elements = compile_matcher(view.doc.vocab, (rule,))
        marks = dict(_marks(context, rule, matcher, elements))
        topic: Sequence[Mention] = ()
        sentences_left = 0
        for index, unit in enumerate(view.units):
            if index and unit.sentence != view.units[index - 1].sentence:
                sentences_left -= 1
            if "\n" in view.doc[index].text or sentences_left < 0:
                topic = ()
            if index in marks:
                topic = marks[index]
                sentences_left = rule.match["sentences"]
            if len(topic) != 1 or not unit.members:
                continue
            yield from _told(context, rule, topic[0], index)


def _told(context: Context, rule: Rule, topic: Mention, index: int) -> Iterator[Firing]:
    view = context.view
    wanted = set(rule.match["after"])
    if wanted and not view.cues_between(view.clause_start(index), index) & wanted:
        return
    if view.follows(index, as_list(rule.match.get("not_after", ()))):
        return
    members = [m for m in view.units[index].members if m.type in rule.match["types"] and m.form is MentionForm.NAME]
    evidence = view.evidence(view.token_at(topic.span.start), index)
    yield from statements(rule, members, [topic], evidence, (topic.name, *(m.name for m in members)))


def _marks(
    context: Context, rule: Rule, matcher: Matcher, elements: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Iterator[tuple[int, Sequence[Mention]]]:
    """Last token of each topic mark with the industries that it names."""
    view = context.view
    for sentence in view.sentences:
        span = view.doc[sentence.start : sentence.stop]
        for key, start, end, alignment in aligned(matcher, span):
            name = view.doc.vocab.strings[key]
            token = first_role(context, elements[name], alignment, start + sentence.start, "topic")
            if token is not None and not _guarded(context, rule, start + sentence.start, end + sentence.start):
                yield end + sentence.start - 1, _industries(view.units[token].members)


def _guarded(context: Context, rule: Rule, start: int, end: int) -> bool:
    return bool(context.view.cues_between(start, end) & set(rule.unless))


def _industries(members: Collection[Mention]) -> Sequence[Mention]:
    return tuple(member for member in members if member.type == "Industry")
