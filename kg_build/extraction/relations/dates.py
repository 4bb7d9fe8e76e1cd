"""Dates that lie after the paper's own: 9月底投用, printed on the 2nd of September, is still to come."""

from __future__ import annotations

import re
from datetime import date

FUTURE = "future"
"""Cue class of words for what is not yet."""
DATE = re.compile(
    r"(?:20\d\d年)?(?:(?:1[0-2]|[1-9])月(?:份|初|中旬|下旬|底|末)?|[一二三四]季度(?:末)?)(?!\d)|20\d\d年(?:初|底|末)?"
)
_MONTH = re.compile(r"(\d{1,2})月")
_YEAR = re.compile(r"(20\d\d)年")
_QUARTERS = {"一": 3, "二": 6, "三": 9, "四": 12}
_PAST = re.compile(r"(?:去年|前年|上年|往年|从|自|至|到|截至|[年到至—~-])$")
"""Words before a month that make it one of another year, or a bound of a span."""
_LATE = ("底", "末", "下旬")


def days_to_come(text: str, published: date | None) -> frozenset[int]:
    """Where in a (folded) text dates begin that come after the day of print; none if that isn't known."""
    if published is None:
        return frozenset()
    return frozenset(match.start() for match in DATE.finditer(text) if _is_after(text, match, published))


def _is_after(text: str, match: re.Match[str], published: date) -> bool:
    words = match.group()
    year = _YEAR.search(words)
    if year is not None and int(year[1]) != published.year:
        return int(year[1]) > published.year
    if year is None and _PAST.search(text[max(0, match.start() - 3) : match.start()]):
        return False
    month = _MONTH.search(words)
    number = int(month[1]) if month else next((n for word, n in _QUARTERS.items() if word in words), 0)
    return number > published.month or (number == published.month and words.endswith(_LATE) and published.day < 21)
