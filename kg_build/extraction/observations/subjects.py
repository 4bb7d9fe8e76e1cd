"""Whom a figure is about: the mention that is the clause's subject, or the story's own zone."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from kg_build.extraction.customers import is_customer
from kg_build.extraction.observations.lexicon import words
from kg_build.model import EntityType, Mention, MentionForm, Span
from kg_build.quantities import Kind, Quantity

SUBJECT_ORDER = [
    EntityType.PARK,
    EntityType.PROJECT,
    EntityType.ENTERPRISE,
    EntityType.INSTITUTION,
    EntityType.ZONE,
    EntityType.PLACE,
]
"""Which class is taken where two mentions begin at one place (a park, and the project that built it)."""
BLOCKING_TYPES = {EntityType.PROJECT, EntityType.ENTERPRISE, EntityType.HONOUR, EntityType.PARK, EntityType.INSTITUTION}
OWNER_TYPES = {EntityType.PARK, EntityType.INSTITUTION, EntityType.ENTERPRISE}
OWN_BODIES = (
    "党工委",
    "管委会",
    "党委",
    "领导班子",
    "领导小组",
    "专班",
    "服务中心",
    "局",
    "办公室",
    "政府",
    "市委",
    "省委",
    "县委",
    "区委",
)
"""Bodies through which a zone or place acts; their figures are its own."""
REACH = 60
_POST = re.compile(
    r"(?:原|副|常务)*(?:市长|县长|区长|州长|书记|市委|县委|区委|党工委|党委|管委会(?:副?主任|党)|人大|政协|委常委|委书记|委副书记)"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject that a clause names."""

    of: tuple[int, ...]
    """Mention ids; several where a coordination is the subject; empty for the story's own zone."""
    is_project: bool
    end: int
    """Where its words end."""


@cache
def _lead_in() -> re.Pattern[str]:
    return re.compile(
        rf"(?:{words('adverb', 'target')}|[“”、和与及,:]|(?:位于|由|从)[^,]{{2,20}}?的|(?:我|该)[省市区县]|辖区|区内|像|如|作为)*"
    )


@cache
def _owner_verb() -> re.Pattern[str]:
    return re.compile(rf"(?:{words('event-verb', 'built-verb')})(?:了|过)?$")


