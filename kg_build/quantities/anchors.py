"""Which year an article speaks from, where no date is printed."""

from __future__ import annotations

import re
from datetime import date

from kg_build.quantities.fold import fold
from kg_build.quantities.periods import Anchor, Period, PeriodKind, find_periods, rules

_TODAY = re.compile(r"今年|本年度")
_FULL = re.compile(r"((?:19|20)\d\d)年\d{1,2}月\d{1,2}日")
_PLAIN = re.compile(r"(?<!至)(?<!到)((?:19|20)\d\d)年(?=[,,]|全?年?度?[^\d以起底末前来至—-])")
_NAMED = re.compile(r"(?<!\d)((?:19|20)\d\d)年")
_PART = re.compile(r"(?<!\d)((?:19|20)\d\d)年的?(?:前[一二三]个?季度|上半年|第?[一二三]季度|(?:1|一)月?[-—至到]{1,2}\d{1,2}月)")
_OPEN = re.compile(r"截至(?:今年)?\d{1,2}月|(?<!年)\d{1,2}[—-]\d{1,2}月|年度计划")
_PLANNED = ("计划", "预计", "力争", "有望", "将", "确保", "争取", "拟")
_MONTH_WORDS = re.compile(r"月|季度|半年")


def infer_year(text: str, title: str = "") -> int | None:
    """The year that the text calls 今年, where it gives it away without doubt; else None.

    Three signs are taken, the surest first: an anniversary of a public event told beside 今年 (新中国成立75周年), a full date
    (several: the latest), and a year in the headline or one that stands before figures which the same paragraph carries on as
    unfinished (2024年,实施项目15个…截至8月底). A text without 今年 gives only a full date's year, or the latest that it names
    where that is told in part (2020年前三季度).
    """
    folded = fold(text)
    speaks_of_today = bool(_TODAY.search(folded))
    if speaks_of_today:
        years: set[int] = {
            row["year"] + int(found[1]) for row in rules()["anniversaries"] for found in re.finditer(row["pattern"], folded)
        }
        if len(years) == 1:
            return years.pop()
    if full := [int(found[1]) for found in _FULL.finditer(folded)]:
        return max(full)
    if not speaks_of_today:
        return _latest_part(folded)
    if headline := [int(found) for found in re.findall(r"((?:19|20)\d\d)年", fold(title))]:
        return max(headline)
    open_years = set()
    for paragraph in folded.split("\n"):
        for found in _PLAIN.finditer(paragraph):
            if _OPEN.search(paragraph, found.end()):
                open_years.add(int(found[1]))
    return open_years.pop() if len(open_years) == 1 else None


def _latest_part(text: str) -> int | None:
    """The latest year that a text names, where only a part of it is over."""
    years = [int(found) for found in _NAMED.findall(text)]
    parts = [int(found) for found in _PART.findall(text)]
    return max(parts) if parts and max(parts) == max(years) else None


def make_anchor(text: str, published: date | None = None, title: str = "", page_year: int | None = None) -> Anchor:
    """What is known of the time of an article with this text (and headline).

    ``page_year`` is the year that the page around it gives away, taken where the article has no date and tells none itself;
    ``latest`` is the last month told as past: what is planned, and another year's months, don't count.
    """
    year = published.year if published else infer_year(text, title) or page_year
    if year is None:
        return Anchor()
    anchor = Anchor(published, year)
    if published:
        return anchor
    ends = [period.end for period in find_periods(text, anchor) if _is_past(text, period, year)]
    return Anchor(None, year, max((end for end in ends if end), default=None))


def _is_past(text: str, period: Period, year: int) -> bool:
    if period.end is None or period.end.year != year or period.kind in {PeriodKind.NOW, PeriodKind.VAGUE}:
        return False
    if not _MONTH_WORDS.search(period.text) or period.text.endswith("前"):
        return False
    clause = re.split(r"[,,。;;]", text[max(0, period.span.start - 12) : period.span.start])[-1]
    behind = re.split(r"[,,。;;]", text[period.span.end : period.span.end + 10])[0]
    return not any(word in clause + behind for word in _PLANNED)
