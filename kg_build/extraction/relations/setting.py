"""Whose a sentence is: a zone that opens one of its clauses, or others than the story's own zone."""

from __future__ import annotations

import re

from kg_build.extraction.relations.emit import Context
from kg_build.extraction.relations.view import View
from kg_build.extraction.relations.whereabouts import Whereabouts
from kg_build.model import EntityType, Mention, MentionForm

_NO_SUBJECT = re.compile("(?:市|县|区|省|州)?(?:委|政府|人大|政协|领导)|籍|人(?!均)|的|等地|企业|客商|商人|知名|老牌|本地")
"""Behind a place these make it no subject (云台市委, 云台的…, 云台企业…)."""
_FAR = re.compile("(?:赴|远赴|奔赴|来自)[^,。;]{0,6}$")
"""Before a name that is somewhere else."""
_BEFORE = 12
"""Code points before a name that are looked at."""


def zone_named(context: Context, token: int) -> Mention | None:
    """The zone that opens the last clause with a zone's name before a token, within what stands between semicolons."""
    view = context.view
    for index in range(token - 1, -1, -1):
        if view.units[index].sentence != view.units[token].sentence or view.doc[index].text == ";":
            return None
        zones = [m for m in view.units[index].members if m.type is EntityType.ZONE and m.form is MentionForm.NAME]
        if zones:
            return zones[0] if len({m.name for m in zones}) == 1 and _opens(view, index) else None
    return None


def is_of_others(context: Context, token: int, where: Whereabouts) -> bool:
    """Whether a sentence opens with several zones or a place elsewhere, so that it tells nothing of the story's zone."""
    view = context.view
    for index in range(view.sentences[view.units[token].sentence].start, token):
        members = view.units[index].members
        if not members:
            continue
        if zones := {m.name for m in members if m.type is EntityType.ZONE and m.form is MentionForm.NAME}:
            return len(zones) > 1
        if any(m.type is not EntityType.PLACE or m.form is not MentionForm.NAME or where.is_home(m) for m in members):
            return False
        beside = index + 1 < len(view.units) and bool(view.units[index + 1].members)
        return not beside and _opens(view, index) and not _NO_SUBJECT.match(view.text, view.units[index].span.end)
    return False


def is_far(view: View, mention: Mention) -> bool:
    """Whether a name stands somewhere in the article as what people travel to or come from (赴甲园考察)."""
    named = (m for m in view.mentions if m.name == mention.name and m.type is mention.type and len(m.span))
    return any(_FAR.search(view.text[max(0, m.span.start - _BEFORE) : m.span.start]) for m in named)


def _opens(view: View, index: int) -> bool:
    """Whether a name stands where the subject of its clause stands."""
    return not view.cues_between(view.clause_start(index), index) & {"preposition", "govern"}