class Subjects:
    """Looks up who a figure is about.

    Args:
        mentions: all mentions of the article.
        implicit: id of the mention of the story's own zone, by position.
        text: the masked text, as `clauses.Page` has it.
    """

    def __init__(self, mentions: tuple[Mention, ...], implicit: Callable[[int], int], text: str) -> None:
        self.implicit, self._text = implicit, text
        self._joined = text.replace("\u3000", "、")
        named = (m for m in mentions if m.form is not MentionForm.IMPLICIT)
        self._mentions = sorted(named, key=lambda m: (m.span.start, -len(m.span), m.id))
        self._by_id = {m.id: m for m in self._mentions}
        self._starts = [m.span.start for m in self._mentions]

    def _from(self, start: int, end: int) -> list[Mention]:
        return self._mentions[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def blocks(self, figure: Quantity) -> bool:
        """Whether a figure stands inside a name (年产10万吨…项目, 500强); a rank that was awarded is a figure all the same."""
        place = figure.core
        if figure.kind is Kind.RANK:
            return False
        near = self._from(max(0, place.start - REACH), place.end)
        return any(m.type in BLOCKING_TYPES and m.span.contains(place) for m in near)

    def subject(self, clause: Span, before: int) -> Subject | None:
        """The subject at the head of a clause, before a position; None where the clause names none."""
        found = self._row(clause.start, before, SUBJECT_ORDER)
        return self._judge(found, before) if found else None

    def heads(self, start: int, end: int) -> list[Mention]:
        """The names of any class, joined by 、 or 和, that a clause opens with."""
        return self._row(start, end, [*SUBJECT_ORDER, EntityType.INDUSTRY])

    def _row(self, start: int, before: int, order: list[EntityType]) -> list[Mention]:
        found: list[Mention] = []
        at = start
        while True:
            lead = _lead_in().match(self._joined, at, before)
            at = lead.end() if lead else at
            here = [m for m in self._from(start, before) if m.span.start == at and m.span.end <= before and m.type in order]
            if not here:
                break
            found.append(min(here, key=lambda m: (order.index(m.type), -len(m.span), m.id)))
            at = found[-1].span.end
            if not re.match("[、和与及]", self._text[at : at + 1]):
                break
        return found

    def _judge(self, found: list[Mention], before: int) -> Subject | None:
        end = found[-1].span.end
        behind = self._text[end : end + 12]
        if re.match(r"等?[两三四五六七八九十\d]+(?:余|多)?[家个户]", behind) or (behind.startswith("等") and before - end <= 2):
            return Subject((), is_project=False, end=end)  # A、B等4家企业: the count is the zone's
        if found[0].type is EntityType.PROJECT or behind.startswith(("项目", "工程")):
            park = found[0].type is EntityType.PARK
            return Subject((found[0].id,) if park else (), not park, end)
        if found[0].type is EntityType.INSTITUTION and found[0].name.endswith(OWN_BODIES):
            return Subject((), is_project=False, end=end)
        if found[0].type in {EntityType.PLACE, EntityType.ZONE} and _POST.match(behind):
            return None  # 云溪市副市长…说: the speaker's post
        if found[0].type is EntityType.INSTITUTION and len(found) > 1:
            return Subject((), is_project=False, end=end)
        if found[0].type is EntityType.PLACE and behind.startswith(("排名", "第", "平均", "首", "前", "率先")):
            return None
        if behind.startswith(("等地", "等")):
            found = found[:1]
        return Subject(tuple(m.id for m in found if m.type is found[0].type), is_project=False, end=end)

    def within(self, start: int, end: int) -> list[Mention]:
        """The mentions that begin in a range, in order."""
        return self._from(start, end)

    def named(self, kind: EntityType, start: int, end: int) -> list[str]:
        """The names of a class in a range, each once, in order."""
        return list(dict.fromkeys(m.name for m in self._from(start, end) if m.type is kind and m.span.end <= end))

    def kind(self, of: tuple[int, ...]) -> EntityType | None:
        """The class of the first of some mentions."""
        mention = self._by_id.get(of[0]) if of else None
        return mention.type if mention else None

    def speaker(self, start: int, end: int) -> Mention | None:
        """The first person named in a range."""
        people = (m for m in self._from(start, end) if m.type in {EntityType.OFFICIAL, EntityType.PERSON})
        return next(people, None)

    def latest(self, kind: EntityType, start: int, end: int, kept: tuple[int, ...]) -> int | None:
        """Whom a general word of a class means: ``kept`` if it is one, else the last one named between two positions."""
        if kept and self.kind(kept) is kind:
            return kept[0]
        last = self._last(kind, start, end)
        return last.id if last else None

    def _last(self, kind: EntityType, start: int, end: int) -> Mention | None:
        """The last mention of a class within a range."""
        for index in range(bisect_left(self._starts, end) - 1, -1, -1):
            mention = self._mentions[index]
            if mention.span.start < start:
                return None
            if mention.type is not kind or mention.span.end > end:
                continue
            if kind is not EntityType.ENTERPRISE or not is_customer(self._text, mention.span):
                return mention
        return None

    def firm_before(self, position: int) -> Mention | None:
        """The firm named last before a position."""
        return self._last(EntityType.ENTERPRISE, 0, position)

    def firm(self, start: int, position: int) -> int | None:
        """The firm named last between two positions (the paragraph's beginning and a figure), for 公司 …."""
        return self.latest(EntityType.ENTERPRISE, start, position, ())

    def owner(self, start: int, end: int) -> Mention | None:
        """A park, school or firm named as owner right behind an event verb (盘活→山河园区←闲置土地)."""
        for mention in self._from(start, end):
            if mention.type not in OWNER_TYPES or mention.span.end >= end or self._text[mention.span.end] in "等、和与及(":
                continue
            if _owner_verb().search(self._text[start : mention.span.start]):
                return mention
        return None

    def same(self, one: tuple[int, ...], other: tuple[int, ...]) -> bool:
        """Whether two figures are told of one entity, as far as the words show (该区 and the story's own zone are one)."""
        return one == other or (len(one) == len(other) == 1 and self._same(one[0], other[0]))

    def _same(self, one: int, other: int) -> bool:
        a, b = self._by_id.get(one), self._by_id.get(other)
        zone = EntityType.ZONE
        if a is None or b is None:  # the story's own zone
            return all(m is None or (m.type is zone and m.form is MentionForm.GENERIC) for m in (a, b))
        if a.type is not b.type:
            return False
        if a.type is zone and MentionForm.GENERIC in (a.form, b.form):
            return True
        return a.name in b.name or b.name in a.name
