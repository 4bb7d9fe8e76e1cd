"""What a reader remembers from clause to clause: subject, counted things, time, aim."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache

from kg_build.extraction.observations.lexicon import words
from kg_build.model import Span
from kg_build.quantities import Anchor, Period, PeriodKind

YEAR_END = ("年末", "年底", "岁末")
WHOLE_YEAR = ("全年", "年内", "本年度")
LOOKING_BACK = 2
"""Months at a year's beginning in which 全年 tells of the year before."""
PAST_YEAR = ("过去的一年", "过去一年")
_TURN = re.compile(r"^(?:当前|今年|下一步|新的一年|接下来|展望|新征程|面向未来)")
_MONTHS = re.compile("[月季半底末]")
RUN = re.compile(r"连续([二两三四五六七八九十\d]{1,2})年")
"""So many years, each of which a figure holds for."""


@dataclass
class Draft:
    """An observation in the making."""

    of: tuple[int, ...]
    indicator: str
    value: Decimal | None
    unit: str | None
    evidence: Span
    rule: str
    confidence: float
    growth: Decimal | None = None
    is_share: bool = False
    rank: int | None = None
    is_target: bool = False
    start: date | None = None
    end: date | None = None
    period_text: str | None = None
    kind: str = "level"


@dataclass
class Scene:
    """The state of the reading; sentences and paragraphs reset parts of it."""

    anchor: Anchor
    default: tuple[date, date] | None = None
    """The year that the discourse has set (在过去的一年里) and no turn has ended."""
    turned: bool = False
    topic: str | None = None
    """The items counted last, whose sums and degrees follow (省、市重点项目)."""
    topic_unit: str | None = None
    single_project: str | None = None
    """``running`` or ``planned`` where the clause tells of one project, whose figures are no observations."""
    foreign: bool = False
    """Whether the clause tells of others (全市), of whom there is no mention."""
    industry: str = ""
    """The field of industry that the sentence tells of (石化是当家产业,…)."""
    aspect: str = ""
    """What a clause without figures has put in front (市场主体方面,)."""
    awaiting: str = ""
    """What the clause before has said to have risen, whose figure comes next (工业产值创新高,达到9亿元)."""
    recent: list[Draft] = field(default_factory=list)
    """All levels of this sentence, for 分别增长."""
    told: bool = False
    """Whether the sentence gave a figure to the times it told, so that these go on into the next."""
    carried: bool = False
    """Whether the times come from a sentence before."""
    bounded: bool = False
    """Whether an end (截至8月底) was told in this part of the sentence."""
    last: list[Draft] = field(default_factory=list)
    """The observations of the last level in this sentence, for growth, share and rank that follow."""
    periods: list[Period] = field(default_factory=list)
    run: int | None = None
    target: bool = False
    once_done: bool = False
    """Whether the sentence tells what projects will bring once they are built (项目达产后,年产值可达9亿元)."""
    subject: tuple[int, ...] | None = None
    several: tuple[int, ...] = ()
    """The coordination that the sentence told of, for 分别 in a later part of it."""
    kept: tuple[int, ...] = ()
    """The firm or park that the paragraph tells of, for clauses that name no subject."""
    earlier: tuple[int, ...] = ()
    """What was kept before the clause."""
    is_kept: bool = False
    """Whether ``subject`` was not named in the sentence but kept from one before."""
    owner: int | None = None
    local: list[Period] = field(default_factory=list)
    """Times told behind the figure, for it alone (7个有望年底前投产)."""
    paragraph_start: str = ""

    def open_paragraph(self, text: str) -> None:
        """A new paragraph begins with ``text``."""
        self.topic, self.topic_unit, self.periods, self.run, self.kept = None, None, [], None, ()
        if self.default and _TURN.match(text):
            self.default, self.turned = None, True

    def open_sentence(self, text: str) -> None:
        """A new sentence begins; a year or a beginning told before still holds within the paragraph."""
        self.last, self.target, self.subject, self.single_project, self.run = [], False, None, None, None
        self.foreign = self.bounded = self.once_done = False
        self.several = ()
        self.aspect, self.awaiting, self.industry, self.recent = "", "", "", []
        if not self.told:
            self.periods = []
        self.told, self.carried = False, bool(self.periods)
        if not all(p.kind in {PeriodKind.SPAN, PeriodKind.SINCE} for p in self.periods):
            self.periods = []
        if self.default and re.match(r"(?:今年|下一步|新的一年|接下来)", text):
            self.default, self.turned = None, True

    def each(self, count: int) -> list[tuple[int, ...] | None]:
        """The owners of so many figures of one name in a row (甲、乙产值分别为3亿元和2亿元); empty where they are one's."""
        subject = self.subject or ()
        for several in (subject, () if subject else self.several):
            if count > 1 and len(several) == count:
                return [(owner,) for owner in several]
        return []

    def years(self, count: int) -> list[int]:
        """The years of so many figures in a row (2016年至2018年分别为3亿元、4亿元和5亿元); empty where they are of one time."""
        spans = [p for p in self.periods if p.kind is PeriodKind.SPAN and p.start and p.end]
        ends = [(p.start, p.end) for p in spans if p.start and p.end and (p.start.month, p.end.month) == (1, 12)]
        told = [year for start, end in ends for year in range(start.year, end.year + 1)]
        return told if count > 1 and len(told) == count == len(set(told)) else []

    def hear(self, periods: tuple[Period, ...], clause: str) -> None:
        """Times told in a clause replace those before."""
        if run := RUN.search(clause):
            digits = run[1]
            self.run = int(digits) if digits.isdigit() else "一二三四五六七八九十".find(digits.replace("两", "二")) + 1
        told = [p for p in periods if not (p.kind is PeriodKind.SPAN and p.start is not None and p.start == p.end)]
        for period in told:
            if period.text.endswith(PAST_YEAR) and period.start and period.end:
                self.default = (period.start, period.end)
        told = [p for p in told if not p.text.endswith(PAST_YEAR)]
        if told:
            self.carried = False
            bounds = [p for p in self.periods if p.kind in {PeriodKind.UNTIL, PeriodKind.NOW}]
            years = all(
                p.kind in {PeriodKind.SPAN, PeriodKind.SINCE}
                and p.start
                and (p.start.month, p.start.day) == (1, 1)
                and not _MONTHS.search(p.text)
                for p in told
            )
            self.periods = [*bounds, *told] if bounds and years and self.bounded else told
            self.bounded = self.bounded or any(p.kind in {PeriodKind.UNTIL, PeriodKind.NOW} for p in told)

    def when(self, *, stock: bool, target: bool) -> tuple[date | None, date | None, str | None]:
        """First and last day and the words for a figure told now.

        ``stock``: a level reached, which a beginning (今年以来) says nothing about.
        """
        start: date | None = None
        end: date | None = None
        texts = []
        for period in self.local or self.periods:
            if not self._holds(period, stock=stock, target=target):
                continue
            first, last = self._ends(period, target=target)
            first = None if period.text.rstrip(",").endswith(("末", "底")) else first  # a day, no stretch of time
            if period.kind is PeriodKind.SPAN and end is not None and not (first and first <= end):
                continue
            start = first if first and not stock else start
            end = end or last
            texts.append(period.text)
        if start and self.run and end is None:
            end = date(start.year + self.run - 1, 12, 31)
        if start is None and end is None and not texts:
            if self.default and not target:
                start, end = self.default
            elif self.turned and self.anchor.year:
                start, end = date(self.anchor.year, 1, 1), date(self.anchor.year, 12, 31)
        return start, end, "、".join(texts) or None

    def is_to_come(self, start: date | None, end: date | None) -> bool:
        """Whether a time lies wholly behind the day of print (到2025年, 明年), so that what is told of it is aimed at."""
        printed = self.anchor.published
        return printed is not None and (
            (start is not None and start > printed) or (start is None and end is not None and end > printed)
        )

    def _holds(self, period: Period, *, stock: bool, target: bool) -> bool:
        """Whether a time that was told says something about a figure of this sort."""
        if period.kind is PeriodKind.VAGUE:
            return True
        if self.carried and (target or (stock and period.kind is PeriodKind.SPAN)):
            return False
        if period.kind is PeriodKind.SINCE:
            return not (stock or target)
        gone = period.end is not None and self.anchor.now is not None and period.end <= self.anchor.now
        return not (target and gone and period.kind is PeriodKind.UNTIL)  # an aim can't hold for a day gone by

    def _ends(self, period: Period, *, target: bool) -> tuple[date | None, date | None]:
        """First and last day; 全年 and 年末 are those of the year that the discourse has set."""
        if self.default and not target:
            if period.text in YEAR_END:
                return None, self.default[1]
            if period.text in WHOLE_YEAR:
                return self.default
        printed = self.anchor.published
        if printed and printed.month <= LOOKING_BACK and period.text == "全年" and not target:
            return date(printed.year - 1, 1, 1), date(printed.year - 1, 12, 31)
        return period.start, period.end


