"""The state of one reading: the page, what is remembered, what was found."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from kg_build.extraction.observations.clauses import Clause, Page
from kg_build.extraction.observations.lexicon import words
from kg_build.extraction.observations.scene import Draft, Scene
from kg_build.extraction.observations.subjects import Subjects
from kg_build.model import EntityType, Span
from kg_build.quantities import Quantity

Figures = Sequence[Quantity]
_PLANNED = re.compile("(?:预计|有望|拟|将(?!$|\\d)|^计划|(?:区|也|还)计划)[^,]{0,16}$")

CONFIDENCE = {
    "level": 0.8,
    "counted": 0.8,
    "inherited": 0.65,
    "action": 0.65,
    "growth": 0.75,
    "share": 0.8,
    "degree": 0.75,
    "rate": 0.8,
    "rank": 0.75,
    "pairs": 0.6,
}
"""How far each rule is trusted; its name with ``figure.`` in front is the rule's id."""


@dataclass(frozen=True)
class Told:
    """One figure (or several of one sort in a row) with the words around it."""

    group: Figures
    before: str
    """From the subject, the clause's beginning or the figure before, up to this figure."""
    behind: str
    """Up to the next figure or the clause's end."""
    clause: Clause
    last: bool
    """Whether no other figure follows in the clause."""

    @property
    def figure(self) -> Quantity:
        """The first figure."""
        return self.group[0]


@dataclass
class Reader:
    """What the rules for figures look at and add to."""

    page: Page
    scene: Scene
    subjects: Subjects
    owner_of: Callable[[Quantity], tuple[int, str] | None] = lambda _: None
    """The id of the mention whose level, share or rank a figure surely is, and which of these."""
    name_of: Callable[[Quantity], tuple[str, float]] = lambda _: ("", 0.0)
    """The words that likely name what a figure measures, with their odds."""
    found: list[Draft] = field(default_factory=list)
    pending: tuple[Quantity, str, str] | None = None
    """A sum told as a modifier (签约总投资达9亿元的→项目10个), its word, and the words for what is counted."""
    why: str = ""
    """Why the last figure tells nothing, in words, for whoever asks."""
    is_refused: bool = False
    """Whether the last figure is an offer, a price or spent on one thing, whatever the scorer makes of it."""
    passed: list[tuple[Quantity, str, str]] = field(default_factory=list)
    """Figures that tell nothing: the rule that was asked last, and why."""
    asked: str = "level"
    """The rule that was asked last."""
    paragraph: int = 0
    """Where the paragraph begins."""
    sentence: int = 0
    """Where the sentence begins."""

    def tail(self, figure: Quantity) -> str:
        """The qualifier behind a figure (以上, 左右)."""
        return self.page.text[figure.core.end : figure.span.end]

    def silent(self, why: str, asked: str = "") -> list[Draft]:
        """No observations, with the reason in words; ``asked`` is the rule that makes none, if it is another than before."""
        self.pass_by(why, asked)
        return []

    def pass_by(self, why: str, asked: str = "") -> None:
        """Part of a name, or nothing at all, with the reason in words, as for `silent`."""
        self.why, self.asked = why, asked or self.asked

    def draft(
        self,
        clause: Clause,
        name: str,
        figure: Quantity | None,
        rule: str,
        *,
        of: tuple[int, ...] | None = None,
        share: bool = False,
        rank: int | None = None,
        growth: Decimal | None = None,
        target: bool | None = None,
        stock: bool = False,
        span: Span | None = None,
    ) -> Draft:
        """An observation with the subject, time and aim that hold now.

        Args:
            clause: where it stands.
            name: the indicator.
            figure: its value; None for a growth rate alone.
            rule: a key of `CONFIDENCE`.
            of: mention ids, if others than the scene's subject.
            share: whether it is a part or a degree.
            rank: the rank, if it is one.
            growth: percent.
            target: whether it is aimed at; None to look at the words before it.
            stock: whether it is a level reached (see `Scene.when`).
            span: the place of a growth rate.
        """
        scene = self.scene
        place = figure.span if figure else span or clause.span
        before = self.page.words(clause.span.start, place.start)
        if target is None:
            target = scene.target or (bool(_PLANNED.search(before)) and "占" not in before)
        if of is None:
            own = (scene.owner,) if scene.owner is not None else self._whose(name, place.start)
            of = own or (self.subjects.implicit(place.start),)
        start, end, text = scene.when(stock=stock, target=target)
        if not clause.periods and not scene.local and not target and re.search(rf"(?:{words('standing')})", name):
            start = end = text = None
        if not target and scene.is_to_come(start, end):
            target = True
        if start is None and end is None and "年度" in name and scene.anchor.year:
            start, end = date(scene.anchor.year, 1, 1), date(scene.anchor.year, 12, 31)
        kind = rule if rule in {"growth", "rank"} else "level"
        value, unit = (figure.value, figure.unit) if figure else (None, None)
        draft = Draft(
            of, name, value, unit, clause.span, rule, CONFIDENCE[rule], growth, share, rank, target, start, end, text, kind
        )  # fmt: skip
        if kind == "level" and share:
            scene.last = [*scene.last, replace(draft, kind="share")]
        elif kind == "growth":
            scene.last = [d for d in scene.last if d.kind == "level"][-1:]
        return draft

    def _whose(self, name: str, position: int) -> tuple[int, ...] | None:
        """The subject, unless the indicator's name tells that it is another's."""
        subject = self.scene.subject
        if self.scene.is_kept and self.subjects.kind(subject or ()) is EntityType.ENTERPRISE:
            return () if re.search(rf"(?:{words('zone-measure')})", name) else subject
        if subject is None and not self.scene.topic and re.search(rf"(?:{words('firm-measure')})$", name):
            firm = self.subjects.firm(self.paragraph, position)
            return subject if firm is None else (firm,)
        return subject


def is_difference(before: str) -> bool:
    """Whether the words lead to a difference, no level (较上年增加→6家)."""
    return bool(re.search(rf"(?:{words('rise', 'fall')})(?:了)?$", before)) and not before.endswith(("新增", "净增"))


def is_running(name: str) -> bool:
    """Whether a name tells what a plant at work brings in (产值, 营收), which counts even where one project is told of."""
    return bool(re.search(rf"(?:{words('running')})$", name))
