"""Dates that lie after the paper's own: 9月底投用, printed on the 2nd of September, is still to come."""

from __future__ import annotations

import re
from datetime import date

FUTURE = "future"
"""Cue class of words for what is not yet."""
_IN_MONTH = r"(?:份|初|中旬|下旬|底|末|\d{1,2}日)?"
DATE = re.compile(
    rf"(?:20\d\d年)?(?:(?:1[0-2]|[1-9])月{_IN_MONTH}|(?<![一二三四五六七八九十])(?:十[一二]?|[一二三四五六七八九])月{_IN_MONTH}(?![内余])"
    r"|[一二三四]季度(?:末)?)(?!\d)|20\d\d年(?:初|底|末)?|(?<![一二两三四五六七八九十百千几数多周\d])年后"
)
_NEXT = "年后"
"""After the coming New Year; 三年后 is counted from something else."""
_MONTH = re.compile(r"(\d{1,2}|[一二三四五六七八九十]{1,2})月")
_DAY = re.compile(r"月(\d{1,2})日")
_CHINESE = {name: number for number, name in enumerate(("零", *"一二三四五六七八九十", "十一", "十二"))}
_YEAR = re.compile(r"(20\d\d)年")
_QUARTERS = {"一": 3, "二": 6, "三": 9, "四": 12}
_PAST = re.compile(r"(?:去年|前年|上年|往年|从|自|至|到|截至|[年到至—~-])$")
"""Words before a month that make it one of another year, or a bound of a span."""
AHEAD = 6
"""Months: a day farther ahead is last year's (in January, 12月2日主体封顶); of plans only the month is told so early."""
_LATE = ("底", "末", "下旬")
_DEADLINE = re.compile(r"之?前(?![,。;!?\n]|[^,。;!?\n]{0,14}(?:已|了|就|均|全部|曾|便))")
"""Behind a date: something is to be done by then (6月底前投用), if nothing tells that it was."""


def days_to_come(text: str, published: date | None) -> frozenset[int]:
    """Where in a (folded) text dates begin that come after the day of print; none if that isn't known."""
    if published is None:
        return frozenset()
    return frozenset(match.start() for match in DATE.finditer(text) if _is_after(text, match, published))


def _is_after(text: str, match: re.Match[str], published: date) -> bool:
    words = match.group()
    if words == _NEXT:
        return True
    year = _YEAR.search(words)
    if year is not None and int(year[1]) != published.year:
        return int(year[1]) > published.year
    if year is None and _PAST.search(text[max(0, match.start() - 3) : match.start()]):
        return False
    month = _MONTH.search(words)
    number = _number(month[1]) if month else next((n for word, n in _QUARTERS.items() if word in words), 0)
    if day := _DAY.search(words):
        return (published.month, published.day) < (number, int(day[1])) and number - published.month <= AHEAD
    if number == published.month:
        return words.endswith(_LATE) and published.day < 21
    if year is None and month and _DEADLINE.match(text, match.end()):
        return True  # A bound that lies behind is the one of the year to come.
    return number > published.month


def _number(month: str) -> int:
    return int(month) if month.isdecimal() else _CHINESE.get(month, 0)