@cache
def _one_project() -> re.Pattern[str]:
    others = "等|各|重点项目|上述|以上项目|大项目|批项目|类项目|所有|推进|抓|谋|批|发展|配套"
    goes_on = f"{words('adverb', 'target-local')}|[一二三]期|总投资|占地|位于|投资|正|由|于|自|从|是|建成|开工|投产|竣工|$"
    return re.compile(
        "^“?(?:该项目|项目(?!数|个|库|建设)|[一二三]期|该工程)"
        f"|^(?!在|对|以|围绕|聚焦|通过|为|把|将|随着|全力|.*(?:{others}))"
        rf"[^\d,;]{{3,40}}(?:项目|工程|大厦|生产线)(?:{goes_on})"
    )


@cache
def _planned_project() -> re.Pattern[str]:
    others = "等|各|重点|一批|上述|方面|战略|行动"
    return re.compile(
        "^(?:并|还|正)?(?:谋划|规划|拟建|开工建设|启动建设|推动|推进|加快|签约落地|签约|引进)"
        rf"(?!.*(?:{others}))[^,;\d]{{2,30}}(?:产业园|项目|基地|工程|产业城)(?:建设|投产达效|投产|落地|进度)?$"
    )


def is_single_project(text: str, *, whole: bool) -> str | None:
    """``running`` or ``planned`` where the words before a figure name one project as what is told of (…项目占地…), else None.

    ``whole``: the words are a clause without any figure, so that they may end in the name.
    """
    if whole and _planned_project().match(text):
        return "planned"
    if _one_project().match(text) and (whole or not text.endswith(("项目", "工程"))):
        return "running"
    return None
