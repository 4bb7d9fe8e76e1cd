"""Words that point back: 公司, 这家企业, 它, 其 and 项目 at the start of a clause stand for the firm or project told of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from kg_build.model import EntityType, Mention, MentionForm

FIRM, PROJECT, IT = "anaphor_firm", "anaphor_project", "anaphor_it"
_GOES_ON = "anaphor_goes_on"
_NAMED = "这家"
"""Only with a word for a firm behind it (这家做电池的企业)."""
_FIRM_ENDS = ("企业", "公司", "厂", "工厂", "老厂")
_PLURAL = "企业"
"""Firms in general, but for 企业2010年…."""
_ACTORS = frozenset({EntityType.ENTERPRISE, EntityType.ZONE, EntityType.PARK, EntityType.INSTITUTION, EntityType.PROJECT})
_OBLIQUE = frozenset({"preposition", "by", "with", "parent", "owner", "govern"})
_REACH = 2
"""Sentences that a subject stays the one that 公司 means."""


@dataclass(slots=True)
class _Told:
    """What was told of so far."""

    last: dict[EntityType, tuple[Mention, int]] = field(default_factory=dict)
    """The name of a type met last, with its paragraph."""
    subject: dict[EntityType, tuple[Mention, int]] = field(default_factory=dict)
    """The name of a type that was a subject last, with its sentence."""
    topic: tuple[EntityType, int] | None = None
    """The type of the subject last met, with its sentence."""


@dataclass(frozen=True, slots=True)
class Word:
    """A token as this module needs it."""

    text: str
    members: tuple[Mention, ...]
    cues: frozenset[str]
    clause: int
    sentence: int


def antecedents(
    words: Sequence[Word], within: Mapping[int, tuple[Mention, ...]], openings: Collection[str]
) -> dict[int, Mention]:
    """Token → the mention that it stands for.

    Args:
        words: The text.
        within: Mentions within a mention, by its id.
        openings: Marks that may stand before a word at the start of a clause.
    """
    told = _Told()
    found: dict[int, Mention] = {}
    paragraph, clause, oblique = 0, -1, False
    acted = False
    for index, word in enumerate(words):
        paragraph += word.text.count("\n")
        if word.clause != clause:
            clause, oblique, acted = word.clause, False, False
        opens = index == 0 or words[index - 1].clause != word.clause or words[index - 1].text in openings
        meant = _meant(words, index, told, paragraph, opens)
        members = (meant,) if meant else word.members
        if meant:
            found[index] = meant
        oblique = oblique or (not meant and bool(word.cues & _OBLIQUE))
        _remember(told, members, within, paragraph, word.sentence, is_subject=not oblique and not acted)
        acted = acted or any(m.type in _ACTORS for m in members)
    return found


def _meant(words: Sequence[Word], index: int, told: _Told, paragraph: int, opens: bool) -> Mention | None:
    word = words[index]
    generic = len(word.members) == 1 and word.members[0].form is MentionForm.GENERIC
    if generic and word.members[0].type is EntityType.ENTERPRISE:
        return _firm(told, paragraph, word.sentence)
    if word.members or not opens:
        return None
    following = words[index + 1] if index + 1 < len(words) else None
    if FIRM in word.cues:
        if word.text == _NAMED and not _firm_follows(words, index):
            return None
        if word.text == _PLURAL and not (following and following.text[:1].isdigit()):
            return None
        return _firm(told, paragraph, word.sentence)
    if IT in word.cues and told.topic is not None:
        kind, sentence = told.topic
        near = kind is EntityType.ENTERPRISE and word.sentence - sentence < _REACH
        return _firm(told, paragraph, word.sentence) if near else None
    if PROJECT in word.cues and following is not None and _GOES_ON in following.cues:
        mention, where = told.last.get(EntityType.PROJECT, (None, 0))
        return mention if paragraph - where <= 1 else None
    return None


def _firm_follows(words: Sequence[Word], index: int) -> bool:
    clause = words[index].clause
    return any(word.text.endswith(_FIRM_ENDS) for word in words[index + 1 : index + 12] if word.clause == clause)


def _firm(told: _Told, paragraph: int, sentence: int) -> Mention | None:
    subject = told.subject.get(EntityType.ENTERPRISE)
    if subject is not None and sentence - subject[1] <= _REACH:
        return subject[0]
    last = told.last.get(EntityType.ENTERPRISE)
    return last[0] if last is not None and paragraph - last[1] <= 1 else None


def _remember(
    told: _Told,
    members: Sequence[Mention],
    within: Mapping[int, tuple[Mention, ...]],
    paragraph: int,
    sentence: int,
    *,
    is_subject: bool,
) -> None:
    for kind in (EntityType.ENTERPRISE, EntityType.PROJECT):
        named = _one(members, kind) or _one([m for member in members for m in within.get(member.id, ())], kind)
        if named is not None:
            told.last[kind] = (named, paragraph)
            if is_subject:
                told.subject[kind] = (named, sentence)
    actors = [m for m in members if m.type in _ACTORS]
    if actors and is_subject:
        told.topic = (actors[-1].type, sentence)


def _one(mentions: Sequence[Mention], kind: EntityType) -> Mention | None:
    """The last of the names of a type, if no two share a range."""
    named = [m for m in mentions if m.type is kind and m.form is MentionForm.NAME]
    return named[-1] if named and len(named) == len({m.span for m in named}) else None
