"""Who acts where the clause doesn't say it: the subject of the sentence, or the zone of the story."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kg_build.extraction.relations.emit import Context, End
from kg_build.model import EntityType, Mention

_ACTOR_TYPES = frozenset({EntityType.ZONE, EntityType.PARK, EntityType.ENTERPRISE, EntityType.INSTITUTION, EntityType.PROJECT})
_BODY_ENDINGS = ("党工委", "管委会", "管理委员会", "工委")
"""Organs of a zone: what they do the zone does."""
_NOT_BEFORE = frozenset({"preposition", "govern", "plan", "built", "sign", "bring", "found", "found_together"})
"""Cue classes after which a name is no subject."""
_UNNAMED = "unnamed"
"""Cue class of nouns for actors without a name (企业, 高校)."""
_FIRM = "anaphor_firm"
"""Cue class of words for a firm; one that the view could not tie to a name keeps it."""


def acting(context: Context, token: int, types: Collection[str]) -> list[End]:
    """The subject that a predicate at ``token`` shares with its sentence, if it is of one of the types.

    The clauses are searched from the predicate's own backwards to the start of the sentence; in each, the first name that
    stands where subjects stand. An organ of a zone acts for it. With no subject in the sentence and a zone asked for, the
    zone of the story.
    """
    view = context.view
    sentence = view.units[token].sentence
    first = view.clause_start(token)
    if first < token and (_UNNAMED in view.units[token - 1].cues or _FIRM in view.units[first].cues):
        return []  # 推动区内企业与…合作: somebody acts, but nobody who is named
    end = token
    while True:
        start = (
            view.clause_start(end - 1)
            if end > 0 and view.units[end - 1].clause != view.units[token].clause
            else (view.clause_start(token))
        )
        for index in range(start, end):
            members = view.units[index].members
            if members and _is_subject(context, index, start):
                return _of_types(context, members, types, index)
        if start == 0 or view.units[start - 1].sentence != sentence:
            break
        end = start
    if EntityType.ZONE in types:
        return [context.implicit(view.units[token].span.start)]
    return []


def about(
    context: Context, token: int, types: Collection[str], *, single: bool = False, known: Collection[int] = ()
) -> list[End]:
    """What the words at ``token`` are about: the last name of one of the types before them.

    It may stand in an earlier clause, as long as nobody else became the subject and no semicolon opened another item, or, if
    the words' own sentence names nobody before them, alone in the sentence before, in the same paragraph. Nothing is found
    where such a name follows in the clause (that one is the object; ``known`` are tokens that have a role of their own), and,
    with ``single``, where it is a list.
    """
    view = context.view
    end = view.clause_end(token)
    if any(member.type in types for i in range(token, end) if i not in known for member in view.units[i].members):
        return []
    index = token - 1
    sentence = view.units[token].sentence
    unnamed = False
    acts = False
    while index >= 0 and view.units[index].sentence == sentence:
        unit = view.units[index]
        if view.doc[index].text == ";":
            return []
        unnamed = unnamed or (_UNNAMED in unit.cues and unit.clause == view.units[token].clause)
        found: list[End] = [member for member in unit.members if member.type in types]
        if found:
            return [] if unnamed or acts or (single and _several(found)) else found
        acts = acts or (bool(unit.members) and _is_subject(context, index, view.clause_start(index)))
        index -= 1
    if acts or unnamed or index < 0 or "\n" in view.doc[index].text:
        return []
    return _alone(context, view.units[index].sentence, types)


def _several(found: Sequence[End]) -> bool:
    return len({mention.span for mention in found if isinstance(mention, Mention)}) > 1


def _alone(context: Context, sentence: int, types: Collection[str]) -> list[End]:
    """The one name of the types that a sentence has."""
    view = context.view
    names = [m for i in view.sentences[sentence] for m in view.units[i].members if m.type in types]
    found: list[End] = list(names[:1])
    return found if len({m.name for m in names}) == 1 else []


def nearest(context: Context, token: int, types: Collection[str]) -> list[End]:
    """The last name of one of the types before a token in its sentence."""
    view = context.view
    for index in range(token - 1, -1, -1):
        if view.units[index].sentence != view.units[token].sentence:
            break
        found: list[End] = [member for member in view.units[index].members if member.type in types]
        if found:
            return found[-1:]
    return []


def _is_subject(context: Context, index: int, clause_start: int) -> bool:
    view = context.view
    unit = view.units[index]
    if not any(member.type in _ACTOR_TYPES for member in unit.members):
        return False
    if index + 1 < len(view.units) and view.doc[index + 1].text in {"的", "内", "内的", "上", "里", "区域", "辖区"}:
        return False
    return not view.cues_between(clause_start, index) & _NOT_BEFORE


def _of_types(context: Context, members: Sequence[Mention], types: Collection[str], index: int) -> list[End]:
    fitting: list[End] = [member for member in members if member.type in types]
    if fitting or EntityType.ZONE not in types:
        return fitting
    for member in members:
        if member.type is EntityType.INSTITUTION and member.name.endswith(_BODY_ENDINGS):
            inner = [m for m in context.view.nested.get(member.id, ()) if m.type is EntityType.ZONE]
            return [inner[0] if inner else context.implicit(context.view.units[index].span.start)]
    return []
